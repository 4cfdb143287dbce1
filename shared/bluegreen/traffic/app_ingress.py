"""One app with a component for each environment: its ingress rule names the live one, and that rule is the switch.

A changed rule is a deployment of the whole app. It is made from the spec that runs, not from the newest one, so that a
flip never brings along what failed, what was cancelled or what somebody is still editing.
"""

from datetime import datetime
from typing import Any

from bluegreen.clients.digitalocean import App, Deployment, DigitalOcean
from bluegreen.clients.web import Web
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused, Unavailable
from bluegreen.core.record import Record
from bluegreen.core.service import Service
from bluegreen.core.traffic import AppIngress
from bluegreen.traffic.driver import Found, Seen, Unknown
from bluegreen.traffic.ingress_rules import Rules, parts
from bluegreen.traffic.outside import Outside
from bluegreen.traffic.provider import astray, given, meant

_IN_A_ROW = 3


class AppIngressTraffic:
    follows_journal = False
    look_every = 5.0

    def __init__(self, service: Service, settings: AppIngress, web: Web, digitalocean: DigitalOcean | None) -> None:
        self._app_id = service.app(Environment.BLUE)  # of both
        self._components = settings.components
        self._rules = Rules(settings)
        self._outside = Outside(service, web)
        self._digitalocean_or_none = digitalocean

    def current(self) -> Environment | Unknown:
        return self._outside.current()

    def send(self, environment: Environment, epoch: int) -> None:
        app = self._app()
        if app.pinned_deployment:
            raise Refused(f"the app is pinned to deployment {app.pinned_deployment.id}: commit or revert that rollback")
        under_way, runs = _under_way(app), _runs(app)
        if under_way and parts(under_way.spec) != parts(runs):
            raise Unavailable(f"the switch waits for deployment {under_way.id}, which changes the components", 10.0)
        if self._found(app).environment is environment:
            return
        try:
            self._digitalocean.update(app.id, self._rules.flipped(runs, environment))
        except Refused as error:
            if under_way:
                raise Unavailable(f"the switch waits for deployment {under_way.id}: {error}", 10.0) from None
            raise

    def found(self) -> Found:
        return self._found(self._app())

    def lagging(self, record: Record, now: datetime) -> str | None:
        return astray(self.found(), record)

    def verify(self, environment: Environment, epoch: int, now: datetime) -> Seen:
        app = self._app()
        found = self._found(app)
        if found.environment is not environment:
            return Seen(False, f"{found.says}, not {self._components[environment]}{self._last(app)}")
        if self._live(_runs(app)) != self._components[environment]:
            return Seen(False, found.says)
        seen = self._outside.answers_as(environment, _IN_A_ROW)
        return Seen(True, f"{found.says}; {seen.says}") if seen.followed else seen

    def doubts(self) -> list[str]:
        app = self._app()
        doubts = self._rules.doubts(app.spec)
        if not app.spec.get("disable_edge_cache"):
            doubts.append("disable_edge_cache is not set: a cached answer of the old component can outlive a switch")
        return doubts

    @property
    def _digitalocean(self) -> DigitalOcean:
        return given(self._digitalocean_or_none)

    def _app(self) -> App:
        return self._digitalocean.app(self._app_id)

    def _live(self, spec: dict[str, Any]) -> str:
        return self._rules.live(spec)

    def _found(self, app: App) -> Found:
        """What production is about to be, where a deployment is under way."""
        under_way = _under_way(app)
        if under_way:
            live = self._live(under_way.spec)
            says = f"deployment {under_way.id}, which names {live}, is {under_way.phase}"
            return Found(meant(self._components, live), says)
        spec, runs = self._live(app.spec), self._live(_runs(app))
        if spec != runs:
            return Found(None, f"the ingress rule names {spec}, but what runs names {runs}")
        return Found(meant(self._components, runs), f"the ingress rule names {runs}")

    def _last(self, app: App) -> str:
        """What became of the newest deployment, where it did not get there."""
        newest = next(iter(self._digitalocean.deployments(app.id)), None)
        ended = newest is not None and newest.phase in ("ERROR", "CANCELED")
        return f"; deployment {newest.id} is {newest.phase}" if newest and ended else ""


def _under_way(app: App) -> Deployment | None:
    """The newest that has not ended."""
    return app.pending_deployment or app.in_progress_deployment


def _runs(app: App) -> dict[str, Any]:
    return app.active_deployment.spec if app.active_deployment and app.active_deployment.spec else app.spec
