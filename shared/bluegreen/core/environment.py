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
    DEPLOYING = "deploying"  # is being given a release; still runs what it ran
    READY = "ready"  # holds a release that passed its checks
    UNFIT = "unfit"  # holds a release that failed, or that was rolled back


# What is known of an environment whose release failed or was taken back. `unproven` goes too: a later deployment that
# fails makes the environment idle again, and what it then still runs must not look like what people may go back to.
NOT_TO_SERVE: dict[str, object] = {"status": Status.UNFIT, "proven": False, "unproven": ""}


class PreviousDeployment(Frozen):
    """The proven release that an environment ran before its present one: what App Platform's own rollback restores."""

    tag: str
    commit: str = ""
    digest: str = ""
    deployment: str = ""


class InBake(Frozen):
    """What users got from a release while it was watched: what is usual of it."""

    requests: int
    failed: int


class EnvironmentState(Frozen):
    """What an environment runs. `tag` is "" when that is not known."""

    status: Status
    app: str = ""  # App Platform's id of the app that all of this is known of; "" where an older Bluegreen wrote it
    tag: str = ""
    commit: str = ""
    digest: str = ""  # sha256:… where the release is an image
    deployment: str = ""  # DigitalOcean's deployment id
    since: Time | None = None  # None: it was there before Bluegreen came
    free_at: Time | None = None  # until then a function that is late may deploy here, or DNS caches may send users here
    proven: bool = False  # passed its checks, or was active before, and no watch has ended without a proof of it
    unproven: str = ""  # the tag whose watch here ended without a proof: people may go back to it
    in_bake: InBake | None = None  # None: it was not watched, or nobody had counted
    before: PreviousDeployment | None = None
    redeployed: str = ""  # why the release of before is not here any more: a deployment of somebody else, another app
    pinned: str = ""  # the deployment that App Platform's own rollback, asked for by us, has pinned the app to
    unsettled: "UnsettledDeployment | None" = Field(default=None, exclude_if=not_)

    @property
    def may_serve(self) -> bool:
        """A person may point production here: what runs passed its checks. By itself Bluegreen goes only to what is
        proven."""
        if self.redeployed:
            return False
        return self.proven or (bool(self.tag) and self.unproven == self.tag and self.status is not Status.UNFIT)

    @property
    def as_previous(self) -> PreviousDeployment | None:
        """What `before` will be once another release is deployed here: unproven ones are passed over."""
        if not self.proven or not self.tag:
            return self.before
        return PreviousDeployment(tag=self.tag, commit=self.commit, digest=self.digest, deployment=self.deployment)


class UnsettledDeployment(Frozen):
    """A deployment that nobody follows any more, before its end was known: the environment runs it, or what it ran."""

    id: str  # "" where it is not known whether one was made
    intended_at: Time
    before: tuple[str, ...] = ()  # deployments that existed before: none of them is it
    tag: str
    commit: str = ""
    digest: str = ""
    ran: EnvironmentState


OF_THE_TAG_BEFORE: dict[str, object] = {"redeployed": "", "unsettled": None}  # another tag ends both
EnvironmentState.model_rebuild()
