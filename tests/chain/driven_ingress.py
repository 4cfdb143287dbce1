"""A laptop whose blue and green are two components of one app: the ingress rule leads production."""

import json
from typing import Any
from urllib.parse import urlsplit

import httpx

from bluegreen.core.environment import Environment
from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.host import Program, web_app
from bluegreen_emulator.digitalocean.spec import routed
from tests.build import BLUE, GREEN
from tests.chain.driven import PUBLIC, Json, ProviderLaptop


class IngressLaptop(ProviderLaptop):
    """One app with two components. Its rules: production, and a path of each component for checks.

    `harm`: what was written by Bluegreen that would have changed the component which serves production.
    """

    def __init__(self, **given: Any) -> None:
        self.harm: list[str] = []
        super().__init__(images=True, **given)

    def values(self) -> dict[Environment, str]:
        return {BLUE: "api-blue", GREEN: "api-green"}

    @property
    def app(self) -> App:
        return self.digitalocean.app("holi")

    @property
    def setting(self) -> str:
        return str(self.app.spec["ingress"]["rules"][0]["component"]["name"])

    @property
    def rest_of(self) -> Json:
        rules = self.app.spec["ingress"]["rules"]
        left = [{k: v for k, v in rule.items() if k != "component"} for rule in rules[:1]] + rules[1:]
        return {**self.app.spec, "ingress": {**self.app.spec["ingress"], "rules": left}}

    def led_to(self) -> Environment | None:
        return self._of(self._routed("holilabs.com", "/")[0])

    def change(self, value: str) -> None:
        spec = self.api("GET", f"/v2/apps/{self.app.id}")["app"]["spec"]
        spec["ingress"]["rules"][0]["component"]["name"] = value
        self.api("PUT", f"/v2/apps/{self.app.id}", {"spec": spec})

    def land(self) -> None:
        super().land()
        self.digitalocean.tick()

    def part(self, environment: Environment) -> Json:
        """A component as it runs."""
        active = self.app.active
        return _part(active.spec, self.values()[environment]) if active else {}

    def sizes(self) -> tuple[int, int]:
        """Instances of blue and of green that run."""
        return int(self.part(BLUE)["instance_count"]), int(self.part(GREEN)["instance_count"])

    def _noted(self, request: httpx.Request) -> None:
        before = len(self.writes)
        super()._noted(request)
        serving = self.led_to()
        if len(self.writes) > before and request.method == "PUT" and serving is not None:
            written = _part(json.loads(request.content)["spec"], self.values()[serving])
            if written != self.part(serving):
                self.harm.append(f"{serving.value} serves production and would become {written}")

    def _make_apps(self) -> dict[Environment, str]:
        parts = [self._component(environment) for environment in (BLUE, GREEN)]
        rules = [_rule("/", "api-blue"), _rule("/__blue", "api-blue"), _rule("/__green", "api-green")]
        domains = [{"domain": "holilabs.com", "type": "PRIMARY"}]
        spec = {"name": "holi", "region": "fra", "services": parts, "ingress": {"rules": rules}, "domains": domains}
        made = self.digitalocean.create({**spec, "disable_edge_cache": True}, web_app("either"))
        return {BLUE: made.id, GREEN: made.id}

    def _component(self, environment: Environment) -> Json:
        [part] = self._spec(environment)["services"]
        envs = [*part["envs"], {"key": "APP_ENVIRONMENT", "value": environment.value}]
        return {**part, "name": self.values()[environment], "instance_count": 3, "envs": envs}

    def _settled(self) -> Json:
        return {"kind": "app_ingress"}

    def _settings(self, environment: dict[str, str], changes: Json) -> Any:
        address = self.app.ingress
        environments = {e.value: {"app": self.apps[e], "url": f"{address}/__{e.value}"} for e in (BLUE, GREEN)}
        return super()._settings(environment, {"environments": environments, **changes})

    def _program(self, environment: Environment) -> Program | None:
        return self.host.component(self.app.key, self.values()[environment])

    def _app(self, environment: Environment, request: httpx.Request) -> httpx.Response:
        """The ingress decides, whichever address was asked."""
        host = str(request.url.host)
        name, path = self._routed("holilabs.com" if host == urlsplit(PUBLIC).hostname else host, request.url.path)
        found = self._of(name)
        if found is None:
            return httpx.Response(404, text="no such route")
        request.url = request.url.copy_with(path=path)
        return super()._app(found, request)

    def _routed(self, host: str, path: str) -> tuple[str, str]:
        active = self.app.active
        return routed(active.spec, host, path) if active else ("", path)

    def _of(self, component: str) -> Environment | None:
        return next((e for e, name in self.values().items() if name == component), None)


def _part(spec: Json, name: str) -> Json:
    found: Json = next(one for one in spec["services"] if one["name"] == name)
    return found


def _rule(prefix: str, component: str) -> Json:
    return {"match": {"path": {"prefix": prefix}}, "component": {"name": component}}
