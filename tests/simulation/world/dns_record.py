"""Traffic routed by a DNS record. The resolvers that matter are those that asked right before a change."""

import json

from bluegreen.core.environment import Environment
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.resolver import Resolver
from tests.simulation.world.provider_routing import ProviderRouting
from tests.simulation.world.service_config import PRODUCTION

_ZONE = "holi.example"
_ADDRESSES = {Environment.BLUE: "203.0.113.1", Environment.GREEN: "203.0.113.2"}
_NOBODYS = "203.0.113.9"
_TTL = 30


class DnsRouting(ProviderRouting):
    name = "a resolver"
    extra_seconds = 130.0  # a release waits for the resolvers, and a minute for clocks
    propagation = _TTL
    read_calls = frozenset({"digitalocean.dns_records"})

    def __init__(self, platform: DigitalOcean) -> None:
        super().__init__()
        self._domains, self._clock = platform.domains, platform.clock
        self._domains.create(_ZONE)
        self._domains.add(_ZONE, {"type": "MX", "name": "@", "data": "mail.holi.example.", "priority": 10})
        blue = {"type": "A", "name": "@", "data": _ADDRESSES[Environment.BLUE], "ttl": _TTL}
        self._record = self._domains.add(_ZONE, blue)
        self._resolver = Resolver(self._domains)  # of the functions
        values = {environment.value: address for environment, address in _ADDRESSES.items()}
        traffic = {"kind": "dns_record", "url": PRODUCTION, "settle": "45s", "zone": _ZONE, "type": "A", "name": "@"}
        self.config = json.dumps({"traffic": {**traffic, "values": values}, "signals": ["probe", "do_monitoring"]})

    def target(self) -> Environment | None:
        return self._meant([self._record["data"]])

    def point(self, value: Environment | None) -> None:
        body = {"type": "A", "data": _ADDRESSES[value] if value else _NOBODYS}
        self._domains.change(_ZONE, self._record["id"], body)

    def destination(self, t: float) -> Environment | None:
        return self._meant(self._resolver.lookup(_ZONE, _ZONE, "A", self._clock.now()))

    def _meant(self, answer: list[str]) -> Environment | None:
        return next((environment for environment, address in _ADDRESSES.items() if address in answer), None)
