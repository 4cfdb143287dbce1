"""Clients for everything outside, one file each. They raise the errors of `core.errors`, and pass on no secret."""
