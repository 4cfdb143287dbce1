"""One release: what was asked for, which phase it is in, what was found."""

from datetime import datetime
from operator import not_

from pydantic import Field

from bluegreen.core.config.options import Options
from bluegreen.core.data_jobs.stored import CleanUp
from bluegreen.core.environment import Environment
from bluegreen.core.errors import IllegalMove
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.model import Frozen, Time
from bluegreen.core.phases import Phase

LOG_KEPT = 1500  # characters of the last lines of an app's log
PERSON = "a person"  # stands for whoever asked, in a history


# A phase as the end of a sentence: `v1.3.0 is in smoke checks`.
IN_WORDS = {
    Phase.REQUESTED: "was asked for",
    Phase.DEPLOYING: "is being deployed",
    Phase.CHECKING: "is in health checks",
    Phase.SMOKING: "is in smoke checks",
    Phase.READY: "is ready to take over",
    Phase.SWITCHING: "is taking over",
    Phase.WATCHING: "is being watched",
    Phase.ROLLING_BACK: "is being taken back",
    Phase.LIVE: "is live",
    Phase.UNPROVEN: "stays, unproven",
    Phase.ROLLED_BACK: "was rolled back",
    Phase.FAILED: "failed",
    Phase.REJECTED: "was rejected",
    Phase.ABORTED: "was aborted",
    Phase.EXPIRED: "expired",
    Phase.SUPERSEDED: "was superseded",
    Phase.RESTORED: "stands by again",
    Phase.STUCK: "is stuck",
}


class SetRelease(Frozen):
    """One release of services that belong together: none is switched before all are ready, then in this order.

    Every member's release carries it. Its `id` tells it from other releases of the same set: a person who asks for the
    set again begins another one.
    """

    id: str
    name: str  # of the set in bluegreen.yml
    members: tuple[str, ...]

    def same_as(self, other: "SetRelease | None") -> bool:
        """By `id` alone: bluegreen.yml may have changed the members since."""
        return other is not None and self.id == other.id


class Purpose(Frozen):
    """How a release differs from a usual one. Only a person can ask for `lift`, `fix`, `back` and `undo`;
    `restore` may also be asked for by bluegreen.yml (`restore_idle`).
    """

    lift: bool = False  # release it although its tag or image is quarantined
    fix: bool = False  # the target app's spec is made equal to the active one's first
    back: bool = False  # it is a rollback to an earlier release: the release that leaves production is quarantined
    part_of: SetRelease | None = None
    undo: bool = False  # it reverses a rollback, and is not deployed: its environment still runs it
    restore: bool = False  # it is to stand by on the idle environment as the rollback target
    announced: bool = False  # by a webhook, or found by the watch; no person asked for it
    override: bool = False  # release it although a freeze window is open

    @property
    def leads_back(self) -> bool:
        """It repairs production or the way back, so no pause and no freeze window holds it."""
        return self.back or self.undo or self.restore

    @property
    def says(self) -> str:
        """The end of a sentence that names what was asked for."""
        purposes = (", to go back to it" if self.back else "") + (", although it is quarantined" if self.lift else "")
        purposes += ", to stand by as the way back" if self.restore else ""
        return purposes + (f", in set {self.part_of.name}" if self.part_of else "")


class Pause(Frozen):
    """A person has said that nothing new begins: no release, and no switch of one that is ready, by whoever.

    What is in flight goes on to *ready*, or is judged to the end where it has switched; what leads back (a rollback,
    its undo, what is restored) is never stopped. A set that has begun to switch is not left halfway. A person ends it.
    """

    by: str
    at: Time
    why: str = ""

    def says(self, service: str, over: bool = False) -> str:
        why = f": {self.why}" if self.why else ""
        return f"{service} {'was' if over else 'is'} paused by {self.by} since {self.at:%Y-%m-%d %H:%M} UTC{why}"


class Claim(Frozen):
    """A lease on the release: which activation works on it, and until when.

    It only saves duplicate work. What keeps the record right is the append: of two writers one gets `Stale`.
    """

    owner: str  # the activation's id
    until: Time


