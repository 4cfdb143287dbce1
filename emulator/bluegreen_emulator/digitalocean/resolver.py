"""A resolver somewhere in the world: it asks a zone once, and keeps the answer for the record's TTL."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bluegreen_emulator.digitalocean.domains import Domains
from bluegreen_emulator.digitalocean.errors import ApiError


@dataclass
class Resolver:
    domains: Domains
    _kept: dict[tuple[str, str], tuple[datetime, list[str]]] = field(default_factory=dict)  # → until when, answer

    def lookup(self, zone: str, name: str, kind: str, now: datetime) -> list[str]:
        """The data of the records of a fully qualified name; none where it does not exist."""
        until, answer = self._kept.get((name, kind), (now, []))
        if now < until:
            return answer
        try:
            found = self.domains.records(zone, name, kind)
        except ApiError:
            return []
        answer = [str(record["data"]) for record in found]
        ttl = min((int(record["ttl"]) for record in found), default=0)
        self._kept[name, kind] = (now + timedelta(seconds=ttl), answer)
        return answer
