"""What a step concludes about a release: a verdict and its reason."""

from enum import Enum
from typing import Annotated

from pydantic import AfterValidator

from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen


class Verdict(Enum):
    """Together with the phase, the verdict picks the row of the table."""

    WAIT = "wait"  # not decided yet: look again
    GOOD = "good"
    BAD = "bad"
    HOLD = "hold"  # bad, but nothing shows that going back would help: stay, and notify people
    ONE_CLIENT = "one client"  # bad for one client on one path, and for nobody else: stay, and notify people
    BARRED = "barred"  # bad, but the previous release no longer runs on the database's schema: stay, and page somebody
    UNPROVEN = "unproven"  # the bake is over and too little was counted
    EXPIRED = "expired"
    STOP = "stop"  # a person asked to abort it
    BACK = "back"  # a person asked for a rollback
    STAND_BY = "stand by"  # it was restored to be a rollback target, and passed its checks


HOLDS = (Verdict.HOLD, Verdict.ONE_CLIENT, Verdict.BARRED)


class Finding(Frozen):
    """A verdict, and its reason as a sentence with the numbers."""

    verdict: Verdict
    says: Annotated[str, AfterValidator(hidden)]
    again_in: float = 5.0  # seconds until the next look, for WAIT and HOLDS
    total: bool = False  # of HOLD: production answers almost nobody
    for_asker: bool = False  # a mistake in the request: only the person who asked is told
