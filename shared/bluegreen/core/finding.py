"""What a step concludes."""

from enum import Enum

from bluegreen.core.model import Frozen


class Verdict(Enum):
    """What a step found."""

    WAIT = "wait"  # not decided yet: look again
    GOOD = "good"
    BAD = "bad"
    HOLD = "hold"  # bad, but going back would not help: stay and tell people
    UNPROVEN = "unproven"  # the time is over and too little was seen
    EXPIRED = "expired"
    STOP = "stop"  # a person said stop
    BACK = "back"  # a person said go back


class Finding(Frozen):
    """What a step concludes: the verdict, and the sentence with the numbers that led to it."""

    verdict: Verdict
    says: str
    again_in: float = 5.0  # seconds until the next look, for WAIT and HOLD
