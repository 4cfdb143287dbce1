"""Everything outside of the functions, in memory: App Platform, GitHub, Slack, the traffic, the web apps."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from bluegreen.clients.digitalocean_answers import AppDeployment
from bluegreen.clients.store.objects import Objects
from bluegreen.core.environment import Environment
from bluegreen_emulator.code import Commit, Repository
from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.host import Program, web_app
from bluegreen_emulator.digitalocean.memory_host import MemoryHost
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.settings import Settings as PlatformSettings
from bluegreen_emulator.github.deployments import Deployments
from bluegreen_emulator.slack import Slack
from tests.build import NOW
from tests.simulation.world.clock import VirtualClock
from tests.simulation.world.dns_record import DnsRouting
from tests.simulation.world.load_balancer import LoadBalancerRouting
from tests.simulation.world.routers import Routers
from tests.simulation.world.routing import Routing
from tests.simulation.world.service_config import BLUE_URL, GREEN_URL, REPOSITORY
from tests.simulation.world.store import Reports

BLUE, GREEN = Environment.BLUE, Environment.GREEN
_NAMED = (("blue", BLUE), ("green", GREEN))
_SHARE = 0.3  # of requests that fail where a release is broken


class Decay(NamedTuple):
    """A release that was well, and fails from then on; `way_back`: something proven stood by when it began."""

    tag: str
    since: float
    until: float
    way_back: bool


@dataclass
class World:
    clock: VirtualClock = field(default_factory=VirtualClock)
    routers: Routers = field(default_factory=Routers)
    traffic: str = "router"
    busy: str = "supersede"  # what App Platform does with a deployment while another is under way
    alerts: list[str] = field(default_factory=list)  # bodies that monitoring has sent
    prefix: str = ""  # of its apps' names and branches
    environments: dict[str, Environment] = field(default_factory=lambda: {BLUE_URL: BLUE, GREEN_URL: GREEN})

    decay: Decay | None = None

    def __post_init__(self) -> None:
        self._advanced_to = -1.0
        self._open()
        self.apps = self._make_apps()
        self.routing = self._make_routing()
        self.telemetry: Objects = Reports(self._report_ages, self._report)

    def _open(self) -> None:
        """What the services of one team share: account, repository, GitHub's page, Slack."""
        self.repository = _repository()
        self.host = MemoryHost()
        times = PlatformSettings(
            pending_build=1,
            building=3,
            pending_deploy=1,
            deploying=2,
            run_jobs=False,
            when_busy=self.busy,  # type: ignore[arg-type]
        )
        self.platform = DigitalOcean(self.clock, {REPOSITORY: self.repository}, times, self.host)  # type: ignore[arg-type]
        self.pages = Deployments(self.repository, self.clock)  # type: ignore[arg-type]
        self.slack = Slack(clock=self.clock)  # type: ignore[arg-type]
        self.deployment_views: dict[tuple[Any, ...], AppDeployment] = {}  # as readers get them, by what makes them so

    def point_branches(self) -> None:
        """Those of one service among several."""
        tags = {BLUE: "v1.2.0", GREEN: "v1.1.0"}
        pointers = {f"deploy/{self.prefix}{e.value}": self.repository.tags[tag].commit for e, tag in tags.items()}
        self.repository.branches |= pointers

    def image_built(self, tag: str, commit: Commit) -> None:
        """CI is done with a tag; App Platform builds by itself."""

    def _make_apps(self) -> dict[Environment, App]:
        return {e: self.platform.create(_spec(e, self.prefix), web_app(e.value)) for e in Environment}

    def _make_routing(self) -> Routing:
        match self.traffic:
            case "load_balancer":
                return LoadBalancerRouting(self.platform)
            case "dns_record":
                return DnsRouting(self.platform)
            case _:
                return self.routers

    def app(self, identity: str) -> App:
        self._advance()
        return self.platform.apps.get(identity)

    def environment_of(self, app: str) -> Environment:
        return next(e for e, found in self.apps.items() if found.id == app)

    def running(self, environment: Environment) -> Program | None:
        """What the environment's ingress sends to, now."""
        self._advance()
        return self.host.serving(self.apps[environment].key)

    def tag_on(self, environment: Environment) -> str:
        found = self.running(environment)
        return found.env["APP_VERSION"] if found else ""

    def defect(self, program: Program | None) -> dict[str, Any]:
        """The fault of what runs, in the web app's terms."""
        return _parsed(program.env["APP_FAULT"]) if program else {}

    def fails(self, environment: Environment, production: bool) -> bool:
        return self._fails(self.running(environment), production)

    def _fails(self, program: Program | None, production: bool) -> bool:
        since, until = self.routers.outage
        fault = self.defect(program)
        broken = bool(fault.get("share")) and (production or fault.get("when") != "production")
        return broken or since <= self.clock.t < until or self._has_decayed(program)

    def _has_decayed(self, program: Program | None) -> bool:
        found = self.decay
        decayed = found is not None and program is not None and program.env["APP_VERSION"] == found.tag
        return decayed and found is not None and found.since <= self.clock.t < found.until

    def answer(self, environment: Environment, path: str, production: bool) -> tuple[int, str]:
        """Status and body of the web app."""
        program = self.running(environment)
        if program is None or self.fails(environment, production):
            return 503, "the app is broken"
        if path == "/login":
            title = "Oops" if self.defect(program).get("smoke") else "Sign in"
            return 200, f'{{"title":"{title}"}}'
        return 200, f'{{"status":"ok","version":"{program.env["APP_VERSION"]}"}}'

    def _advance(self) -> None:
        """Deployments go as far as they are by now; nothing moves before a phase has had its time."""
        if self._advanced_to == self.clock.t:
            return
        self._advanced_to = self.clock.t
        for app in self.platform.apps.all.values():
            made = app.current
            if made is not None and made.ends_at <= self.clock.now():
                self.platform.tick()
                return

    def _report_ages(self) -> dict[str, float]:
        t = self.clock.t
        return {each.name: t - self.routers.last_report(each, t) for each in self.routers.instances}

    def _report(self, name: str) -> bytes:
        """What an instance wrote when it last could, as if it had counted then what it would count now."""
        instance = next(each for each in self.routers.instances if each.name == name)
        shares = {name: self._shares(environment) for name, environment in _NAMED}
        return self.routers.report(instance, self.routers.last_report(instance, self.clock.t), _written, shares)

    def _shares(self, environment: Environment) -> tuple[float, float]:
        """Of users, and of probes."""
        program = self.running(environment)
        share = 1.0 if self._has_decayed(program) else _SHARE
        return share * self._fails(program, production=True), share * self._fails(program, production=False)


@lru_cache(maxsize=4096)
def _written(t: float) -> str:
    return (NOW + timedelta(seconds=t)).isoformat()


@cache
def _parsed(fault: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(fault)
    return found


def _repository() -> Repository:
    made = Repository(REPOSITORY)
    made.release("v1.1.0")
    made.release("v1.2.0")
    made.branches |= {"deploy/blue": made.tags["v1.2.0"].commit, "deploy/green": made.tags["v1.1.0"].commit}
    return made


def _spec(environment: Environment, prefix: str) -> dict[str, Any]:
    git = {"repo": REPOSITORY, "branch": f"deploy/{prefix}{environment.value}", "deploy_on_push": False}
    return {
        "name": f"holi-{prefix}{environment.value}",
        "region": "fra",
        "services": [{"name": "web", "http_port": 8080, "github": git}],
    }
