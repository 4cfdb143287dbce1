"""One release on its way: what was asked, where it is, what was found."""

from datetime import datetime

from bluegreen.core.config.options import Options
from bluegreen.core.environment import Environment
from bluegreen.core.errors import IllegalMove
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.model import Frozen, Time
from bluegreen.core.phases import Phase


class SetRelease(Frozen):
    """Services that are released together: nothing is switched before all are ready, then in this order.

    `id` is the same for all of them, and another each time that a person asks for the set.
    """

    id: str
    name: str  # of the set in bluegreen.yml
    members: tuple[str, ...]


class Purpose(Frozen):
    """What is special about a release. Only a person can give `lift`, `fix` and `back`."""

    lift: bool = False  # a quarantine of its tag or its image does not count
    fix: bool = False  # the app that it goes to is made like the active one first
    back: bool = False  # production goes back to it: what it leaves behind is quarantined
    part_of: SetRelease | None = None

    @property
    def says(self) -> str:
        """To follow what was asked for."""
        said = (", to go back to it" if self.back else "") + (", its quarantine lifted" if self.lift else "")
        return said + (f", in set {self.part_of.name}" if self.part_of else "")


class Claim(Frozen):
    """Who is at work. It saves double work, no more: a writer without it loses nothing but its effort."""

    owner: str  # the activation's id
    until: Time


class Deployment(Frozen):
    """A deployment, from the intent to make one. `id` is "" until DigitalOcean has answered."""

    intended_at: Time
    id: str = ""
    before: tuple[str, ...] = ()  # deployments that were there already: not ours
    ended: bool = False  # without having gone live: the environment still runs what it ran
    refused: str = ""  # DigitalOcean's answer where it would not make one


class NativeRollback(Frozen):
    """App Platform's own rollback of the active app: the second line. What it goes back to, and what came of it."""

    deployment: str
    tag: str
    commit: str = ""
    digest: str = ""
    before: tuple[str, ...] = ()  # deployments that were there already: not ours
    made: str = ""  # the deployment that it is carried out by, "" until DigitalOcean has answered


class HistoryLine(Frozen):
    at: Time
    phase: Phase
    by: str  # the function, or the person's way in
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
    wake_at: Time  # when the watch wakes its caretaker if nobody has come
    claim: Claim | None = None
    target: Environment | None = None  # None until the gates have chosen it
    previous: Environment | None = None  # what was active before the switch
    deployment: Deployment | None = None
    native: NativeRollback | None = None
    go: bool = False  # a person said: switch
    troubles: int = 0  # answers in a row that said "later"
    switched_at: Time | None = None
    evidence: Evidence = Evidence()
    reason: str = ""  # why it is where it is
    history: tuple[HistoryLine, ...] = ()

    @property
    def goes_to(self) -> Environment:
        """The target, where the gates must have chosen one."""
        if self.target is None:
            raise IllegalMove(f"{self.tag} has no target yet")
        return self.target

    def claimed_by_other(self, owner: str, now: datetime) -> bool:
        return self.claim is not None and self.claim.owner != owner and self.claim.until > now
