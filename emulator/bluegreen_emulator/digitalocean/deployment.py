"""One deployment: its phases, what it deploys and why it was made."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bluegreen_emulator.digitalocean.sources import Version
from bluegreen_emulator.digitalocean.spec import Spec

PHASES = ("PENDING_BUILD", "BUILDING", "PENDING_DEPLOY", "DEPLOYING", "ACTIVE")
TERMINAL = frozenset({"ACTIVE", "ERROR", "CANCELED", "SUPERSEDED"})


@dataclass(frozen=True)
class Cause:
    """`type` is MANUAL, DEPLOY_ON_PUSH, MAINTENANCE, MANUAL_ROLLBACK, AUTO_ROLLBACK, ..."""

    type: str = "MANUAL"
    text: str = "manual"
    user: str = ""
    action: str = ""  # CREATE_DEPLOYMENT, UPDATE_SPEC, ROLLBACK_APP, REVERT_APP_ROLLBACK, RESTART


@dataclass(frozen=True)
class Failure:
    """Ends a deployment in ERROR when it has been in `phase` for its time."""

    phase: str
    code: str
    message: str


@dataclass(frozen=True)
class Order:
    """What is to go wrong with an app's next deployment."""

    failure: Failure | None = None
    endless: bool = False
    odd_phase: str = ""  # shown in place of DEPLOYING
    other_commit: str = ""  # built in place of the branch's head
    auto_rollback: bool = False


@dataclass
class Deployment:
    id: str
    spec: Spec
    versions: dict[str, Version]
    cause: Cause
    created_at: datetime
    plan: list[tuple[str, float]]  # the phases to come after PENDING_BUILD, each with its seconds
    seconds: float  # of the present phase
    build_skipped: bool = False
    order: Order = field(default_factory=Order)
    cloned_from: str = ""
    previous: str = ""
    phase: str = "PENDING_BUILD"
    since: datetime = field(init=False)
    reached: dict[str, datetime] = field(init=False)  # phase → when it began

    def __post_init__(self) -> None:
        self.since = self.created_at
        self.reached = {self.phase: self.created_at}

    @property
    def ends_at(self) -> datetime:
        return self.since + timedelta(seconds=self.seconds)

    @property
    def failure(self) -> Failure | None:
        return self.order.failure

    @property
    def furthest(self) -> str:
        """The phase that it is in, or was in when it failed or was stopped."""
        return next(phase for phase in reversed(PHASES) if phase in self.reached)

    def half_way(self, now: datetime) -> bool:
        """Half of that phase's time has passed."""
        return now - self.reached[self.furthest] > (self.ends_at - self.since) / 2

    def fail(self, code: str, message: str, at: datetime) -> None:
        self.order = Order(Failure(self.phase, code, message), auto_rollback=self.order.auto_rollback)
        self.enter("ERROR", at)

    def enter(self, phase: str, at: datetime, seconds: float = 0.0) -> None:
        self.phase, self.since, self.seconds = phase, at, seconds
        self.reached[phase] = at
