"""The two equal environments, and what stands on each."""

from enum import Enum

from bluegreen.core.model import Frozen, Time


class Environment(Enum):
    BLUE = "blue"
    GREEN = "green"

    __hash__ = object.__hash__  # Enum's own is written in Python, and every record has dictionaries by environment

    @property
    def other(self) -> "Environment":
        return Environment.GREEN if self is Environment.BLUE else Environment.BLUE


class Status(Enum):
    """What an environment is for, just now."""

    ACTIVE = "active"  # serves production
    IDLE = "idle"  # holds the release before, kept warm: the way back
    DEPLOYING = "deploying"  # is being given a release; still runs what it ran
    READY = "ready"  # holds a release that passed its checks
    UNFIT = "unfit"  # holds a release that failed, or that was rolled back


class Stood(Frozen):
    """A proven release that an environment ran before the present one: where App Platform's own rollback leads."""

    tag: str
    commit: str = ""
    digest: str = ""
    deployment: str = ""


class EnvironmentState(Frozen):
    """What stands on an environment. `tag` is what it runs, "" when that is not known."""

    status: Status
    tag: str = ""
    commit: str = ""
    digest: str = ""  # sha256:… where the release is an image
    deployment: str = ""  # DigitalOcean's deployment id
    since: Time | None = None  # None: it was there before Bluegreen came
    free_at: Time | None = None  # until then a late function may deploy, or users may be led here by an old answer
    proven: bool = False  # passed its checks, or was active before: production may point here
    before: Stood | None = None
    pinned: str = ""  # the deployment that a rollback of ours by App Platform has pinned the app to

    @property
    def left_behind(self) -> Stood | None:
        """What the next release that goes live here comes after."""
        if not self.proven or not self.tag:
            return self.before
        return Stood(tag=self.tag, commit=self.commit, digest=self.digest, deployment=self.deployment)
