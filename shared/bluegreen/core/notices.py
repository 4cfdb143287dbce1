"""Notices: messages to people. Each waits in the record's outbox until it is delivered."""

from enum import Enum
from typing import Annotated

from pydantic import AfterValidator

from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen, Time

_Told = Annotated[str, AfterValidator(hidden)]


class Tone(Enum):
    PROGRESS = "progress"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Channel(Enum):
    SLACK = "slack"
    GITHUB = "github"


class Notice(Frozen):
    """One message for one channel. `id` stays the same over all tries, so that a second delivery can be recognised."""

    id: str
    channel: Channel
    at: Time
    tone: Tone
    service: str
    release: str
    tag: str
    commit: str = ""
    environment: str = ""
    status: str  # the phase that the release is now in
    headline: _Told
    reason: _Told = ""
    next_step: str = ""
    tries: int = 0
