"""The two equal environments, and what each of them runs."""

from enum import Enum
from operator import not_

from pydantic import Field

from bluegreen.core.model import Frozen, Time


class Environment(Enum):
    BLUE = "blue"
    GREEN = "green"

    __hash__ = object.__hash__  # Enum's own is written in Python, and every record has dictionaries by environment

    @property
    def other(self) -> "Environment":
        return Environment.GREEN if self is Environment.BLUE else Environment.BLUE


class Status(Enum):
    """What an environment is used for at the moment."""

    ACTIVE = "active"  # serves production
    IDLE = "idle"  # keeps the previous release running: the rollback target
    DEPLOYING = "deploying"  # a release is being deployed to it; until that is live it runs what it ran before
    READY = "ready"  # holds a release that passed its checks
    UNFIT = "unfit"  # holds a release that failed, or that was rolled back


# Changes to an environment whose release failed or was rolled back. `unproven` is cleared too: if a later deployment
# fails, the environment becomes idle again, and what it still runs must not look like something to go back to.
NOT_TO_SERVE: dict[str, object] = {"status": Status.UNFIT, "proven": False, "unproven": ""}


class PreviousDeployment(Frozen):
    """The proven release that an environment ran before its present one: what App Platform's own rollback restores."""

    tag: str
    commit: str = ""
    digest: str = ""
    deployment: str = ""


class InBake(Frozen):
    """Users' requests while a release was watched, and how many failed: its usual error rate."""

    requests: int
    failed: int


class EnvironmentState(Frozen):
    """What an environment runs. `tag` is "" when that is not known."""

    status: Status
    app: str = ""  # App Platform's id of the app that these facts are about; "" if an older Bluegreen wrote them
    tag: str = ""
    commit: str = ""
    digest: str = ""  # sha256:… where the release is an image
    deployment: str = ""  # DigitalOcean's deployment id
    since: Time | None = None  # None: since before Bluegreen was set up
    free_at: Time | None = None  # until then a function that is late may deploy here, or DNS caches may send users here
    proven: bool = False  # passed its checks, or was active before, and no watch has ended without a proof of it
    unproven: str = ""  # the tag whose watch here ended without a proof: people may go back to it
    in_bake: InBake | None = None  # None: it was not watched, or nothing counted
    before: PreviousDeployment | None = None
    redeployed: str = ""  # why the recorded release no longer runs here: somebody else deployed, or it is another app
    pinned: str = ""  # the deployment that App Platform's own rollback, asked for by us, has pinned the app to
    unsettled: "UnsettledDeployment | None" = Field(default=None, exclude_if=not_)

    @property
    def may_serve(self) -> bool:
        """A person may point production here: what runs passed its checks. Automatic rollbacks go only to what is
        proven."""
        if self.redeployed:
            return False
        return self.proven or (bool(self.tag) and self.unproven == self.tag and self.status is not Status.UNFIT)

    @property
    def as_previous(self) -> PreviousDeployment | None:
        """The value of `before` once another release is deployed here: a release that is not proven is skipped."""
        if not self.proven or not self.tag:
            return self.before
        return PreviousDeployment(tag=self.tag, commit=self.commit, digest=self.digest, deployment=self.deployment)


class UnsettledDeployment(Frozen):
    """A deployment given up before its end was known: the environment runs either it or `ran`, the state before."""

    id: str  # "" if it is not known whether one was created
    intended_at: Time
    before: tuple[str, ...] = ()  # deployments that existed before: none of them is it
    tag: str
    commit: str = ""
    digest: str = ""
    ran: EnvironmentState


OF_THE_TAG_BEFORE: dict[str, object] = {"redeployed": "", "unsettled": None}  # another tag ends both
EnvironmentState.model_rebuild()
