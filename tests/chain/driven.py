"""The chain on a laptop whose production is led by a setting at DigitalOcean; each app says in answers whose it is."""

from abc import ABC, abstractmethod
from typing import Any

import httpx

from bluegreen.core.environment import Environment
from bluegreen_emulator.digitalocean.resolver import Resolver
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop

MARKER = "x-bluegreen-environment"
PUBLIC = "https://holilabs.com"
Json = dict[str, Any]


class DrivenLaptop(Laptop, ABC):
    """`traffic` is what bluegreen.yml says; `setting` is what the driver changes, `rest_of` all that it must not."""

    def __init__(self, traffic: Json | None = None, **changes: Any) -> None:
        self._traffic = traffic or {}
        self.marked = True
        watch = {"checks": 2, "over": "20s", "bake": "60s", "extend": "5s", "every": "5s"}
        super().__init__(**{"signals": ["probe"], "watch": watch, **changes})
        self.writes: list[httpx.Request] = []  # to DigitalOcean's API
        self.shared.http.event_hooks = {"request": [self._noted]}

    @property
    @abstractmethod
    def setting(self) -> str:
        """What the setting says, as DigitalOcean shows it."""

    @property
    @abstractmethod
    def rest_of(self) -> Json: ...

    @abstractmethod
    def values(self) -> dict[Environment, str]:
        """What the setting says for each environment."""

    @abstractmethod
    def led_to(self) -> Environment | None:
        """Who gets production's requests now."""

    def land(self) -> None:
        """Lets a change come into effect."""
        self.clock.sleep(120)

    def api(self, method: str, path: str, body: Json | None = None) -> Json:
        """A person at work."""
        person = {"Authorization": "Bearer dop_v1_of-a-person"}
        answer = self.shared.http.request(method, f"https://api.digitalocean.com{path}", json=body, headers=person)
        assert answer.is_success, answer.text
        found: Json = answer.json() if answer.content else {}
        return found

    def _settings(self, environment: dict[str, str], changes: Json) -> Any:
        return super()._settings(
            environment, {"traffic": {"url": PUBLIC, **self._settled(), **self._traffic}, **changes}
        )

    @abstractmethod
    def _settled(self) -> Json:
        """`traffic` in bluegreen.yml, but for the address."""

    def _noted(self, request: httpx.Request) -> None:
        ours = request.headers.get("authorization", "").endswith("-this-test")
        if ours and request.url.host == "api.digitalocean.com" and request.method != "GET":
            self.writes.append(request)

    def _production(self, request: httpx.Request) -> httpx.Response:
        environment = self.led_to()
        if environment is None:
            return httpx.Response(503, text="no healthy backend")
        request.headers["x-forwarded-host"] = "holilabs.com"
        return self._app(environment, request)

    def _app(self, environment: Environment, request: httpx.Request) -> httpx.Response:
        answer = super()._app(environment, request)
        if self.marked:
            answer.headers[MARKER] = environment.value
        return answer


class ProviderLaptop(DrivenLaptop):
    """The setting lies at DigitalOcean, so not only Bluegreen can change it."""

    @abstractmethod
    def change(self, value: str) -> None:
        """Somebody changes the setting in the control panel."""


class BalancedLaptop(ProviderLaptop):
    """A load balancer before two fleets of Droplets, each before an environment's app."""

    def values(self) -> dict[Environment, str]:
        return {BLUE: "holi-blue", GREEN: "holi-green"}

    @property
    def setting(self) -> str:
        return str(self._balancer.config.get("tag", ""))

    @property
    def rest_of(self) -> Json:
        return {name: value for name, value in self._balancer.config.items() if name != "tag"}

    def led_to(self) -> Environment | None:
        serving = set(self.digitalocean.load_balancers.serving(self._balancer, self.clock.now()))
        return next((e for e, tag in self.values().items() if serving & {*self.digitalocean.tags.droplets(tag)}), None)

    def change(self, value: str) -> None:
        whole = {**self._balancer.config, "tag": value}
        whole.pop("droplet_ids", None)
        self.api("PUT", f"/v2/load_balancers/{self.balancer}", whole)

    def _make_cloud(self) -> None:
        super()._make_cloud()
        tags = self.digitalocean.tags
        for tag, droplets in (("holi-blue", (101, 102)), ("holi-green", (201, 202)), ("holi-closed", (301,))):
            tags.create(tag)
            tags.attach(tag, [{"resource_type": "droplet", "resource_id": str(one)} for one in droplets])
        rule = {"entry_protocol": "https", "entry_port": 443, "target_protocol": "http", "target_port": 8080}
        body = {
            "name": "holi",
            "region": "fra1",
            "size_unit": 3,
            "tag": "holi-blue",
            "forwarding_rules": [{**rule, "certificate_id": "892071a0-bb95-49bc-8021-3afd67a210bf"}],
            "health_check": {"protocol": "http", "port": 8080, "path": "/api/health", "check_interval_seconds": 5},
            "sticky_sessions": {"type": "cookies", "cookie_name": "DO-LB", "cookie_ttl_seconds": 300},
            "redirect_http_to_https": True,
            "firewall": {"deny": ["cidr:1.2.0.0/16"], "allow": []},
        }
        self.balancer = self.digitalocean.load_balancers.create(body, self.clock.now()).id
        self.clock.sleep(60)

    def _settled(self) -> Json:
        tags = {environment.value: tag for environment, tag in self.values().items()}
        return {"kind": "load_balancer", "load_balancer": self.balancer, "tags": tags}

    @property
    def _balancer(self) -> Any:
        return self.digitalocean.load_balancers.get(self.balancer)


class NamedLaptop(ProviderLaptop):
    """An A record that names one environment's address or the other's; users and functions share one resolver."""

    def values(self) -> dict[Environment, str]:
        return {BLUE: "203.0.113.1", GREEN: "203.0.113.2"}

    @property
    def setting(self) -> str:
        return str(self._record["data"])

    @property
    def rest_of(self) -> Json:
        zone = self.digitalocean.domains.zone("holilabs.com")
        return {
            str(one["id"]): {k: v for k, v in one.items() if one is not self._record or k != "data"} for one in zone
        }

    def led_to(self) -> Environment | None:
        answer = self.resolver.lookup("holilabs.com", "holilabs.com", "A", self.clock.now())
        return next((e for e, address in self.values().items() if address in answer), None)

    def change(self, value: str) -> None:
        path = f"/v2/domains/holilabs.com/records/{self._record['id']}"
        self.api("PATCH", path, {"type": "A", "data": value})

    def _make_cloud(self) -> None:
        super()._make_cloud()
        domains = self.digitalocean.domains
        domains.create("holilabs.com")
        domains.add("holilabs.com", {"type": "MX", "name": "@", "data": "mail.holilabs.com.", "priority": 10})
        self._record = domains.add("holilabs.com", {"type": "A", "name": "@", "data": "203.0.113.1", "ttl": 60})
        self.resolver = Resolver(domains)

    def _settled(self) -> Json:
        values = {environment.value: address for environment, address in self.values().items()}
        return {"kind": "dns_record", "zone": "holilabs.com", "type": "A", "name": "@", "values": values}


class FollowedLaptop(DrivenLaptop):
    """The router: two instances follow the journal, and there is no other setting."""

    def values(self) -> dict[Environment, str]:
        return {BLUE: "blue", GREEN: "green"}

    @property
    def setting(self) -> str:
        return self.record().active.value

    @property
    def rest_of(self) -> Json:
        return {}

    def led_to(self) -> Environment | None:
        return self.record().active

    def _settled(self) -> Json:
        return {"kind": "router"}