class Deployment(Frozen):
    """A deployment. It is recorded as an intent before DigitalOcean is asked; `id` is "" until that has answered."""

    intended_at: Time
    id: str = ""
    before: tuple[str, ...] = ()  # deployments that existed before: none of them is ours
    ended: bool = False  # ended without going live: the environment still runs what it ran before
    refused: str = ""  # DigitalOcean's answer, if it refused to create one


class SmokeRun(Frozen):
    """The run of the smoke tests' workflow. It is recorded as an intent before GitHub is asked."""

    intended_at: Time
    id: int = 0  # 0 until GitHub has answered which run it is
    url: str = ""
    report: str = ""  # the page at GitHub of a failed run


class NativeRollback(Frozen):
    """App Platform's own rollback of the active app. `deployment` is the one that it restores."""

    deployment: str
    tag: str
    commit: str = ""
    digest: str = ""
    before: tuple[str, ...] = ()  # deployments that existed before: none of them is ours
    made: str = ""  # the deployment that carries it out; "" until DigitalOcean has answered


class Beat(Frozen):
    """A router instance wakes the watch every `every` seconds, so that no function has to stay awake in between."""

    instance: str
    every: float


class HistoryLine(Frozen):
    at: Time
    phase: Phase
    by: str  # the function, or the way in which a person asked
    says: str


class Release(Frozen):
    id: str
    tag: str
    commit: str = ""
    digest: str = ""
    options: Options = Options()
    purpose: Purpose = Purpose()
    by: str = ""  # who asked for it
    requested_at: Time
    phase: Phase = Phase.REQUESTED
    phase_since: Time
    wake_at: Time  # from then on the watch wakes its caretaker, if no function has taken the turn
    claim: Claim | None = None
    target: Environment | None = None  # None while requested
    previous: Environment | None = None  # what was active before the switch
    deployment: Deployment | None = None
    native: NativeRollback | None = None
    smoke_run: SmokeRun | None = None
    go: bool = False  # a person has asked for the switch
    troubles: int = 0  # looks in a row that ended in a `Later`
    troubled_since: Time | None = None  # the time of the first of them
    trouble_told: bool = False  # people were told of them in this phase
    switched_at: Time | None = None
    committed_at: Time | None = Field(default=None, exclude_if=not_)  # by GitHub's word
    mirror: float = 0.0  # percent of users' requests that are copied to the previous environment during the watch
    beat: Beat | None = None  # paces the looks during the watch; None: a watch function stays with it
    beats: int = 0  # how many arrived while a watch function stayed with it
    evidence: Evidence = Evidence()
    reason: str = ""  # why it is in this phase
    misconfigured: bool = False  # it failed because of our settings: a newer tag would fail too
    log: str = ""  # the last lines of the app's log, if its deployment failed
    safe_way: str = ""  # if a migration was refused: the steps that do it safely
    reviewed: tuple[str, ...] = ()  # migrations that a person let pass, and why
    contract: str = ""  # why no release before `floor` runs on the schema that its migrations leave
    floor: str = ""  # the oldest release that does; "" is this one
    clean_ups: tuple[CleanUp, ...] | None = None  # that it leaves to later ones; None: it was not asked
    cleaned: tuple[str, ...] = ()  # statements that earlier ones had left, and that its migrations run
    history: tuple[HistoryLine, ...] = ()

    @property
    def set_release(self) -> SetRelease | None:
        return self.purpose.part_of

    @property
    def asked_back(self) -> bool:
        """A person asked for the rollback; neither the judge nor an alert did."""
        line = next((line for line in reversed(self.history) if line.phase is Phase.ROLLING_BACK), None)
        return self.phase is Phase.ROLLED_BACK and line is not None and line.by == PERSON

    @property
    def goes_to(self) -> Environment:
        """The target, in the phases that have one."""
        if self.target is None:
            raise IllegalMove(f"{self.tag} has no target yet")
        return self.target

    def claimed_by_other(self, owner: str, now: datetime) -> bool:
        return self.claim is not None and self.claim.owner != owner and self.claim.until > now
