"""The record: everything that is known about one service. Its journal holds a version of it for each change.

The newest version is the truth, and nobody locks it. A writer reads version 41, decides on its record, and appends the
changed record as version 42, which the store accepts only if there is no 42 yet. Of two writers one succeeds; the other
gets `Stale`, reads 42 and decides anew. So a decision is always about the record that its version follows.

`epoch` counts something else: how often production was pointed elsewhere (pointing.py). Most versions do not change it.
"""

import operator
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from bluegreen.core.alerts import HeardAlert
from bluegreen.core.checks.rounds import WrittenRounds
from bluegreen.core.config import tags
from bluegreen.core.config.options import Options
from bluegreen.core.course import Course
from bluegreen.core.credentials import hidden
from bluegreen.core.data_jobs.stored import CleanUp, DataJob
from bluegreen.core.environment import OF_THE_TAG_BEFORE, Environment, EnvironmentState
from bluegreen.core.errors import IllegalMove
from bluegreen.core.floor import RollbackFloor, raised
from bluegreen.core.gathered import Gathered
from bluegreen.core.judge.written_look import WrittenLook
from bluegreen.core.model import Frozen, Time
from bluegreen.core.notices import ChannelTrouble, Notice, Spell, ToldBefore
from bluegreen.core.phases import BEFORE_SWITCH, SERVING, Phase
from bluegreen.core.release import Pause, Purpose, Release, SetRelease
from bluegreen.core.totals import Totals
from bluegreen.core.written.schema import SCHEMA

# What is kept, so that a record stays under 96 KB whatever happens.
DELIVERIES_KEPT = 64
PAST_KEPT = 20
QUARANTINED_KEPT = 20
SERVED_KEPT = 20
OUTBOX_KEPT = 20
ALERTS_KEPT = 20
MESSAGES_KEPT = 128
BUGS_KEPT = 20
PAGES_KEPT = 10
THREADS_KEPT = 20
HISTORY_KEPT = 30
SAYS_KEPT = 300  # characters of any one sentence


class QueuedRelease(Frozen):
    """The one release that begins once the one in flight has come to rest."""

    tag: str
    commit: str = ""
    options: Options = Options()
    purpose: Purpose = Purpose()
    by: str = ""
    asked_at: Time
    now: bool = False  # a person does not want it to wait out a bake
    committed_at: Time | None = Field(default=None, exclude_if=operator.not_)

    @property
    def set_release(self) -> SetRelease | None:
        return self.purpose.part_of


class PastRelease(Course):
    """A release that is over, and what became of it."""

    id: str
    tag: str
    commit: str = ""
    outcome: Phase
    at: Time
    reason: str = ""
    back: bool = False  # a person had asked to go back to it
    log: str = ""  # what the app said last, of the newest that has a log
    asked: bool = False  # a person had asked for the rollback that ended it
    part_of: SetRelease | None = None

    @property
    def counts(self) -> bool:
        """Its tag has been here. A rejection without a commit says nothing: a person was faster than the push."""
        return self.outcome is not Phase.REJECTED or bool(self.commit)


