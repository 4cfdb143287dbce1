"""An A or CNAME record of a zone at DigitalOcean: its data is the switch; some users follow late.

Resolvers keep the answer that they have for the record's TTL, and nobody can take it back from them.
"""

from datetime import datetime, timedelta

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.digitalocean_answers import DomainRecord
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import LONGEST_TTL, plain_data
from bluegreen.core.config.traffic import DnsRecord as Settings
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment
from bluegreen.core.errors import NotFound, Refused
from bluegreen.core.record import Record
from bluegreen.traffic.driver import ProviderSetting, PublicAnswer, Unknown
from bluegreen.traffic.outside import Outside
from bluegreen.traffic.provider import disagreement, environment_of, required

_IN_A_ROW = 5
_CLOCKS = timedelta(minutes=1)  # that two functions may differ by


class DnsRecordTraffic:
    follows_journal = False
    look_every = 5.0

    def __init__(self, service: Service, settings: Settings, web: Web, digitalocean: DigitalOcean | None) -> None:
        self._settings = settings
        self._values = {environment: plain_data(value) for environment, value in settings.values.items()}
        self._outside = Outside(service, web)
        self._digitalocean_or_none = digitalocean

    def current(self) -> Environment | Unknown:
        return self._outside.current()

    def send(self, environment: Environment, epoch: int, digest: str = "", other_is_unfit: bool = False) -> None:
        read, value = self._read(), self._values[environment]
        if plain_data(read.data) == value:
            return
        data = f"{value}." if self._settings.type == "CNAME" else value
        self._digitalocean.point_dns_record(self._settings.zone, read, data)

    def setting(self) -> ProviderSetting:
        return self._setting(self._read())

    def why_lagging(self, record: Record, now: datetime) -> str | None:
        """Also the resolvers: users may be sent to the old environment until they have forgotten its address."""
        read, since = self._read(), record.on(record.active).since
        until = since + timedelta(seconds=read.ttl) + _CLOCKS if since else now
        if now < until:
            left = spoken((until - now).total_seconds())
            return f"resolvers may keep the old answer for {left} more (the record's TTL is {read.ttl} s)"
        return disagreement(self._setting(read), record)

    def verify(self, environment: Environment, epoch: int, now: datetime) -> PublicAnswer:
        read = self._read()
        setting = self._setting(read)
        stale = setting.stale_seconds
        if setting.environment is not environment:
            return PublicAnswer(False, f"{setting.says}, not {self._values[environment]}", stale_seconds=stale)
        seen = self._outside.answers_as(environment, _IN_A_ROW)
        says = f"{setting.says}; {seen.says}; {_resolvers_keep(read.ttl)}"
        return PublicAnswer(seen.followed, says, stale_seconds=stale)

    def shrink_idle(self, active: Environment) -> None:
        """Its environments are as large as their owners make them."""

    def doubts(self) -> list[str]:
        read = self._read()
        return [*self._left_behind(read), *([_slow(read.ttl)] if read.ttl > LONGEST_TTL else [])]

    def _left_behind(self, read: DomainRecord) -> list[str]:
        """Records of the same name that users are sent by as well, and that no switch moves."""
        if self._settings.type != "A" or not self._settings.name:
            return []
        doubts = []
        for kind, who in (("A", "a part of the users"), ("AAAA", "users with IPv6")):
            others = [each for each in self._named(kind) if each.id != read.id]
            said = ", ".join(plain_data(each.data) for each in others)
            if others:
                doubts.append(f"the name has another {kind} record ({said}), which no switch moves: {who} stay there")
        return doubts

    @property
    def _digitalocean(self) -> DigitalOcean:
        return required(self._digitalocean_or_none)

    def _read(self) -> DomainRecord:
        settings, zone = self._settings, self._settings.zone
        if settings.record:
            return self._of_type(self._digitalocean.dns_record(zone, settings.record))
        name, records = self._full_name, self._named(settings.type)
        if not records:
            raise NotFound(f"zone {zone} has no {settings.type} record {name}")
        if len(records) > 1:
            ids = ", ".join(str(record.id) for record in records)
            raise Refused(
                f"zone {zone} has {len(records)} {settings.type} records {name} ({ids}): name one as `record`"
            )
        return records[0]

    @property
    def _full_name(self) -> str:
        zone, name = self._settings.zone, self._settings.name
        return zone if name == "@" else f"{name}.{zone}"

    def _named(self, kind: str) -> list[DomainRecord]:
        return self._digitalocean.dns_records(self._settings.zone, self._full_name, kind)

    def _of_type(self, read: DomainRecord) -> DomainRecord:
        if read.type != self._settings.type:
            raise Refused(
                f"record {read.id} of zone {self._settings.zone} is of type {read.type}, not {self._settings.type}"
            )
        return read

    def _setting(self, read: DomainRecord) -> ProviderSetting:
        data = plain_data(read.data)
        return ProviderSetting(
            environment_of(self._values, data), f"the {read.type} record says {data}", stale_seconds=float(read.ttl)
        )


def _resolvers_keep(ttl: int) -> str:
    keep = f"resolvers may keep the old answer for up to {ttl} s: both environments must stay up for that long"
    return f"{keep}; {_slow(ttl)}" if ttl > LONGEST_TTL else keep


def _slow(ttl: int) -> str:
    return (
        f"the record's TTL of {ttl} s is above {LONGEST_TTL} s: a switch and a way back take that long for some users"
    )
