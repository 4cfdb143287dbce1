"""One app with a component for each environment: its ingress rule names the live one, and that rule is the switch.

A changed rule is a deployment of the whole app. It is made from the spec that runs, not from the newest one, so that a
flip never brings along what failed, what was cancelled or what somebody is still editing. A component that is not as
it should be (scaled down, or given another image by somebody) is made ready by a deployment of its own first.
"""

from datetime import datetime

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.digitalocean_answers import App, AppDeployment
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused, Unavailable
from bluegreen.core.record import Record
from bluegreen.traffic.driver import ProviderSetting, PublicAnswer, Unknown
from bluegreen.traffic.ingress_parts import IngressComponents
from bluegreen.traffic.ingress_rules import IngressRules, Spec, parts
from bluegreen.traffic.outside import Outside
from bluegreen.traffic.provider import disagreement, environment_of, required

_IN_A_ROW = 3
_ENDED = ("ERROR", "CANCELED", "SUPERSEDED")


class AppIngressTraffic:
    follows_journal = False
    look_every = 5.0

    def __init__(self, service: Service, settings: AppIngress, web: Web, digitalocean: DigitalOcean | None) -> None:
        self._app_id = service.app(Environment.BLUE)  # of both
        self._components = settings.components
        self._rules = IngressRules(service, settings)
        self._parts = IngressComponents(settings)
        self._outside = Outside(service, web)
        self._digitalocean_or_none = digitalocean

    def current(self) -> Environment | Unknown:
        return self._outside.current()

    def send(self, environment: Environment, epoch: int, digest: str = "", other_is_unfit: bool = False) -> None:
        app = self._app()
        if app.pinned_deployment:
            raise Refused(f"the app is pinned to deployment {app.pinned_deployment.id}: commit or revert that rollback")
        if self._setting(app).environment is environment:
            return
        self._rules.check(app.running)
        ready = self._parts.ready(app.running, environment, digest)
        if app.under_way and not self._gives_way(app, app.under_way, environment, ready):
            return
        whole = self._rules.flipped(app.running, environment) if ready == app.running else ready
        hopeless = other_is_unfit and not app.under_way and self._failed_before(app, whole)
        self._put(app, self._parts.alike(whole, environment) if hopeless else whole)

    def setting(self) -> ProviderSetting:
        return self._setting(self._app())

    def why_lagging(self, record: Record, now: datetime) -> str | None:
        """Also while the deployment that leads production there is still under way."""
        app = self._app()
        runs = self._rules.live(app.running)
        return disagreement(self._setting(app), record) or disagreement(self._setting_of(runs), record)

    def verify(self, environment: Environment, epoch: int, now: datetime) -> PublicAnswer:
        app = self._app()
        setting, name = self._setting(app), self._components[environment]
        if setting.environment is not environment:
            if app.under_way and (changes := self._parts.changes(app.running, app.under_way.spec, environment)):
                first = f"{name} is made ready first ({changes}) by deployment {app.under_way.id}"
                return PublicAnswer(
                    False, f"{first}, which is {app.under_way.phase}; the rule follows: minutes, not seconds"
                )
            failed = self._failed(app)
            again = setting.environment is environment.other and not app.under_way and not failed
            return PublicAnswer(False, f"{setting.says}, not {name}{failed}", again)
        if self._rules.live(app.running) != name:
            return PublicAnswer(False, setting.says)
        seen = self._outside.answers_as(environment, _IN_A_ROW)
        return PublicAnswer(True, f"{setting.says}; {seen.says}") if seen.followed else seen

    def shrink_idle(self, active: Environment) -> None:
        app = self._app()
        setting = self._setting(app)
        if setting.environment is active and setting.idle_oversized and not app.pinned_deployment:
            self._digitalocean.update(app.id, self._parts.trimmed(app.running, active.other))

    def doubts(self) -> list[str]:
        app = self._app()
        doubts = [*self._rules.faults(app.spec), *self._rules.doubts(app.spec), *self._parts.doubts(app.spec)]
        if not app.spec.get("disable_edge_cache"):
            doubts.append("disable_edge_cache is not set: a cached answer of the old component can outlive a switch")
        return doubts

    @property
    def _digitalocean(self) -> DigitalOcean:
        return required(self._digitalocean_or_none)

    def _app(self) -> App:
        return self._digitalocean.app(self._app_id)

    def _setting(self, app: App) -> ProviderSetting:
        """What production is about to be, where a deployment is under way."""
        if app.under_way:
            live = self._rules.live(app.under_way.spec)
            says = f"deployment {app.under_way.id}, which names {live}, is {app.under_way.phase}"
            return ProviderSetting(environment_of(self._components, live), says)
        spec, runs = self._rules.live(app.spec), self._rules.live(app.running)
        if spec != runs:
            return ProviderSetting(None, f"the ingress rule names {spec}, but what runs names {runs}")
        setting = self._setting_of(runs)
        if setting.environment is None:
            return setting
        oversized = self._parts.idle_oversized(app.spec, app.running, setting.environment.other)
        return setting._replace(idle_oversized=oversized, runs_alike=self._parts.are_alike(app.running))

    def _setting_of(self, runs: str) -> ProviderSetting:
        return ProviderSetting(environment_of(self._components, runs), f"the ingress rule names {runs}")

    def _gives_way(self, app: App, under_way: AppDeployment, environment: Environment, ready: Spec) -> bool:
        """May a deployment that is under way be overtaken? False: it is what has to come first."""
        if ready != app.running and self._parts.same(under_way.spec, ready, environment):
            return False
        if parts(under_way.spec) != parts(app.running):
            raise Unavailable(f"the switch waits for deployment {under_way.id}, which changes the components", 10.0)
        if self._parts.smaller(under_way.spec, ready, environment):
            self._stop(app, under_way)
        return True

    def _stop(self, app: App, under_way: AppDeployment) -> None:
        """Where deployments queue, production would be led to what it leaves behind."""
        waits = f"the switch waits for deployment {under_way.id}, which scales the component down"
        try:
            phase = self._digitalocean.cancel(app.id, under_way.id).phase
        except Refused:
            phase = "ended meanwhile"
        if phase not in _ENDED:
            raise Unavailable(f"{waits} and is {phase}", 5.0)

    def _put(self, app: App, whole: Spec) -> None:
        try:
            self._digitalocean.update(app.id, whole)
        except Refused as error:
            if app.under_way:
                raise Unavailable(f"the switch waits for deployment {app.under_way.id}: {error}", 10.0) from None
            raise

    def _failed_before(self, app: App, whole: Spec) -> bool:
        """The very same has been tried last, and what was to come did not start."""
        newest = self._newest(app)
        if newest is None or newest.phase != "ERROR":
            return False
        return parts(newest.spec) == parts(whole) and self._rules.live(newest.spec) == self._rules.live(whole)

    def _newest(self, app: App) -> AppDeployment | None:
        return next(iter(self._digitalocean.deployments(app.id)), None)

    def _failed(self, app: App) -> str:
        """What became of the newest deployment, where it did not get there."""
        newest = self._newest(app)
        ended = newest is not None and newest.phase in ("ERROR", "CANCELED")
        return f"; deployment {newest.id} is {newest.phase}" if newest and ended else ""
