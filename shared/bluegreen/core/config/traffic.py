"""Section `traffic`: what sends production's requests to an environment, and what that needs to know."""

import re
from ipaddress import AddressValueError, IPv4Address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from bluegreen.core.config.address import Url
from bluegreen.core.config.units import Duration, Percent
from bluegreen.core.environment import Environment
from bluegreen.core.model import Frozen

LONGEST_TTL = 300  # seconds; a longer TTL makes switches and rollbacks slow


def _one_each(values: dict[Environment, str]) -> dict[Environment, str]:
    if set(values) != set(Environment) or not all(values.values()):
        raise ValueError("one for blue and one for green are wanted")
    if len(set(values.values())) < len(values):
        raise ValueError("blue and green need one each, not the same")
    return values


def _tags(values: dict[Environment, str]) -> dict[Environment, str]:
    """As DigitalOcean has them; one that is none would be asked for at an address that is another's."""
    wrong = next((tag for tag in values.values() if not re.fullmatch(r"[A-Za-z0-9:_-]{1,255}", tag)), None)
    if wrong is not None:
        raise ValueError(f"{wrong[:60]!r} is no tag: letters, digits, `:`, `-` and `_` are allowed, 255 at most")
    return values


OneEach = Annotated[dict[Environment, str], AfterValidator(_one_each)]


class Router(Frozen):
    """Bluegreen's own router app has the domain; it reads the journal and follows it."""

    kind: Literal["router"]
    url: Url  # the public address
    settle: Duration = 20.0  # how long every instance may take to follow
    # An instance whose telemetry is older is gone. One whose agent hangs goes on serving for up to 15 s.
    alive: Duration = Field(default=20.0, gt=15)
    mirror: Percent = 0.0  # of users' GET and HEAD requests, sent to the environment before as well while it is watched


class LoadBalancer(Frozen):
    """A DigitalOcean load balancer sends requests to the Droplets that carry an environment's tag."""

    kind: Literal["load_balancer"]
    url: Url
    settle: Duration = 180.0
    repair: bool = True  # a setting that others changed is corrected; false: there is only a notice
    load_balancer: str = Field(min_length=1, pattern=r"^[A-Za-z0-9-]+$")  # its id
    tags: Annotated[OneEach, AfterValidator(_tags)]  # of each environment's Droplets


class AppIngress(Frozen):
    """One app runs both environments as components; its ingress rule names the active one."""

    kind: Literal["app_ingress"]
    url: Url
    settle: Duration = 600.0
    repair: bool = True
    components: OneEach = Field(default_factory=lambda: {e: f"api-{e.value}" for e in Environment})
    prefixes: tuple[str, ...] = Field(default=("/",), min_length=1)  # of the rules that lead to production
    idle_instances: int = Field(default=0, ge=0)  # what the idle component is scaled to; 0: it is left alone
    idle_after: Duration = 3600.0  # after a switch; until then a rollback needs nothing but the rule


class DnsRecord(Frozen):
    """A record of a zone at DigitalOcean."""

    kind: Literal["dns_record"]
    url: Url
    settle: Duration = 300.0
    repair: bool = True
    zone: str = Field(pattern=r"^[a-z0-9.-]+\.[a-z0-9-]+$")
    type: Literal["A", "CNAME"]
    name: str = Field(default="", pattern=r"^(@|[a-z0-9._*-]*)$")  # within the zone, `@` for the zone itself
    record: int = Field(default=0, ge=0)  # its id, where the name alone does not say which
    values: OneEach

    @model_validator(mode="after")
    def _named(self) -> "DnsRecord":
        if not self.name and not self.record:
            raise ValueError("name or record is wanted: which record is it?")
        if self.name.endswith(f".{self.zone}") or self.name == self.zone:
            within = self.name.removesuffix(self.zone).removesuffix(".") or "@"
            raise ValueError(f"name: it stands within the zone, so {within!r} is wanted, without {self.zone}")
        if self.type == "CNAME" and self.name == "@":
            raise ValueError("type: DNS has no CNAME beside a zone's own records: A is wanted for `@`, or another name")
        return self

    @model_validator(mode="after")
    def _values_fit(self) -> "DnsRecord":
        fits, what = (_is_ipv4, "an IPv4 address") if self.type == "A" else (_is_host, "a host's name")
        for environment, value in self.values.items():
            if not fits(value):
                raise ValueError(f"values.{environment.value}: {what} is wanted, for the record is of type {self.type}")
        _one_each({environment: plain_data(value) for environment, value in self.values.items()})
        return self


def plain_data(data: str) -> str:
    """Names with and without the final dot are the same, and so are capitals."""
    return data.rstrip(".").lower()


def _is_ipv4(value: str) -> bool:
    try:
        return bool(IPv4Address(value))
    except AddressValueError:
        return False


def _is_host(value: str) -> bool:
    """Its last part is not of digits alone: that is an address."""
    return re.fullmatch(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+(?!\d+$)[a-z0-9-]+", plain_data(value)) is not None


Traffic = Annotated[Router | LoadBalancer | AppIngress | DnsRecord, Field(discriminator="kind")]


def longest_way(traffic: Traffic) -> float:
    """Seconds until production has followed, at the worst: a small idle component is scaled up first."""
    scaled = isinstance(traffic, AppIngress) and traffic.idle_instances > 0
    return 2 * traffic.settle if scaled else traffic.settle
