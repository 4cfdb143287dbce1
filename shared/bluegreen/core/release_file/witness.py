"""What GitHub is told of the journal, so that somebody else can bear witness: the number of a version, and its hash.

Who may write to the bucket could make a whole journal anew, hashes and all. What a deployment's status says at GitHub
is out of their reach, and so is each version up to the one that it names. Half of SHA-256 is told: a second text of one
hash still takes 2^128 tries, and a status has 140 characters.
"""

import re
from typing import NamedTuple

LENGTH = 54  # characters at most
_DIGITS = 32
_SUFFIX = re.compile(rf"\[journal (\d{{1,9}}) ([0-9a-f]{{{_DIGITS}}})\]$")


class Witness(NamedTuple):
    """`hashed`: the first half of the SHA-256 of version `seq`."""

    seq: int
    hashed: str

    def fits(self, digest: str) -> bool:
        return digest[:_DIGITS] == self.hashed


def suffix(seq: int, digest: str) -> str:
    """As the end of a text; "" where the hash is not known."""
    return f" [journal {seq} {digest[:_DIGITS]}]" if digest else ""


def found(text: str) -> Witness | None:
    said = _SUFFIX.search(text)
    return Witness(int(said[1]), said[2]) if said else None
