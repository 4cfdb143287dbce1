"""Section `signals`: where the numbers come from that a release is judged by."""

from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bluegreen.core.config.address import checked_url
from bluegreen.core.model import Frozen


def _asked(value: str) -> str:
    if value and "{environment}" not in value and "{app}" not in value:
        raise ValueError(
            "a query that says {environment} where blue or green belongs, or {app} where its app's id does, is wanted"
        )
    return value


def _url(value: str) -> str:
    return checked_url(value) if value else ""


MayBeUrl = Annotated[str, AfterValidator(_url)]
Query = Annotated[str, AfterValidator(_asked)]
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
    select: str = ""  # more matchers for them, such as `job="web"`
    status: Label = "status"  # of the requests: failed are those whose value is 5..
    requests: Query = ""  # "": http_requests_total
    failed: Query = ""  # "": the requests whose label `status` is 5..
    latency: Query = ""  # buckets of a histogram in seconds; "": not asked
    cpu: Query = ""  # percent
    memory: Query = ""  # percent
    connections: Query = ""

    @model_validator(mode="after")
    def _of_one_server(self) -> "PrometheusSignal":
        if bool(self.url) == bool(self.insights):
            raise ValueError("url (of a server), or insights (a region such as fra1: DigitalOcean's own), is wanted")
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
