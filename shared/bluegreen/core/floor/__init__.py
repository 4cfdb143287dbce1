"""The rollback floor: below it no release runs on the schema that is there now.

A release whose migration takes away what older code needs (`-- bluegreen: contract …`) raises it when its deployment
begins, for from then on the migration may have run, whatever becomes of the deployment. It is never lowered.
"""

from datetime import datetime

from bluegreen.core.config import tags
from bluegreen.core.model import Frozen, Time


class RollbackFloor(Frozen):
    """`tag` is the oldest release that runs on the schema."""

    tag: str
    by: str  # the release whose migration raised it
    why: str
    at: Time

    def is_above(self, tag: str) -> bool:
        """True where a release must not come back. What cannot be compared is not known to run."""
        return tag != self.tag and (not tag or not tags.precedence(tag) or tags.older(tag, self.tag))

    def refuses(self, tag: str) -> str:
        """Why a release must not come back; "" where it may."""
        if not self.is_above(tag):
            return ""
        what = tag or "an unknown release"
        return f"{what} is below the rollback floor {self.tag}: {self.by} has taken from the database what it needs"

    @property
    def forward(self) -> str:
        return f"the way is forward: push a fix as a newer tag, made from {self.tag} or later ({self.why})"


def raised(before: RollbackFloor | None, tag: str, by: str, why: str, now: datetime) -> RollbackFloor:
    """The higher of two."""
    wanted = RollbackFloor(tag=tag, by=by, why=why, at=now)
    return before if before is not None and tags.older(tag, before.tag) else wanted
