"""What `-- bluegreen: contract since v1.4.0 why` says."""

import re
from typing import NamedTuple

_CONTRACT = re.compile(r"^contract\b(?:\s+since\s+(\S+))?[\s:,-]*", re.IGNORECASE)


class Contract(NamedTuple):
    since: str  # the oldest release that does without; "" is the one that brings it
    why: str


def contract_of(reviewed: str) -> Contract | None:
    match = _CONTRACT.match(reviewed)
    return Contract(match[1] or "", reviewed[match.end() :]) if match else None
