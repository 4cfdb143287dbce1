"""The simulated DigitalOcean client, first part: load balancers, DNS, app specs, images, metrics."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from bluegreen.clients.digitalocean_answers import App, AppDeployment, DomainRecord
from bluegreen.clients.time_series import Series, series
from bluegreen.core.errors import Misconfigured, NotFound, Refused, Unavailable
from bluegreen_emulator.digitalocean.errors import ApiError

if TYPE_CHECKING:
    from tests.simulation.world.world import World


class TrafficApi(ABC):
    def __init__(self, world: "World") -> None:
        self._world = world

    def load_balancer(self, balancer: str) -> dict[str, Any]:
        balancers = self._world.platform.load_balancers
        return balancers.shown(balancers.get(balancer), self._world.clock.now())

    def update_load_balancer(self, balancer: str, whole: dict[str, Any]) -> None:
        balancers = self._world.platform.load_balancers
        try:
            balancers.update(balancers.get(balancer), whole, self._world.clock.now())
        except ApiError as error:
            raise meaning(error) from None

    def droplets_tagged(self, tag: str) -> int:
        return int(self._world.platform.tags.shown(tag)["resources"]["droplets"]["count"])

    def dns_record(self, zone: str, record: int) -> DomainRecord:
        return DomainRecord.model_validate(self._world.platform.domains.record(zone, record))

    def dns_records(self, zone: str, name: str, kind: str) -> list[DomainRecord]:
        return [DomainRecord.model_validate(one) for one in self._world.platform.domains.records(zone, name, kind)]

    def point_dns_record(self, zone: str, record: DomainRecord, data: str) -> None:
        try:
            self._world.platform.domains.change(zone, record.id, {"type": record.type, "data": data})
        except ApiError as error:
            raise meaning(error) from None

    def update(self, app: str, spec: dict[str, Any], all_sources: bool = False) -> App:
        world = self._world
        try:
            world.platform.apps.update(world.app(app), spec, all_sources, world.clock.now())
        except ApiError as error:
            raise meaning(error) from None
        return self.app(app)

    def update_to(self, app: str, spec: dict[str, Any], all_sources: bool = False) -> AppDeployment:
        made = self.update(app, spec, all_sources).pending_deployment
        if made is None:
            raise Unavailable("DigitalOcean took the spec, but named no pending deployment yet")
        return made

    def image_digest(self, registry: str, repository: str, tag: str) -> str:
        found = self._world.platform.registry.tags[repository].get(tag)
        if found is None:
            raise NotFound(f"registry {registry} has no image {repository}:{tag}")
        return found

    @abstractmethod
    def app(self, app: str) -> App: ...

    def app_metric(self, app: str, metric: str, start: int, end: int, component: str = "") -> list[Series]:
        platform, found, now = self._world.platform, self._world.app(app), self._world.clock.now().timestamp()
        instances = [one for one in platform.host.instances(found.key) if component in ("", one.component)]
        span = (str(start), str(end))
        return series(platform.monitoring.matrix(found.name, app, metric, instances, *span, now), "DigitalOcean")

    def load_balancer_metric(self, balancer: str, metric: str, start: int, end: int) -> list[Series]:
        monitoring, now = self._world.platform.monitoring, self._world.clock.now().timestamp()
        return series(monitoring.balancer_matrix(balancer, metric, str(start), str(end), now), "DigitalOcean")


def meaning(error: ApiError) -> Exception:
    """As bluegreen.clients.http has it."""
    if error.status in (401, 403):
        return Misconfigured(str(error))
    if error.status == 404:
        return NotFound(str(error))
    return Unavailable(str(error)) if error.status >= 500 else Refused(str(error))
