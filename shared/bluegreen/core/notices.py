"""Notices: messages to people. Each waits in the record's outbox until it is delivered."""

import json
from enum import Enum, IntEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen, Time
from bluegreen.core.phases import Phase

_Told = Annotated[str, AfterValidator(hidden)]
_PRODUCTION_AT_STAKE = frozenset(phase.value for phase in (Phase.ROLLING_BACK, Phase.ROLLED_BACK, Phase.STUCK))


ACTION_ID = "bluegreen-do"  # what begins so is a button that acts; Slack also tells of those that only lead somewhere
CARRIED = ("service", "release", "action", "subject", "stamp")  # by a button, besides its number


class Tone(Enum):
    PROGRESS = "progress"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Channel(Enum):
    SLACK = "slack"
    GITHUB = "github"
    PAGER = "pager"
    TEAMS = "teams"
    CDEVENTS = "cdevents"
    OTLP = "otlp"


PROGRAMS = frozenset((Channel.CDEVENTS, Channel.OTLP))  # what takes them is no person: they are machine events


class Weight(IntEnum):
    """How much it matters that a notice arrives."""

    NEWS = 0
    WARNING = 1  # also of a release that failed while production was untouched
    IMPORTANT = 2  # users may be affected, or a person is needed
    FATE = 3  # production goes back, went back, or could not


class SlackButton(Frozen):
    """One that acts. `release` is the one whose message it is in, `seq` the number of the version that it was drawn on.

    `stamp` names what it would do (page/actions.py). `label` and `effect`, read before it is pressed, do not travel.
    """

    service: str
    release: str
    seq: int
    action: str
    subject: str = ""
    stamp: str
    label: str = ""
    effect: str = ""

    @property
    def value(self) -> str:
        return json.dumps({"seq": self.seq, **{name: getattr(self, name) for name in CARRIED}})

    @property
    def action_id(self) -> str:
        return f"{ACTION_ID}-{self.action}"


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
    digest: str = ""  # of the image
    report: str = ""  # what the smoke tests' workflow has left, where they failed
    was: str | None = None  # of CDEvents: the phase before, "" where there was none; None in what is no move
    needs_person: bool = False
    page: str = ""  # what a pager knows the matter by
    resolves: bool = False  # the matter of that page is over
    witness: str = Field(default="", exclude=True)  # the journal's newest version, as it is told outside: not stored
    buttons: tuple[SlackButton, ...] = Field(default=(), exclude=True)  # filled in when it is sent, and never kept
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


class ToldBefore(Frozen):
    """What people know already: it is told once, until it changes."""

    drift: str = ""  # digest of the differences between blue and green
    strayed: str = ""  # where somebody has pointed production, and what was done about it
    strays: int = 0  # how often, each less than a day after the one before
    strayed_at: Time | None = None  # the newest


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