class Record(Frozen):
    """What is written about a service. Methods give a changed copy."""

    service: str
    store: str = ""  # endpoint and bucket that passed the self-test: it is run again where the journal has moved
    active: Environment
    epoch: int = 0  # goes up whenever production is pointed elsewhere
    environments: dict[Environment, EnvironmentState]
    release: Release | None = None  # the one in flight
    queued: QueuedRelease | None = None
    paused: Pause | None = None  # nothing new begins until a person says so
    last_number: int = 0  # of the release ids
    last_notice: int = 0  # number in the newest notice's id: one release may cause two notices in one phase
    newest_tag: str = ""  # the highest version that GitHub ever named; "" until it was first asked
    moved_to: str = ""  # the repository's name by GitHub's word, where it is no longer what bluegreen.yml says
    forgotten: str = ""  # the highest version that `past` had to drop, "" while it holds all
    floor: RollbackFloor | None = None  # no release below it runs on the schema of the database
    data_jobs: tuple[DataJob, ...] = ()  # of proven releases, oldest first
    clean_ups: tuple[CleanUp, ...] = ()  # what releases have left to later ones
    quarantine: dict[str, str] = Field(default_factory=dict)  # tag → why
    quarantined_images: dict[str, str] = Field(default_factory=dict)  # digest, or commit where there is none → tag
    served: dict[str, str] = Field(default_factory=dict)  # tag → commit that production was pointed at, newest last
    outbox: tuple[Notice, ...] = Field(default=(), max_length=OUTBOX_KEPT)  # oldest first
    channels: dict[str, ChannelTrouble] = Field(default_factory=dict)  # entry of `notify` → why it takes no notices
    pages: tuple[str, ...] = Field(default=(), max_length=PAGES_KEPT)  # open with a pager, newest last
    deliveries: tuple[str, ...] = Field(default=(), max_length=DELIVERIES_KEPT)  # webhook ids, newest last
    past: tuple[PastRelease, ...] = Field(default=(), max_length=PAST_KEPT)  # newest first
    alerts: tuple[HeardAlert, ...] = Field(default=(), max_length=ALERTS_KEPT)  # from outside, newest last
    threads: dict[str, str] = Field(default_factory=dict)  # entry and release → its message in chat, newest last
    totals: Totals = Totals()  # for ops/metrics
    gathered: Gathered | None = Field(default=None, exclude_if=operator.not_)
    judged: WrittenLook | None = Field(default=None, exclude_if=operator.not_)  # the newest written look at a bake
    checked: WrittenRounds | None = Field(default=None, exclude_if=operator.not_)  # the newest rounds of checks
    messages: tuple[str, ...] = Field(default=(), max_length=MESSAGES_KEPT)  # digests of dated alerts, newest last

    # Each of these remembers one notice, so that it is not sent again; "" when all is well.
    apart: str = ""  # id of the set release that went back while this service could not follow
    strayed: str = ""  # where somebody else had pointed production, or that it cannot be seen
    told: ToldBefore | None = Field(default=None, exclude_if=operator.not_)
    lost: str = ""  # how routers know of later versions than the journal holds: nothing moves before `recover`
    wakes_refused: str = ""  # why the platform refuses that one function wakes another
    bugs: tuple[str, ...] = Field(default=(), max_length=BUGS_KEPT)  # release and place, newest last
    over_critical: Spell | None = None  # what serves production is above the critical level, its bake being over
    dead_way_back: Spell | None = None  # the idle environment, to which production would go back, answers nothing good

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
    def set_in_flight(self) -> SetRelease | None:
        """The set release that the release in flight belongs to."""
        return self.release.set_release if self.release else None

    @property
    def active_set(self) -> SetRelease | None:
        """The set release that the active tag was released in."""
        if self.release is not None and self.release.target is self.active:
            return self.release.set_release
        tag = self.on(self.active).tag
        return next((past.part_of for past in self.past if past.tag == tag and past.outcome in SERVING), None)

    @property
    def set_under_way(self) -> tuple[SetRelease, str] | None:
        """The set release that the service takes part in, in flight or else in production; and its tag."""
        release = self.release
        if release is not None and release.set_release is not None:
            return release.set_release, release.tag
        if release is not None and release.phase not in BEFORE_SWITCH:
            return None
        active_set = self.active_set
        return None if active_set is None else (active_set, self.on(self.active).tag)

    def in_hand(self, tag: str) -> list[Release | QueuedRelease]:
        """The release in flight and the queued one, where they are of this tag."""
        return [release for release in (self.release, self.queued) if release is not None and release.tag == tag]

    def commit_of(self, tag: str) -> str:
        """The commit that a tag pointed to when it was last released, "" where it never was."""
        if self.release is not None and self.release.tag == tag and self.release.commit:
            return self.release.commit
        commits = [past.commit for past in self.past if past.tag == tag and past.commit]
        commits += [state.commit for state in self.environments.values() if state.tag == tag and state.commit]
        return commits[0] if commits else ""

    def with_past(self, past: PastRelease) -> "Record":
        """Adds a release to the past. Of the oldest, which may have to make room, only the version is kept."""
        older = (known.model_copy(update={"log": ""}) if known.log and past.log else known for known in self.past)
        (*kept, oldest), totals = (past, *older), self.totals.ended(past.outcome)
        if len(kept) < PAST_KEPT:
            return self.model_copy(update={"past": (*kept, oldest), "totals": totals})
        higher = tags.precedence(oldest.tag) and not tags.older(oldest.tag, self.forgotten)
        forgotten = oldest.tag if higher else self.forgotten
        return self.model_copy(update={"past": (*kept,), "forgotten": forgotten, "totals": totals})

    def on(self, environment: Environment) -> EnvironmentState:
        return self.environments[environment]

    def with_environment(self, environment: Environment, **changes: object) -> "Record":
        """Changes facts about an environment."""
        state = self.on(environment).model_copy(update=(OF_THE_TAG_BEFORE if "tag" in changes else {}) | changes)
        return self.model_copy(update={"environments": {**self.environments, environment: state}})

    def kept_free(self, until: datetime) -> "Record":
        """Lets no deployment to the idle environment begin before then."""
        held = self.on(self.idle).free_at
        return self.with_environment(self.idle, free_at=max(held, until) if held else until)

    def below_floor(self, tag: str) -> str:
        """Why a release must not come back, as the database does not fit it any more; "" where it may."""
        return self.floor.refuses(tag) if self.floor is not None else ""

    def barred(self, to: Environment) -> str:
        """Why production must not go back to an environment from which it was moved; "" where it may."""
        return self.on(to).redeployed or self.below_floor(self.on(to).tag)

    @property
    def forward(self) -> str:
        """What is left to do where the release that production would go back to is below the floor; "" elsewhere."""
        release = self.release if self.release and self.release.phase not in BEFORE_SWITCH else None
        to = (release.previous if release else None) or self.idle
        return self.floor.forward if self.floor is not None and self.below_floor(self.on(to).tag) else ""

    def with_floor(self, now: datetime) -> "Record":
        """Raises the floor where the migrations of the release in flight, which may run now, ask for it."""
        release = self.in_flight
        if not release.contract:
            return self
        floor = raised(self.floor, release.floor or release.tag, release.tag, release.contract, now)
        return self.model_copy(update={"floor": floor})

    def with_release(self, **changes: object) -> "Record":
        """Changes facts about the release in flight."""
        return self.model_copy(update={"release": self.in_flight.model_copy(update=changes)})


class Version(Frozen):
    """One entry of the journal: a record, who wrote it, and why.

    `previous` is the SHA-256 of the entry before it, "" for the first. `digest` is this entry's own. It is taken from
    the stored bytes and not stored itself, as another release of Bluegreen may serialise the same version differently.
    """

    schema_version: int = Field(default=SCHEMA, ge=SCHEMA, le=SCHEMA)
    seq: int
    nonce: str
    previous: str
    by: str
    why: Annotated[str, AfterValidator(hidden)]
    at: datetime
    record: Record
    bluegreen: str = ""  # the version of the program that wrote it; "" before 0.3
    digest: str = Field(default="", exclude=True)

    @property
    def service(self) -> str:
        return self.record.service
