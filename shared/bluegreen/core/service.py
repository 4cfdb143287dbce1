"""What bluegreen.yml says about one service."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bluegreen.core.address import Url
from bluegreen.core.alerts import AlertSettings
from bluegreen.core.checks import Check
from bluegreen.core.environment import Environment
from bluegreen.core.model import Frozen
from bluegreen.core.release import Options
from bluegreen.core.signals import ProbeSignal, RouterSignal, Signal
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


class Watch(Frozen):
    checks: int = Field(default=10, ge=1)  # post-switch checks …
    over: Duration = 300.0  # … spread over this time
    bake: Duration = 3600.0  # watched for this long in all
    every: Duration = 3.0  # between two looks while a release is in flight
    warm_up: Duration = 30.0  # after the switch: slow answers are not held against it, failed ones are
    fresh: Duration = 3600.0  # after the switch; afterwards the looks are further apart …
    later: Duration = 30.0  # … by so much
    extend: Duration = 300.0  # how much longer it may take when the end of the bake finds it unproven
    stay: Duration = 55.0  # how long one watch stays
    write_every: Duration = 10.0  # running counts are written down this often


class Level(Frozen):
    """One line of the thresholds table."""

    normal: float
    warning: float
    critical: float

    @model_validator(mode="after")
    def _rising(self) -> "Level":
        if not self.normal <= self.warning <= self.critical:
            raise ValueError("normal, warning and critical have to rise")
        return self


class Thresholds(Frozen):
    """Shares in percent, times in milliseconds."""

    error_rate: Level = Level(normal=0.1, warning=1, critical=5)
    response_time_p95: Level = Level(normal=500, warning=1000, critical=2000)
    cpu: Level = Level(normal=70, warning=80, critical=90)
    memory: Level = Level(normal=80, warning=90, critical=95)
    connections: Level = Level(normal=100, warning=200, critical=500)
    tolerance: float | None = Field(default=None, ge=0.001, le=50)  # share that wakes nobody up; five times normal
    least_requests: int = Field(default=50, ge=1)  # fewer in a minute are not held against the critical level


class Deadlines(Frozen):
    requested: Duration = 600.0
    deploying: Duration = 1800.0
    checking: Duration = 600.0
    smoking: Duration = 600.0
    ready: Duration = 86400.0
    switching: Duration = 120.0
    rolling_back: Duration = 600.0


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
            raise ValueError("source: traffic app_ingress needs kind image, as both components share each deployment")
        return self

    def url(self, environment: Environment) -> str:
        return self.environments[environment].url

    def app(self, environment: Environment) -> str:
        return self.environments[environment].app

    def component(self, environment: Environment) -> str:
        """The environment's component of a shared app; "" where it has an app of its own."""
        return self.traffic.components[environment] if isinstance(self.traffic, AppIngress) else ""
