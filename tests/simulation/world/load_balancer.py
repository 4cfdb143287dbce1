"""Traffic routed by a load balancer, which selects Droplets by tag."""

import json
from datetime import timedelta

from bluegreen.core.environment import Environment
from bluegreen_emulator.digitalocean.load_balancers import LoadBalancer
from bluegreen_emulator.digitalocean.model import DigitalOcean
from tests.simulation.world.provider_routing import ProviderRouting, RoutingChange
from tests.simulation.world.service_config import PRODUCTION

_TAGS = {Environment.BLUE: "holi-blue", Environment.GREEN: "holi-green"}
_CLOSED = "holi-closed"  # Droplets that say that nobody is at home
_DROPLETS = {"holi-blue": (101, 102), "holi-green": (201, 202), _CLOSED: (301,)}
_RULE = {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 8080}


class LoadBalancerRouting(ProviderRouting):
    name = "the load balancer"
    extra_seconds = 30.0
    propagation = 3.0  # until a change has landed
    read_calls = frozenset({"digitalocean.load_balancer"})

    def __init__(self, platform: DigitalOcean) -> None:
        super().__init__()
        self._platform = platform
        for tag, droplets in _DROPLETS.items():
            platform.tags.create(tag)
            platform.tags.attach(tag, [{"resource_type": "droplet", "resource_id": str(one)} for one in droplets])
        body = {"name": "holi", "region": "fra1", "tag": _TAGS[Environment.BLUE], "forwarding_rules": [_RULE]}
        found = platform.load_balancers
        found.settles, found.joins = self.propagation, 2.0
        self._balancer: LoadBalancer = found.create(body, platform.clock.now() - timedelta(days=1))
        tags = {environment.value: tag for environment, tag in _TAGS.items()}
        traffic = {"kind": "load_balancer", "url": PRODUCTION, "settle": "30s", "tags": tags}
        traffic["load_balancer"] = self._balancer.id
        self.config = json.dumps({"traffic": traffic, "signals": ["probe", "do_monitoring"]})

    def target(self) -> Environment | None:
        return next((e for e, tag in _TAGS.items() if tag == self._balancer.config.get("tag")), None)

    def point(self, value: Environment | None) -> None:
        whole = {**self._balancer.config, "tag": _TAGS[value] if value else _CLOSED}
        self._platform.load_balancers.update(self._balancer, whole, self._platform.clock.now())

    def destination(self, t: float) -> Environment | None:
        serving = self._platform.load_balancers.serving(self._balancer, self._platform.clock.now())
        return next((e for e, tag in _TAGS.items() if {*serving} & {*_DROPLETS[tag]}), None)

    def effective(self, t: float) -> list[RoutingChange]:
        """Only ever one side: before a change has landed, the Droplets that were selected until then."""
        now = self.destination(t)
        return [next(one for one in reversed(self.changes) if one.to is now)] if now else []
