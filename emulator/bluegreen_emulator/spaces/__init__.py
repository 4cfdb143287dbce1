"""Spaces, as a client meets it: S3 with the habits of Ceph's gateway."""

from bluegreen_emulator.spaces.gateway import Grants, Spaces

__all__ = ["Grants", "Spaces"]
