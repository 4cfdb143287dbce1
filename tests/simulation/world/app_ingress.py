"""Both environments as components of one app, whose ingress rule routes the traffic: each change is a deployment."""

import copy
import json
from collections.abc import Callable
from typing import Any

from bluegreen.core.environment import Environment
from bluegreen_emulator.code import Commit
from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.errors import ApiError
from bluegreen_emulator.digitalocean.host import Program, web_app
from bluegreen_emulator.digitalocean.model import DigitalOcean
from tests.simulation.world.provider_routing import ProviderRouting, RoutingChange
from tests.simulation.world.routing import Routing
from tests.simulation.world.service_config import PRODUCTION
from tests.simulation.world.world import BLUE, GREEN, World

_NAMES = {BLUE: "api-blue", GREEN: "api-green"}
_IMAGE = "web"
_RULES = (("/", BLUE), ("/__blue", BLUE), ("/__green", GREEN))
Spec = dict[str, Any]


class SharedApp(World):
    def image_built(self, tag: str, commit: Commit) -> None:
        self.platform.push_image(_IMAGE, tag, commit)

    def running(self, environment: Environment) -> Program | None:
        self._advance()
        return self.host.component(self.apps[environment].key, _NAMES[environment])

    def _make_apps(self) -> dict[Environment, App]:
        for tag in ("v1.1.0", "v1.2.0"):
            self.image_built(tag, self.repository.commits[self.repository.tags[tag].commit])
        parts = [_component(BLUE, "v1.2.0"), _component(GREEN, "v1.1.0")]
        rules = [{"match": {"path": {"prefix": path}}, "component": {"name": _NAMES[e]}} for path, e in _RULES]
        spec = {"name": "holi", "region": "fra", "services": parts, "ingress": {"rules": rules}}
        made = self.platform.create({**spec, "disable_edge_cache": True}, web_app("either"))
        return {BLUE: made, GREEN: made}

    def _make_routing(self) -> Routing:
        return IngressRouting(self.platform, self.apps[BLUE], self._advance)


class IngressRouting(ProviderRouting):
    """What is written leads users once its deployment is live."""

    name = "the ingress"
    extra_seconds = 60.0
    propagation = 15.0
    read_calls = frozenset({"digitalocean.app"})

    def __init__(self, platform: DigitalOcean, app: App, advance: Callable[[], None]) -> None:
        super().__init__()
        self._platform, self._app, self._advance = platform, app, advance
        components = {environment.value: name for environment, name in _NAMES.items()}
        traffic = {"kind": "app_ingress", "url": PRODUCTION, "settle": "30s", "components": components}
        source = {"kind": "image", "registry": "holi", "repository": _IMAGE}
        signals = ["probe", "do_monitoring"]
        self.config = json.dumps({"traffic": traffic, "source": source, "signals": signals})

    def target(self) -> Environment | None:
        """As it was written last."""
        return _led_to(self._app.deployments[-1].spec)

    def point(self, value: Environment | None) -> None:
        if value is None:
            return  # App Platform takes no rule for a component that is not there
        spec = copy.deepcopy(self._app.spec)
        spec["ingress"]["rules"][0]["component"]["name"] = _NAMES[value]
        try:
            self._platform.apps.update(self._app, spec, False, self._platform.clock.now())
        except ApiError:
            return

    def destination(self, t: float) -> Environment | None:
        self._advance()
        return _led_to(self._app.active.spec) if self._app.active else None

    def effective(self, t: float) -> list[RoutingChange]:
        now = self.destination(t)
        return [one for one in reversed(self.changes) if one.to is now][:1]

    def overdue(self, active: Environment, t: float, patience: float, quiet: float) -> str | None:
        """A deployment takes as long as it takes, and a pinned app takes none."""
        coming = [_led_to(deployment.spec) for deployment in self._app.unfinished]
        return None if active in coming or self._app.pinned else super().overdue(active, t, patience, quiet)

    def diverged(self, active: Environment) -> bool:
        """Where App Platform never ends a deployment, or somebody has pinned the app, a person is needed."""
        stuck = any(deployment.order.endless for deployment in self._app.unfinished)
        return self.destination(0.0) is not active and not stuck and not self._app.pinned

    def harms(self, environment: Environment, spec: Spec) -> bool:
        """A spec would bring the environment something else than what runs there, and leave users there.

        Led away by the same deployment, they may leave it to the image that they go to: what does not start any more
        would fail that deployment.
        """
        running = self._app.active.spec if self._app.active else {}
        written, ran, other = _part(spec, environment), _part(running, environment), _part(spec, environment.other)
        given_up = _led_to(spec) is environment.other and written == {**ran, "image": other.get("image")}
        return written != ran and not given_up


def _component(environment: Environment, tag: str) -> Spec:
    image = {"registry_type": "DOCR", "repository": _IMAGE, "tag": tag}
    return {"name": _NAMES[environment], "http_port": 8080, "image": image}


def _part(spec: Spec, environment: Environment) -> Spec:
    return next((one for one in spec.get("services") or () if one["name"] == _NAMES[environment]), {})


def _led_to(spec: Spec) -> Environment | None:
    name = spec["ingress"]["rules"][0]["component"]["name"]
    return next((environment for environment, known in _NAMES.items() if known == name), None)
