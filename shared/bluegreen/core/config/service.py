"""One service in bluegreen.yml: its environments, and a section for each of its settings."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from bluegreen.core.config.address import Url
from bluegreen.core.config.alerts import AlertSettings
from bluegreen.core.config.checks import Checks
from bluegreen.core.config.database.migrations import MigrationSettings
from bluegreen.core.config.drift import DriftSettings
from bluegreen.core.config.freeze import FreezeWindow
from bluegreen.core.config.notify import NoticeSettings, PagerNotice, named
from bluegreen.core.config.options import Approval, Options
from bluegreen.core.config.signals import ProbeSignal, RouterSignal, Signal
from bluegreen.core.config.source import Image, Source
from bluegreen.core.config.tags import Tags, is_git_name
from bluegreen.core.config.thresholds import AfterBake, Thresholds, Watch, WhileWatching
from bluegreen.core.config.traffic import AppIngress, Traffic
from bluegreen.core.config.units import Duration
from bluegreen.core.environment import Environment
from bluegreen.core.model import Frozen

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]


class EnvironmentSettings(Frozen):
    app: str = Field(min_length=1)  # the App Platform app's id
    url: Url  # its default ingress, never the public domain


class Adopt(Frozen):
    """What is true on the day that Bluegreen takes over; read once, when the journal is empty."""

    active: Environment = Environment.BLUE
    blue: str = ""  # the tag that runs there, "" when nobody knows
    green: str = ""

    @field_validator("blue", "green")
    @classmethod
    def _is_a_tag(cls, tag: str) -> str:
        if tag and not is_git_name(tag):
            raise ValueError('a tag as git allows it is wanted, such as v1.3.0, or "" where nobody knows')
        return tag


class Deadlines(Frozen):
    requested: Duration = 600.0
    deploying: Duration = 1800.0
    checking: Duration = 600.0
    smoking: Duration = 600.0
    ready: Duration = 86400.0
    switching: Duration = 120.0
    rolling_back: Duration = 600.0


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
    approval: Approval | None = None  # a person approves each switch
    checks: Checks = Checks()
    watch: Watch = Watch()
    while_watching: WhileWatching = WhileWatching.WAIT  # what a newer tag does meanwhile
    restore_idle: bool = False  # what the idle environment ran is deployed again after a release that failed there
    after_bake: AfterBake = AfterBake.TELL  # when the critical level is passed later on
    thresholds: Thresholds = Thresholds()
    deadlines: Deadlines = Deadlines()
    alerts: AlertSettings = AlertSettings()
    drift: DriftSettings = DriftSettings()
    freeze: tuple[FreezeWindow, ...] = ()  # in which nothing new begins
    migrations: MigrationSettings = MigrationSettings()
    notify: tuple[NoticeSettings, ...] = ()
    dashboard: Url | Literal[""] = ""  # of your own, shown beside the links in notices

    @model_validator(mode="after")
    def _two_environments(self) -> "Service":
        if set(self.environments) != set(Environment):
            raise ValueError("environments: exactly blue and green are wanted")
        apps = {settings.app for settings in self.environments.values()}
        shared = isinstance(self.traffic, AppIngress)
        if not shared and len(apps) < len(self.environments):
            raise ValueError("environments: blue and green need an app each")
        if len({settings.url.lower() for settings in self.environments.values()}) < len(self.environments):
            raise ValueError("environments: blue and green need a url each, by which each is checked")
        if shared and len(apps) > 1:
            raise ValueError("environments: with traffic app_ingress blue and green are components of one app")
        if shared and not isinstance(self.source, Image):
            raise ValueError(
                "source: traffic app_ingress needs kind image, as both components share each deployment, and one that "
                "looks up the branch of the idle one looks up the active one's too"
            )
        return self

    @model_validator(mode="after")
    def _data_job_apart(self) -> "Service":
        after = self.migrations.after
        if after is not None and after.app in {settings.app for settings in self.environments.values()}:
            raise ValueError("migrations.after.app: an app of its own is wanted, for its deployment is what is started")
        return self

    @model_validator(mode="after")
    def _checks_can_pass_in_time(self) -> "Service":
        limits = {"health": ("checking", self.checks.health), "smoke": ("smoking", self.checks.smoke)}
        for name, (phase, group) in limits.items():
            takes, limit = group.successes * group.interval, getattr(self.deadlines, phase)
            if takes >= limit:
                raise ValueError(
                    f"checks.{name}: {group.successes} successes with an interval of {group.interval:g} s take about "
                    f"{takes:g} s, and deadlines.{phase} allows {limit:g}: fewer, a shorter interval or a later "
                    "deadline are wanted"
                )
        return self

    @field_validator("notify")
    @classmethod
    def _one_pager_and_one_of_each_name(cls, found: tuple[NoticeSettings, ...]) -> tuple[NoticeSettings, ...]:
        if sum(isinstance(entry, PagerNotice) for entry in found) > 1:
            raise ValueError("one entry of kind pager is allowed, as there is one BLUEGREEN_PAGER_KEY")
        for kind in ("teams", "cdevents", "otlp"):
            if sum(entry.kind == kind for entry in found) > 1:
                raise ValueError(f"one entry of kind {kind} is allowed, as there is one address for it in .env")
        named(found)  # which has one of each name
        return found

    def options_of(self, asked: Options, leads_back: bool) -> Options:
        """What a release gets of the options that it was asked for with."""
        return asked if self.approval is None or leads_back else asked.model_copy(update={"auto_switch": False})

    def tag_fault(self, tag: str) -> str | None:
        """Why a tag is not a release of the service; None when it is one."""
        return self.tags.fault(tag) or (self.source.fault(tag) if isinstance(self.source, Image) else None)

    def url(self, environment: Environment) -> str:
        return self.environments[environment].url

    def app(self, environment: Environment) -> str:
        return self.environments[environment].app

    def component(self, environment: Environment) -> str:
        """The environment's component of a shared app; "" where it has an app of its own."""
        return self.traffic.components[environment] if isinstance(self.traffic, AppIngress) else ""
