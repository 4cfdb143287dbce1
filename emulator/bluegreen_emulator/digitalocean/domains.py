"""DNS zones and their records."""

from dataclasses import dataclass, field
from typing import Any

from bluegreen_emulator.digitalocean.errors import not_found, unprocessable

Record = dict[str, Any]
_TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT")
_FIELDS = ("type", "name", "data", "priority", "port", "ttl", "weight", "flags", "tag")
_TTL = 1800


@dataclass
class Domains:
    cname_needs_dot: bool
    minimum_ttl: int
    zones: dict[str, list[Record]] = field(default_factory=dict)
    _records: int = 0

    def create(self, name: str, address: str = "") -> None:
        """A zone with its SOA and NS records, and an A record where an address is given."""
        if name in self.zones:
            raise unprocessable("Name already exists")
        self.zones[name] = []
        self._append(name, {"type": "SOA", "name": "@", "data": "1800"})
        for number in (1, 2, 3):
            self._append(name, {"type": "NS", "name": "@", "data": f"ns{number}.digitalocean.com"})
        if address:
            self._append(name, {"type": "A", "name": "@", "data": address})

    def zone(self, name: str) -> list[Record]:
        if name not in self.zones:
            raise not_found()
        return self.zones[name]

    def shown(self, name: str) -> dict[str, Any]:
        lines = [f"{r['name']} {r['ttl']} IN {r['type']} {r['data']}" for r in self.zone(name)]
        return {"name": name, "ttl": _TTL, "zone_file": "\n".join([f"$ORIGIN {name}.", f"$TTL {_TTL}", *lines])}

    def delete(self, name: str) -> None:
        self.zone(name)
        del self.zones[name]

    def records(self, zone: str, name: str, kind: str) -> list[Record]:
        """`name` is fully qualified, as in the query parameter; empty filters let everything through."""
        found = self.zone(zone)
        return [r for r in found if (not kind or r["type"] == kind) and (not name or _qualified(r, zone) == name)]

    def record(self, zone: str, identity: int) -> Record:
        for record in self.zone(zone):
            if record["id"] == identity:
                return record
        raise not_found()

    def add(self, zone: str, body: Record) -> Record:
        self.zone(zone)
        missing = [needed for needed in ("type", "name", "data") if not body.get(needed)]
        if missing:
            raise unprocessable(f"{', '.join(missing)} can't be blank")
        return self._append(zone, body)

    def change(self, zone: str, identity: int, body: Record) -> Record:
        """PATCH and PUT alike: what the body leaves out stays."""
        record = self.record(zone, identity)
        changed = record | {name: body[name] for name in _FIELDS if name in body}
        self._check(changed)
        record.update(changed)
        return record

    def remove(self, zone: str, identity: int) -> None:
        self.zones[zone].remove(self.record(zone, identity))

    def _append(self, zone: str, body: Record) -> Record:
        record = {name: body.get(name) for name in _FIELDS} | {"ttl": body.get("ttl") or _TTL}
        self._check(record)
        self._records += 1
        record["id"] = 28_448_428 + self._records
        self.zones[zone].append(record)
        return record

    def _check(self, record: Record) -> None:
        if record["type"] not in _TYPES:
            raise unprocessable(f"Type is not one of {', '.join(_TYPES)}")
        if record["type"] == "CNAME" and self.cname_needs_dot and not str(record["data"]).endswith((".", "@")):
            raise unprocessable("Data needs to end with a dot (.)")
        if record["ttl"] < self.minimum_ttl:
            raise unprocessable(f"Ttl must be at least {self.minimum_ttl}")


def _qualified(record: Record, zone: str) -> str:
    return zone if record["name"] == "@" else f"{record['name']}.{zone}"
