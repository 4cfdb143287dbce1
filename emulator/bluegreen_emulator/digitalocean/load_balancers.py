"""Load balancers: the whole object in every PUT, Droplets by id or by tag, and a while until a change has landed."""

import copy
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bluegreen_emulator.digitalocean.errors import not_found, still_busy, unprocessable
from bluegreen_emulator.digitalocean.tags import Tags
from bluegreen_emulator.digitalocean.times import stamp

Body = dict[str, Any]
_DEFAULTS: Body = {
    "name": "",
    "project_id": "4de7ac8b-495b-4884-9a69-1050c6793cd6",  # the default project and network of the account
    "vpc_uuid": "c33931f2-a26a-4e61-b85c-4e95a2ec431b",
    "size": "lb-small",
    "algorithm": "round_robin",
    "size_unit": 1,
    "redirect_http_to_https": False,
    "enable_proxy_protocol": False,
    "enable_backend_keepalive": False,
    "http_idle_timeout_seconds": 60,
    "disable_lets_encrypt_dns_records": False,
    "network": "EXTERNAL",
    "network_stack": "IPV4",
    "type": "REGIONAL",
    "tls_cipher_policy": "DEFAULT",
    "sticky_sessions": {"type": "none"},
    "firewall": {"deny": [], "allow": []},
}
_HEALTH_CHECK = {
    "protocol": "http",
    "port": 80,
    "path": "/",
    "check_interval_seconds": 10,
    "response_timeout_seconds": 5,
    "unhealthy_threshold": 5,
    "healthy_threshold": 3,
}
_READ_ONLY = ("id", "ip", "ipv6", "status", "created_at")


@dataclass
class LoadBalancer:
    id: str
    created_at: datetime
    config: Body
    changed_at: datetime
    droplets_before: list[int] = field(default_factory=list)  # served until the change has landed


@dataclass
class LoadBalancers:
    settles: float  # seconds until a change has landed
    joins: float  # seconds after that until a Droplet that is newly selected is called healthy and gets traffic
    tags: Tags
    all: dict[str, LoadBalancer] = field(default_factory=dict)
    one_at_a_time: bool = False  # a change is refused until the one before has landed: reported, not documented

    def create(self, body: Body, now: datetime) -> LoadBalancer:
        identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"load_balancer/{len(self.all)}"))
        self.all[identity] = LoadBalancer(identity, now, _full(body), now)
        return self.all[identity]

    def get(self, identity: str) -> LoadBalancer:
        if identity not in self.all:
            raise not_found()
        return self.all[identity]

    def update(self, found: LoadBalancer, body: Body, now: datetime) -> None:
        """Replaces everything: what the body leaves out falls back to its default."""
        if self.one_at_a_time and not self._landed(found, now):
            raise still_busy()
        config = _full(body)
        found.droplets_before = self._droplets(found, now)
        found.config, found.changed_at = config, now

    def add_droplets(self, found: LoadBalancer, ids: list[int], now: datetime) -> None:
        present = self._own_droplets(found)
        self.update(found, found.config | {"droplet_ids": [*present, *(i for i in ids if i not in present)]}, now)

    def remove_droplets(self, found: LoadBalancer, ids: list[int], now: datetime) -> None:
        present = self._own_droplets(found)
        self.update(found, found.config | {"droplet_ids": [i for i in present if i not in ids]}, now)

    def add_rules(self, found: LoadBalancer, rules: list[Body], now: datetime) -> None:
        self.update(found, found.config | {"forwarding_rules": found.config["forwarding_rules"] + rules}, now)

    def remove_rules(self, found: LoadBalancer, rules: list[Body], now: datetime) -> None:
        left = [rule for rule in found.config["forwarding_rules"] if rule not in _rules(rules)]
        self.update(found, found.config | {"forwarding_rules": left}, now)

    def shown(self, found: LoadBalancer, now: datetime) -> Body:
        out = copy.deepcopy(found.config)
        region = {"slug": out["region"], "name": out["region"], "available": True, "features": [], "sizes": []}
        return out | {
            "id": found.id,
            "ip": "104.131.186.241",
            "status": "active" if self._landed(found, now) else "new",
            "created_at": stamp(found.created_at),
            "region": region,
            "tag": out.get("tag", ""),
            "droplet_ids": self._droplets(found, now),
        }

    def serving(self, found: LoadBalancer, now: datetime) -> list[int]:
        """The Droplets that get traffic now; none: the load balancer answers 503."""
        selected = self._droplets(found, now)
        if now >= found.changed_at + timedelta(seconds=self.settles + self.joins):
            return selected
        return [droplet for droplet in selected if droplet in found.droplets_before]

    def _landed(self, found: LoadBalancer, now: datetime) -> bool:
        return now >= found.changed_at + timedelta(seconds=self.settles)

    def _droplets(self, found: LoadBalancer, now: datetime) -> list[int]:
        if not self._landed(found, now):
            return found.droplets_before
        tag = found.config.get("tag")
        return self.tags.droplets(tag) if tag else list(found.config.get("droplet_ids", []))

    def _own_droplets(self, found: LoadBalancer) -> list[int]:
        if found.config.get("tag"):
            raise unprocessable("droplets cannot be changed by id: the load balancer selects them by tag")
        return list(found.config.get("droplet_ids", []))


def _full(body: Body) -> Body:
    """The body with its defaults. Raises a 422 where the API refuses it."""
    if body.get("tag") and body.get("droplet_ids"):
        raise unprocessable("tag and droplet_ids exclude each other: give only one of them")
    missing = [needed for needed in ("region", "forwarding_rules") if not body.get(needed)]
    if missing:
        raise unprocessable(f"{' and '.join(missing)} required: an update wants the full representation")
    config = copy.deepcopy({**_DEFAULTS, **{name: value for name, value in body.items() if name not in _READ_ONLY}})
    if isinstance(config["region"], dict):
        raise unprocessable("region must be a slug such as fra1")
    config["health_check"] = _HEALTH_CHECK | config.get("health_check", {})
    config["sticky_sessions"] = {"type": "none"} | config["sticky_sessions"]
    config["forwarding_rules"] = _rules(config["forwarding_rules"])
    return config


def _rules(rules: list[Body]) -> list[Body]:
    return [{"certificate_id": "", "tls_passthrough": False} | rule for rule in rules]
