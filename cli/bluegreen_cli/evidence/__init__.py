"""Releases that are over, looked at again: judged anew, reported, signed, compared with what GitHub was told."""
