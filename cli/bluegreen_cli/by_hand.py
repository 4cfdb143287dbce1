"""How a person leads production to an environment where no token for DigitalOcean's API is at hand."""

from datetime import datetime

from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress, DnsRecord, LoadBalancer
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Later
from bluegreen.core.record import Record
from bluegreen.traffic import ProviderSetting, PublicAnswer, Unknown
from bluegreen.traffic.outside import Outside

_IN_A_ROW = 5
_NO_TOKEN = "BLUEGREEN_DIGITALOCEAN_TOKEN is not set, so lead production there by hand"


class ByHand:
    """A traffic driver whose every act is a sentence for a person; the release waits for them in *rolling back*.

    Whether they have done it is asked of production, as a user would.
    """

    follows_journal = False
    look_every = 5.0

    def __init__(self, service: Service, web: Web) -> None:
        self._service = service
        self._outside = Outside(service, web)

    def send(self, environment: Environment, epoch: int, digest: str = "", other_is_unfit: bool = False) -> None:
        if self.current() is not environment:
            raise Later(f"{_NO_TOKEN}: {steps(self._service, environment)}")

    def current(self) -> Environment | Unknown:
        return self._outside.current()

    def setting(self) -> ProviderSetting | None:
        return None

    def why_lagging(self, record: Record, now: datetime) -> str | None:
        return _NO_TOKEN

    def verify(self, environment: Environment, epoch: int, now: datetime) -> PublicAnswer:
        return self._outside.answers_as(environment, _IN_A_ROW)

    def shrink_idle(self, active: Environment) -> None:
        return

    def doubts(self) -> list[str]:
        return []


def steps(service: Service, environment: Environment) -> str:
    """What to change at DigitalOcean, with the values of bluegreen.yml."""
    match service.traffic:
        case LoadBalancer() as way:
            where = f"control panel, Networking, Load Balancers, {way.load_balancer}"
            return f"{where}: let it send to Droplets tagged {way.tags[environment]}"
        case DnsRecord() as way:
            records, to = "doctl compute domain records", way.values[environment]
            which = str(way.record or f"ID, which `{records} list {way.zone}` shows beside {way.type} {way.name}")
            return f"{records} update {way.zone} --record-data {to} --record-id {which}"
        case AppIngress() as way:
            app, name = service.app(environment), way.components[environment]
            rules = ", ".join(way.prefixes)
            return (
                f"doctl apps spec get {app} > app.yaml; there let the ingress rule of {rules} name component {name}; "
                f"doctl apps update {app} --spec app.yaml"
            )
        case _:
            return "nothing: routers read the journal"
