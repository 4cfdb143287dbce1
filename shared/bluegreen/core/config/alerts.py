"""Section `alerts`: which alerts concern a service, and what a critical one does."""

from enum import Enum

from pydantic import Field

from bluegreen.core.model import Frozen


class AlertPolicy(Enum):
    """What a critical alert does while the release in production is still being watched."""

    ROLLBACK = "rollback"  # production goes back at once
    ASK_JUDGE = "ask_judge"  # the watch is woken, and decides by its own numbers
    TELL = "tell"  # people get a notice


class AlertSettings(Frozen):
    match: dict[str, str] = Field(
        default_factory=dict
    )  # labels that must all be there; by default a label in NAMING (core/alerts.py) with the service's name
    critical: tuple[str, ...] = ("critical", "fatal", "p1")  # severities; others are noted
    policy: AlertPolicy = AlertPolicy.ASK_JUDGE
