"""Everything known about one service. The journal keeps its versions; the newest is the truth."""

from datetime import datetime

from pydantic import Field

from bluegreen.core import tags
from bluegreen.core.alerts import HeardAlert
from bluegreen.core.config.options import Options
from bluegreen.core.environment import Environment, EnvironmentState
from bluegreen.core.errors import IllegalMove
from bluegreen.core.model import Frozen, Time
from bluegreen.core.notices import Notice
from bluegreen.core.phases import Phase
from bluegreen.core.release import Purpose, Release, SetRelease

SCHEMA = 1  # goes up when what was written before means something else; not for a field more
# What is kept, so that a record stays under 64 KB whatever happens.
DELIVERIES_KEPT = 64
PAST_KEPT = 20
QUARANTINED_KEPT = 20
SERVED_KEPT = 20
OUTBOX_KEPT = 20
ALERTS_KEPT = 20
HISTORY_KEPT = 30
SAYS_KEPT = 300  # characters of any one sentence
_SERVING = (Phase.LIVE, Phase.UNPROVEN)


class Queued(Frozen):
    """The one release that waits for the one in flight."""

    tag: str
    commit: str = ""
    options: Options = Options()
    purpose: Purpose = Purpose()
    by: str = ""
    asked_at: Time


class Past(Frozen):
    """A release that has come to rest."""

    id: str
    tag: str
    commit: str = ""
    outcome: Phase
    at: Time
    reason: str = ""
    back: bool = False  # it was released to go back to it
    part_of: SetRelease | None = None


class Record(Frozen):
    service: str
    store: str = ""  # endpoint and bucket that passed the self-test: a journal that moves is tested again
    active: Environment
    epoch: int = 0  # goes up whenever production is pointed elsewhere
    environments: dict[Environment, EnvironmentState]
    release: Release | None = None  # the one in flight
    queued: Queued | None = None
    last_number: int = 0  # of the release ids
    last_notice: int = 0  # of the notices' ids: one release may tell two things in one phase
    newest_tag: str = ""  # the highest version ever heard of; "" until GitHub was first asked
    forgotten: str = ""  # the highest version that `past` no longer holds, "" while it holds all
    quarantine: dict[str, str] = Field(default_factory=dict)  # tag → why
    quarantined_images: dict[str, str] = Field(default_factory=dict)  # digest, or commit where there is none → tag
    served: dict[str, str] = Field(default_factory=dict)  # tag → commit of what production was pointed at, newest last
    outbox: tuple[Notice, ...] = Field(default=(), max_length=OUTBOX_KEPT)  # oldest first
    deliveries: tuple[str, ...] = Field(default=(), max_length=DELIVERIES_KEPT)  # webhook ids, newest last
    past: tuple[Past, ...] = Field(default=(), max_length=PAST_KEPT)  # newest first
    alerts: tuple[HeardAlert, ...] = Field(default=(), max_length=ALERTS_KEPT)  # from outside, newest last

    apart: str = ""  # the set release that people were told it could not follow back, "" when all is well
    strayed: str = ""  # where people were last told that production was pointed by somebody else, "" when all is well

    @property
    def idle(self) -> Environment:
        return self.active.other

    @property
    def in_flight(self) -> Release:
        """The release in flight, where there must be one."""
        if self.release is None:
            raise IllegalMove("no release is in flight")
        return self.release

    @property
    def serves_in(self) -> SetRelease | None:
        """The set release that the active tag came to rest with."""
        if self.release is not None and self.release.target is self.active:
            return self.release.purpose.part_of
        tag = self.on(self.active).tag
        return next((past.part_of for past in self.past if past.tag == tag and past.outcome in _SERVING), None)

    def commit_of(self, tag: str) -> str:
        """The commit that a tag was when it was last met, "" where it was not."""
        if self.release is not None and self.release.tag == tag and self.release.commit:
            return self.release.commit
        met = [past.commit for past in self.past if past.tag == tag and past.commit]
        met += [state.commit for state in self.environments.values() if state.tag == tag and state.commit]
        return met[0] if met else ""

    def remember(self, past: Past) -> "Record":
        """With one more release in the past. The oldest makes room for it; of that only its version is kept."""
        *kept, oldest = (past, *self.past)
        if len(kept) < PAST_KEPT:
            return self.model_copy(update={"past": (*kept, oldest)})
        higher = tags.order(oldest.tag) and not tags.older(oldest.tag, self.forgotten)
        return self.model_copy(update={"past": (*kept,), "forgotten": oldest.tag if higher else self.forgotten})

    def on(self, environment: Environment) -> EnvironmentState:
        return self.environments[environment]

    def stand(self, environment: Environment, **changes: object) -> "Record":
        """With other facts about an environment."""
        state = self.on(environment).model_copy(update=changes)
        return self.model_copy(update={"environments": {**self.environments, environment: state}})

    def kept_free(self, until: datetime) -> "Record":
        """Nothing is deployed to the idle environment before then."""
        held = self.on(self.idle).free_at
        return self.stand(self.idle, free_at=max(held, until) if held else until)

    def now_at(self, **changes: object) -> "Record":
        """With other facts about the release in flight."""
        return self.model_copy(update={"release": self.in_flight.model_copy(update=changes)})


class Version(Frozen):
    """One entry of the journal. `previous` is the SHA-256 of the entry before it, "" for the first.

    `digest` is that of the bytes that are stored, and not among them: another release of Bluegreen may write the
    same version in other bytes.
    """

    schema_version: int = Field(default=SCHEMA, ge=SCHEMA, le=SCHEMA)
    seq: int
    nonce: str
    previous: str
    by: str
    why: str
    at: datetime
    record: Record
    digest: str = Field(default="", exclude=True)

    @property
    def service(self) -> str:
        return self.record.service
