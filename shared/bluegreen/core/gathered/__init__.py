"""How far the journal is kept in release files."""

from bluegreen.core.model import Frozen


class Gathered(Frozen):
    """Up to which version, and in which part of which release's file."""

    seq: int
    release: str
    part: int = 1
    over: bool = True  # that was its last part
    file: str = ""  # SHA-256 of the file
