"""Section `tokens`: who may look at the page of ops/dashboard, and who may act there."""

from enum import Enum

from pydantic import Field

from bluegreen.core.model import Frozen


class Right(Enum):
    """What a token opens. Whoever may act may look."""

    READ = "read"  # look
    OPERATE = "operate"  # abort, roll back, undo
    RELEASE = "release"  # switch, release what is quarantined


class PageToken(Frozen):
    """A token under the name that the journal gets; only its hash is known. `bluegreen token NAME` makes one."""

    rights: tuple[Right, ...] = Field(min_length=1)
    hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
