"""DigitalOcean's own monitoring. Its samples are minutes apart, so it is asked no more than once a minute."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.fan_out import AtOnce, at_once
from bluegreen.clients.time_series import Series
from bluegreen.core.config.service import Service
from bluegreen.core.config.signals import MonitoringSignal
from bluegreen.core.config.traffic import LoadBalancer
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.saturation import Gauge, GaugeKind
from bluegreen.core.judge.telemetry import NoData
from bluegreen.signals import balancer
from bluegreen.signals.reading import Reading

_WINDOW = 900
_EVERY = timedelta(seconds=60)
_FRESH = timedelta(minutes=5)
_METRICS = {GaugeKind.CPU: "cpu_percentage", GaugeKind.MEMORY: "memory_percentage", GaugeKind.RESTARTS: "restart_count"}
T = TypeVar("T")


class MonitoringSignals:
    def __init__(
        self, service: Service, settings: MonitoringSignal, api: DigitalOcean | None, ask: AtOnce = at_once
    ) -> None:
        self._service = service
        self._settings = settings
        self._api = api
        self._at_once = ask
        self._balancer = service.traffic.load_balancer if isinstance(service.traffic, LoadBalancer) else ""
        self._reading: MinuteCache[Reading | NoData] = MinuteCache()
        self._gauges: MinuteCache[tuple[Gauge, ...] | NoData] = MinuteCache()

    def read(self, now: datetime, active: Environment | None = None) -> Reading | NoData:
        if not self._balancer:
            return NoData("DigitalOcean counts requests only where a load balancer takes them")
        if active is None:
            return NoData("DigitalOcean counts production's requests, and nobody said which environment serves it")
        return self._reading.of(now, lambda: self._asked(lambda api: self._requests(api, active, now)), active)

    def gauges(self, now: datetime, active: Environment | None = None) -> tuple[Gauge, ...] | NoData:
        return self._gauges.of(now, lambda: self._asked(lambda api: self._samples(api, active, now)), active)

    def _asked(self, ask: Callable[[DigitalOcean], T | NoData]) -> T | NoData:
        if self._api is None:
            return NoData("BLUEGREEN_DIGITALOCEAN_TOKEN is not set for this function")
        try:
            return ask(self._api)
        except BluegreenError as error:
            return NoData(str(error))

    def _requests(self, api: DigitalOcean, active: Environment, now: datetime) -> Reading | NoData:
        span = _span(now)
        responses = api.load_balancer_metric(self._balancer, "frontend_http_responses", *span)
        p95 = api.load_balancer_metric(self._balancer, "droplets_http_response_time_95p", *span)
        blocks = balancer.blocks(responses, p95, active)
        until = blocks[-1].at + timedelta(seconds=blocks[-1].seconds) if blocks else None
        if until is None or now - until > _FRESH:
            return NoData("DigitalOcean has no fresh samples of the load balancer's responses")
        return Reading(blocks, until)

    def _samples(self, api: DigitalOcean, active: Environment | None, now: datetime) -> tuple[Gauge, ...] | NoData:
        found = self._of_balancer(api, active, now) if self._balancer else self._of_apps(api, now)
        return found or NoData("DigitalOcean has no samples of CPU, memory, restarts or connections")

    def _of_apps(self, api: DigitalOcean, now: datetime) -> tuple[Gauge, ...]:
        asked = [(environment, what) for environment in Environment for what in _METRICS]

        def samples(each: tuple[Environment, GaugeKind]) -> list[Gauge]:
            environment, what = each
            component = self._service.component(environment) or self._settings.component
            app = self._service.app(environment)
            return _gauges(environment, what, api.app_metric(app, _METRICS[what], *_span(now), component))

        return tuple(gauge for gauges in self._at_once(samples, asked) for gauge in gauges)

    def _of_balancer(self, api: DigitalOcean, active: Environment | None, now: datetime) -> tuple[Gauge, ...]:
        if active is None:
            return ()
        found = api.load_balancer_metric(self._balancer, "frontend_connections_current", *_span(now))
        return tuple(_gauges(active, GaugeKind.CONNECTIONS, found))


class MinuteCache(Generic[T]):
    """Keeps an answer for a minute. Nothing rests on it: a lost one is asked for again."""

    def __init__(self) -> None:
        self._kept: tuple[datetime, object, T] | None = None

    def of(self, now: datetime, ask: Callable[[], T], about: object) -> T:
        if self._kept is None or self._kept[1] != about or not timedelta() <= now - self._kept[0] < _EVERY:
            self._kept = (now, about, ask())
        return self._kept[2]


def _span(now: datetime) -> tuple[int, int]:
    return int(now.timestamp()) - _WINDOW, int(now.timestamp())


def _gauges(environment: Environment, what: GaugeKind, found: list[Series]) -> list[Gauge]:
    """CPU and memory of the busiest instance; connections and restarts of all, each standing until its next sample."""
    times = sorted({at for series in found for at, _ in series.samples})
    gauges = []
    for at in times:
        if what in (GaugeKind.CPU, GaugeKind.MEMORY):
            value = max(value for series in found for when, value in series.samples if when == at)
        else:
            value = sum(_standing(series, at) for series in found)
        gauges.append(Gauge(environment, what, value, datetime.fromtimestamp(at, UTC)))
    return gauges


def _standing(series: Series, at: float) -> float:
    return next((value for when, value in reversed(series.samples) if when <= at), 0.0)
