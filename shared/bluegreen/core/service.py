"""What bluegreen.yml says about one service."""

from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from bluegreen.core.address import Url
from bluegreen.core.alerts import AlertSettings
from bluegreen.core.checks import Check
from bluegreen.core.environment import Environment
from bluegreen.core.model import Frozen
from bluegreen.core.release import Options
from bluegreen.core.signals import ProbeSignal, RouterSignal, Signal
from bluegreen.core.thresholds import Thresholds, Watch
from bluegreen.core.traffic import AppIngress, Traffic
from bluegreen.core.units import Duration

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]


class EnvironmentSettings(Frozen):
    app: str = Field(min_length=1)  # the App Platform app's id
    url: Url  # its default ingress, never the public domain


class Adopt(Frozen):
    """What is true on the day that Bluegreen takes over; read once, when the journal is empty."""

    active: Environment = Environment.BLUE
    blue: str = ""  # the tag that runs there, "" when nobody knows
    green: str = ""


class Tags(Frozen):
    pattern: str = "v*"
    prereleases: bool = False
    ask_every: int = Field(default=5, ge=1, le=60)  # minutes between two looks for tags that were never announced


class PointerBranch(Frozen):
    """Builds from Git: the branch `<prefix><environment>` is moved to the tag's commit."""

    kind: Literal["pointer_branch"]
    prefix: str = Field(default="deploy/", pattern=r"^[a-z0-9._/-]+$")


class Image(Frozen):
    """An image of the tag's name in a registry, pinned by digest."""

    kind: Literal["image"]
    registry_type: Literal["DOCR", "GHCR", "DOCKER_HUB"] = "DOCR"  # as the app's spec names them
    registry: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")  # DOCR: its name; the others: who owns the image
    repository: str = Field(pattern=r"^[a-z0-9]+([._/-]+[a-z0-9]+)*$")
    private: bool = False  # BLUEGREEN_REGISTRY_CREDENTIALS is wanted to read it; DOCR needs none
    component: str = ""  # of the app, where it has more than one that uses images

    @model_validator(mode="after")
    def _credentials_needed(self) -> "Image":
        if self.private and self.registry_type == "DOCR":
            raise ValueError("private: images in DigitalOcean's own registry need no credentials; leave it out")
        return self


class CheckGroup(Frozen):
    """Checks that run side by side, until all pass `successes` times in a row or the time is over."""

    requests: tuple[Check, ...] = ()
    grace: Duration = 30.0  # from completion of the deployment: failures do not count yet
    retries: int = Field(default=3, ge=0, le=50)  # rounds after the grace before it is a failure
    interval: Duration = 2.0
    successes: int = Field(default=2, ge=1, le=20)


class Checks(Frozen):
    health: CheckGroup = CheckGroup()
    smoke: CheckGroup = CheckGroup(grace=0.0, successes=1)


class Deadlines(Frozen):
    requested: Duration = 600.0
    deploying: Duration = 1800.0
    checking: Duration = 600.0
    smoking: Duration = 600.0
    ready: Duration = 86400.0
    switching: Duration = 120.0
    rolling_back: Duration = 600.0


class Policy(Enum):
    WARN = "warn"
    REFUSE = "refuse"
    OFF = "off"


class DriftSettings(Frozen):
    """What is done about differences between the two apps' specs, and which are meant."""

    policy: Policy = Policy.WARN
    ignore: tuple[str, ...] = ()  # names of environment variables, or paths such as services.web.instance_count

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        """`drift: warn`; YAML reads `off` as false."""
        if written is False:
            return {"policy": "off"}
        return {"policy": written} if isinstance(written, str) else written


class SlackNotice(Frozen):
    kind: Literal["slack"]
    channel: str = ""  # "": the webhook's own


class GitHubNotice(Frozen):
    kind: Literal["github"]
    environment: str = "production"  # of GitHub's Deployments API


Source = Annotated[PointerBranch | Image, Field(discriminator="kind")]
NoticeSettings = Annotated[SlackNotice | GitHubNotice, Field(discriminator="kind")]


class Service(Frozen):
    name: Name = ""
    repository: str = Field(pattern=r"^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$")
    tags: Tags = Tags()
    source: Source
    environments: dict[Environment, EnvironmentSettings]
    adopt: Adopt = Adopt()
    traffic: Traffic
    signals: tuple[Signal, ...] = (RouterSignal(kind="router"), ProbeSignal(kind="probe"))
    options: Options = Options()
    checks: Checks = Checks()
    watch: Watch = Watch()
    thresholds: Thresholds = Thresholds()
    deadlines: Deadlines = Deadlines()
    alerts: AlertSettings = AlertSettings()
    drift: DriftSettings = DriftSettings()
    notify: tuple[NoticeSettings, ...] = ()

    @model_validator(mode="after")
    def _two_environments(self) -> "Service":
        if set(self.environments) != set(Environment):
            raise ValueError("environments: exactly blue and green are wanted")
        apps = {settings.app for settings in self.environments.values()}
        shared = isinstance(self.traffic, AppIngress)
        if not shared and len(apps) < len(self.environments):
            raise ValueError("environments: blue and green need an app each")
        if shared and len(apps) > 1:
            raise ValueError("environments: with traffic app_ingress blue and green are components of one app")
        if shared and not isinstance(self.source, Image):
            raise ValueError(
                "source: traffic app_ingress needs kind image, as both components share each deployment, and one that "
                "looks up the branch of the idle one looks up the active one's too"
            )
        return self

    def url(self, environment: Environment) -> str:
        return self.environments[environment].url

    def app(self, environment: Environment) -> str:
        return self.environments[environment].app

    def component(self, environment: Environment) -> str:
        """The environment's component of a shared app; "" where it has an app of its own."""
        return self.traffic.components[environment] if isinstance(self.traffic, AppIngress) else ""
