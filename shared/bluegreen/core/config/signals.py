"""Section `signals`: where the numbers come from that a release is judged by."""

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bluegreen.core.config.address import checked_url
from bluegreen.core.model import Frozen

_API = "/api/v1"  # what is asked of a server stands below it
_QUOTED = r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)"""
_MATCHER = rf"\s*(?:{_QUOTED}|(?:[\w.]+|{_QUOTED})\s*(?:=~|!~|!=|=)\s*{_QUOTED})\s*"
_MATCHERS = re.compile(rf"(?:{_MATCHER}(?:,{_MATCHER})*,?)?\s*")
_SELECTOR = re.compile(rf"\s*(?=[\w:{{])[\w:.]*\s*(?:\{{{_MATCHERS.pattern}\}})?\s*")  # of PromQL


def _asked(value: str) -> str:
    if value and "{environment}" not in value and "{app}" not in value:
        raise ValueError(
            "a query that says {environment} where blue or green belongs, or {app} where its app's id does, is wanted"
        )
    return value


def _selector(value: str) -> str:
    """Counters are read as they were scraped. What a function, a range or `or` makes of them the server refuses."""
    if value and not _SELECTOR.fullmatch(re.sub(r"\{(environment|app)\}", "x", value)):
        raise ValueError(
            'a plain selector such as http_requests_total{environment="{environment}"} is wanted: '
            "no function (rate, sum), no range ([5m]), no offset and no operator"
        )
    return value


def _matchers(value: str) -> str:
    if not _MATCHERS.fullmatch(value):
        raise ValueError('matchers such as job="web", with commas between them and without braces, are wanted')
    return value


def _url(value: str) -> str:
    return checked_url(value) if value else ""


MayBeUrl = Annotated[str, AfterValidator(_url)]
Query = Annotated[str, AfterValidator(_asked)]
Selector = Annotated[Query, AfterValidator(_selector)]
Label = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Server(NamedTuple):
    """`token` is the field of `Secrets` that it wants."""

    name: str
    url: str
    token: str


class RouterSignal(Frozen):
    """The requests that the router's instances have counted."""

    kind: Literal["router"]


class ProbeSignal(Frozen):
    """The first health check, sent to both environments by the watch itself."""

    kind: Literal["probe"]


class PrometheusSignal(Frozen):
    """Metrics of the application. Queries are PromQL; for a counter they have to be plain selectors."""

    kind: Literal["prometheus"]
    url: MayBeUrl = ""
    insights: str = Field(default="", pattern=r"^([a-z]{3}[0-9])?$")  # a region: DigitalOcean Insights there is asked
    label: Label = "environment"  # whose value is blue or green, for the queries that are not given
    select: Annotated[str, AfterValidator(_matchers)] = ""  # more matchers for them, such as `job="web"`
    status: Label = "status"  # of the requests: failed are those whose value is 5..
    requests: Selector = ""  # "": http_requests_total
    failed: Selector = ""  # "": the requests whose label `status` is 5..
    latency: Selector = ""  # buckets of a histogram in seconds; "": not asked
    cpu: Query = ""  # percent
    memory: Query = ""  # percent
    connections: Query = ""

    @model_validator(mode="after")
    def _of_one_server(self) -> "PrometheusSignal":
        if bool(self.url) == bool(self.insights):
            raise ValueError("url (of a server), or insights (a region such as fra1: DigitalOcean's own), is wanted")
        if self.url.rstrip("/").endswith(_API):
            raise ValueError(f"url: {_API} is added to it, so an address without it is wanted")
        return self

    @model_validator(mode="after")
    def _tells_the_failed(self) -> "PrometheusSignal":
        if self.failed and self.failed.split() == self.counted.split():
            raise ValueError("failed: it is the counter of all requests, so each of them would have failed")
        return self

    def server(self, digitalocean: str) -> Server:
        """docs.digitalocean.com/products/insights/reference/api: Prometheus's query API below a region's path."""
        if self.insights:
            path = f"/v2/insights/query/{self.insights}/prom"
            return Server("DigitalOcean Insights", digitalocean.rstrip("/") + path, "digitalocean_token")
        return Server("Prometheus", self.url, "prometheus_token")

    @property
    def counted(self) -> str:
        more = f",{self.select}" if self.select else ""
        return self.requests or f'http_requests_total{{{self.label}="{{environment}}"{more}}}'


class MonitoringSignal(Frozen):
    """DigitalOcean's own: CPU, memory and restarts of apps; requests, where a load balancer takes the traffic."""

    kind: Literal["do_monitoring"]
    component: str = ""  # of the apps; "": all, and the busiest instance counts


def _worded(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


Signal = Annotated[
    Annotated[RouterSignal | ProbeSignal | PrometheusSignal | MonitoringSignal, Field(discriminator="kind")],
    BeforeValidator(_worded),
]
