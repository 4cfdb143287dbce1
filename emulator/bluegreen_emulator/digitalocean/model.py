"""The emulated DigitalOcean: everything that an account holds, and the misbehaviours that can be ordered."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Commit, Repository
from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.apps import Apps
from bluegreen_emulator.digitalocean.contract import published_contract
from bluegreen_emulator.digitalocean.deployment import Deployment, Failure, Order
from bluegreen_emulator.digitalocean.domains import Domains
from bluegreen_emulator.digitalocean.host import Host, Program, Programs, web_app
from bluegreen_emulator.digitalocean.insights import Insights
from bluegreen_emulator.digitalocean.jobs import Jobs
from bluegreen_emulator.digitalocean.lifecycle import Lifecycle
from bluegreen_emulator.digitalocean.limits import Limits
from bluegreen_emulator.digitalocean.load_balancers import LoadBalancers
from bluegreen_emulator.digitalocean.memory_host import MemoryHost
from bluegreen_emulator.digitalocean.monitoring import Monitoring
from bluegreen_emulator.digitalocean.registry import Registry
from bluegreen_emulator.digitalocean.secrets import Vault
from bluegreen_emulator.digitalocean.settings import Settings
from bluegreen_emulator.digitalocean.sources import Sources
from bluegreen_emulator.digitalocean.spaces_keys import Grants, SpacesKeys
from bluegreen_emulator.digitalocean.spec import Spec
from bluegreen_emulator.digitalocean.tags import Tags

TICK = 0.1  # seconds between two looks at the deployments, once started


@dataclass(frozen=True)
class Violation:
    """A request that DigitalOcean's published description does not allow."""

    method: str
    path: str
    problems: list[str]


class DigitalOcean:
    """Thread-safe. Apps may be given by name or id. Without `host` nothing runs and every rollout succeeds.

    `spaces_keys` are those of the gateway of `spaces`; `programs` says what runs in an app that is made by its spec.
    """

    def __init__(
        self,
        clock: Clock,
        repositories: dict[str, Repository] | None = None,
        settings: Settings | None = None,
        host: Host | None = None,
        spaces_keys: dict[str, tuple[str, Grants]] | None = None,
        programs: Callable[[Spec], Programs] | None = None,
    ) -> None:
        self.clock = clock
        self.settings = settings = settings or Settings()
        self.host: Host = host or MemoryHost()
        self.lock = threading.RLock()
        self.contract = published_contract()
        self.violations: list[Violation] = []
        self.jobs = Jobs()
        self.registry = Registry(settings.registry)
        sources = Sources({} if repositories is None else repositories, self.registry)
        lifecycle = Lifecycle(settings, self.host, sources, Vault(), self._went_live)
        self.apps = Apps(clock, lifecycle)
        self.tags = Tags()
        self.load_balancers = LoadBalancers(settings.load_balancer_settles, settings.droplets_join, self.tags)
        self.domains = Domains(settings.cname_needs_dot, settings.minimum_ttl)
        self.monitoring = Monitoring(settings.metrics_interval)
        self.insights = Insights()
        self.spaces_keys = SpacesKeys({} if spaces_keys is None else spaces_keys)
        self.programs = programs or _web_app
        self.limits = Limits(settings.hourly_limit, settings.minute_limit)
        self._stopped = threading.Event()
        self._ticking: threading.Thread | None = None

    def create(self, spec: Spec, programs: Programs | None = None, deployed: bool = True) -> App:
        """A new app; `deployed`: its first deployment is live when this returns."""
        with self.lock:
            return self.apps.create(spec, programs or _nothing, deployed)

    def push_image(self, repository: str, tag: str, commit: Commit | None) -> str:
        """What CI does for a release: builds the image and pushes it. Returns its digest."""
        with self.lock:
            return self.registry.push(repository, tag, commit, self.clock.now())

    def app(self, name_or_id: str) -> App:
        """The app as it is now."""
        with self.lock:
            self.tick()
            return self.apps.get(name_or_id)

    def tick(self) -> datetime:
        """Moves every deployment on to the present; reading through the API does so too. Returns the time."""
        with self.lock:
            now = self.clock.now()
            for app in list(self.apps.all.values()):
                self.apps.lifecycle.advance(app, now)
            return now

    def start(self) -> None:
        """Keeps deployments moving while nobody asks; wants the wall clock."""
        self._ticking = threading.Thread(target=self._tick_on, name="digitalocean", daemon=True)
        self._ticking.start()

    def close(self) -> None:
        self._stopped.set()
        if self._ticking:
            self._ticking.join(5)
        self.host.close()

    def fail_next_deployment(
        self, app: str, reason: str, code: str = "DeployContainerHealthChecksFailed", phase: str = "DEPLOYING"
    ) -> None:
        """The next deployment ends in ERROR after `phase` (BUILDING or DEPLOYING)."""
        self._order(app, Order(failure=Failure(phase, code, reason)))

    def auto_rollback(self, app: str, reason: str = "health checks failed") -> None:
        """The next deployment fails, and the platform returns to the one before by itself."""
        failure = Failure("DEPLOYING", "DeployContainerHealthChecksFailed", reason)
        self._order(app, Order(failure=failure, auto_rollback=True))

    def never_end(self, app: str) -> None:
        """The next deployment stays in DEPLOYING for ever."""
        self._order(app, Order(endless=True))

    def odd_phase(self, app: str, phase: str) -> None:
        """The next deployment shows a phase that nobody knows in place of DEPLOYING."""
        self._order(app, Order(odd_phase=phase))

    def build_other_commit(self, app: str, sha: str) -> None:
        """The next deployment builds this commit, whatever its branch says."""
        self._order(app, Order(other_commit=sha))

    def supersede(self, app: str, user: str = "colleague@holi.example") -> Deployment:
        """Somebody else deploys the app, now."""
        with self.lock:
            return self.apps.supersede(self.app(app), user, self.tick())

    def maintenance(self, app: str) -> Deployment:
        """The platform redeploys the same artefact, now."""
        with self.lock:
            return self.apps.maintain(self.app(app), self.tick())

    def pin(self, app: str) -> None:
        """As if somebody had rolled back and neither committed nor reverted: deployments are refused."""
        with self.lock:
            found = self.app(app)
            found.pinned = found.active

    def unpin(self, app: str) -> None:
        with self.lock:
            self.app(app).pinned = None

    def crash(self, app: str) -> None:
        """The app's instances die, now; the platform restarts them."""
        self.host.crash(self.app(app).key)

    def _order(self, app: str, order: Order) -> None:
        with self.lock:
            self.app(app).orders.append(order)

    def _went_live(self, app: App, deployment: Deployment) -> None:
        if self.settings.run_jobs:
            self.jobs.start(self.apps.lifecycle, app, deployment)

    def _tick_on(self) -> None:
        while not self._stopped.wait(TICK):
            self.tick()


def _web_app(spec: Spec) -> Programs:
    """In the environment that the spec names in DEPLOYMENT_ENV."""
    envs = [env for service in spec.get("services", ()) for env in service.get("envs", ())]
    said = [str(env.get("value")) for env in envs if env.get("key") == "DEPLOYMENT_ENV"]
    return web_app(said[0] if said else str(spec.get("name", "")))


def _nothing(version: object) -> Program:
    return Program()
