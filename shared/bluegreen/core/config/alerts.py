"""Section `alerts`: which alerts from outside concern a service, and what a critical one does."""

from enum import Enum

from pydantic import Field

from bluegreen.core.model import Frozen


class AlertPolicy(Enum):
    """What a critical alert does while a release that serves production is still watched."""

    ROLLBACK = "rollback"  # production goes back at once
    ASK_JUDGE = "ask_judge"  # the watch looks at once, and decides by its own numbers
    TELL = "tell"  # people are told


class AlertSettings(Frozen):
    match: dict[str, str] = Field(default_factory=dict)  # labels that must all be there; none: one of NAMING
    critical: tuple[str, ...] = ("critical", "fatal", "p1")  # severities; others are noted
    policy: AlertPolicy = AlertPolicy.ASK_JUDGE
