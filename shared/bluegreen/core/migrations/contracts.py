"""What `-- bluegreen: contract since v1.4.0 why` says."""

import re
from typing import NamedTuple

from bluegreen.core.config import tags

_CONTRACT = r"(?i)^contract\b(?:\s+since\s+(\S+))?[\s:,-]*"


class Contract(NamedTuple):
    since: str  # the oldest release that does without; "" is the one that brings it
    why: str

    @property
    def floor(self) -> str:
        """ "" is the release itself, also where `since` names no version."""
        return self.since if tags.precedence(self.since) else ""

    @property
    def told(self) -> str:
        if self.floor:
            return f"floor {self.floor}: production does not go back below it"
        itself = "the floor is the release itself: production does not go back below it"
        return f"warning: `since {self.since}` names no version, so {itself}" if self.since else itself


def contract_of(reviewed: str) -> Contract | None:
    match = re.match(_CONTRACT, reviewed)
    return Contract(match[1] or "", reviewed[match.end() :]) if match else None
