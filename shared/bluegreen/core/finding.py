"""What a step concludes about a release: a verdict with its reason."""

from enum import Enum
from typing import Annotated

from pydantic import AfterValidator

from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen


class Verdict(Enum):
    """What a step concludes. Together with the phase it picks the move in the table."""

    WAIT = "wait"  # not decided yet: look again
    GOOD = "good"
    BAD = "bad"
    HOLD = "hold"  # bad, but nothing shows that going back would help: stay, and notify people
    ONE_CLIENT = "one client"  # bad for one client on one path, and for nobody else: stay, and notify people
    BARRED = "barred"  # bad, but the database does not fit the release before any more: stay, and call somebody
    UNPROVEN = "unproven"  # the time is over and too little was seen
    EXPIRED = "expired"
    STOP = "stop"  # a person asked to abort it
    BACK = "back"  # a person asked for a rollback
    STAND_BY = "stand by"  # it was to be restored as the rollback target, and is fit for it


HOLDS = (Verdict.HOLD, Verdict.ONE_CLIENT, Verdict.BARRED)


class Finding(Frozen):
    """A verdict, and the sentence that gives its reason, with the numbers."""

    verdict: Verdict
    says: Annotated[str, AfterValidator(hidden)]
    again_in: float = 5.0  # seconds until the next look, for WAIT and HOLDS
    total: bool = False  # of HOLD: production answers almost nobody
    for_asker: bool = False  # whoever asked has mistyped: it is no news for the others
