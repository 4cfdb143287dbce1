"""Counters that the application keeps, read raw from a Prometheus server: a block an instance and scrape interval."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bluegreen.clients.fan_out import AtOnce, at_once
from bluegreen.clients.prometheus import Prometheus
from bluegreen.core.config.signals import PrometheusSignal
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.saturation import Gauge, GaugeKind
from bluegreen.core.judge.telemetry import Block, NoData
from bluegreen.signals.counters import History
from bluegreen.signals.reading import Reading
from bluegreen.signals.scraping import NO_APPS, WINDOW, EarlierValues, Scraping, query_for

_STEP = 30  # seconds between two values of a gauge


class PrometheusSignals:
    """`apps`: the id of each environment's app, for queries that say {app}."""

    def __init__(
        self,
        settings: PrometheusSignal,
        server: Prometheus,
        ask: AtOnce = at_once,
        apps: Mapping[Environment, str] = NO_APPS,
    ) -> None:
        self._settings = settings
        self._server = server
        self._at_once = ask
        self._apps = apps
        self._earlier: EarlierValues = {}

    def read(self, now: datetime, active: Environment | None = None) -> Reading | NoData:
        try:
            found = self._at_once(lambda environment: self._histories(environment, now), list(Environment))
        except BluegreenError as error:
            return NoData(str(error))
        living = [history for histories in found for history in histories if history.lives(now.timestamp())]
        if not living:
            asked = " or ".join(query_for(self._settings.counted, each, self._apps) for each in Environment)
            return NoData(f"{self._server.name} has no fresh samples of {asked}")
        pairs = zip(Environment, found, strict=True)
        blocks = [block for environment, histories in pairs for block in _blocks(environment, histories, active)]
        until = min(history.times[-1] for history in living)
        return Reading(tuple(sorted(blocks, key=lambda block: block.at)), _moment(until))

    def gauges(self, now: datetime, active: Environment | None = None) -> tuple[Gauge, ...] | NoData:
        settings = self._settings
        queries = {
            GaugeKind.CPU: settings.cpu,
            GaugeKind.MEMORY: settings.memory,
            GaugeKind.CONNECTIONS: settings.connections,
        }
        asked = [(environment, what) for environment in Environment for what, query in queries.items() if query]
        try:
            found = self._at_once(lambda each: self._gauge(*each, queries[each[1]], now), asked)
        except BluegreenError as error:
            return NoData(str(error))
        if asked and not any(found):
            return NoData(f"{self._server.name} has no samples of the gauges")
        return tuple(gauge for gauges in found for gauge in gauges)

    def _histories(self, environment: Environment, now: datetime) -> list[History]:
        return Scraping(self._settings, self._server, environment, now, self._earlier, self._apps).histories()

    def _gauge(self, environment: Environment, what: GaugeKind, query: str, now: datetime) -> list[Gauge]:
        """On a grid of times that every look shares; the highest series where there are several."""
        end = int(now.timestamp()) // _STEP * _STEP
        highest: dict[float, float] = {}
        query = query_for(query, environment, self._apps)
        for series in self._server.over(query, end - WINDOW, end, _STEP):
            for at, value in series.samples:
                highest[at] = max(value, highest.get(at, value))
        return [Gauge(environment, what, value, _moment(at)) for at, value in sorted(highest.items())]


def _blocks(environment: Environment, histories: Iterable[History], active: Environment | None) -> list[Block]:
    """What reaches an idle environment are checks and probes, so it is told as that too: to compare with."""
    idle = active is not None and environment is not active
    return [
        Block(
            at=_moment(begun),
            seconds=round(end - begun, 3),
            users={environment: counts},
            probes={environment: counts} if idle else {},
        )
        for history in histories
        for begun, end, counts in zip(history.times, history.times[1:], history.counts, strict=False)
    ]


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
