"""Notices: messages to people. Each waits in the record's outbox until it is delivered."""

from enum import Enum, IntEnum
from typing import Annotated

from pydantic import AfterValidator

from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen, Time
from bluegreen.core.phases import Phase

_Told = Annotated[str, AfterValidator(hidden)]
_PRODUCTION_AT_STAKE = frozenset(phase.value for phase in (Phase.ROLLING_BACK, Phase.ROLLED_BACK, Phase.STUCK))


class Tone(Enum):
    PROGRESS = "progress"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Channel(Enum):
    SLACK = "slack"
    GITHUB = "github"
    PAGER = "pager"


class Weight(IntEnum):
    """How much it matters that a notice arrives."""

    NEWS = 0
    WARNING = 1  # also of a release that failed while production was untouched
    IMPORTANT = 2  # users may be affected, or a person is needed
    FATE = 3  # production goes back, went back, or could not


class Notice(Frozen):
    """One message for one channel. `id` stays the same over all tries, so that a second delivery can be recognised."""

    id: str
    channel: Channel
    entry: str = ""  # name of the entry in `notify`; "" in records that older releases of Bluegreen wrote
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
    log: _Told = ""  # what the app said last
    thread: str = ""  # of Slack, where a message of this release was posted: filled in when it is sent
    base: str = ""  # the tag that the release is compared with
    deployment: str = ""  # DigitalOcean's id
    needs_person: bool = False
    page: str = ""  # what a pager knows the matter by
    resolves: bool = False  # the matter of that page is over
    tries: int = 0
    next_at: Time | None = None  # of the next try; None while the function that queued it may still be at it

    @property
    def addressee(self) -> str:
        """The entry of `notify` that it goes to."""
        return self.entry or self.channel.value

    @property
    def about(self) -> str:
        """The service, and the tag where it is known."""
        return f"{self.service} {self.tag}".strip()


class ChannelTrouble(Frozen):
    """An entry of `notify` that takes no notices: since when, and what was said the last time."""

    since: Time
    says: _Told


class Spell(Frozen):
    """A state of production that lasts: people are told when it begins, at growing intervals, and when it is over."""

    about: str  # the tag that it is about: with another one it is another spell
    since: Time
    says: _Told
    told: int = 0  # times
    told_at: Time | None = None
    lasts_since: Time | None = None  # found at each look since then; None: not at the newest


def weight(notice: Notice) -> Weight:
    if notice.resolves or notice.needs_person:
        return Weight.IMPORTANT
    if notice.tone is not Tone.BAD:
        return Weight.WARNING if notice.tone is Tone.WARNING else Weight.NEWS
    if notice.status == Phase.FAILED.value:
        return Weight.WARNING
    return Weight.FATE if notice.status in _PRODUCTION_AT_STAKE else Weight.IMPORTANT


def important(notice: Notice) -> bool:
    """Kept until it is delivered; it pages, and mentions people."""
    return weight(notice) >= Weight.IMPORTANT
