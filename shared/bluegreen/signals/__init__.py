"""Sources of measurements of both environments. Each gives counts, or NoData and the reason; it never guesses."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.fan_out import AtOnce, at_once
from bluegreen.clients.prometheus import Prometheus
from bluegreen.clients.store.objects import Objects
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.signals import (
    MonitoringSignal,
    ProbeSignal,
    PrometheusSignal,
    RouterSignal,
    Signal,
)
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Misconfigured
from bluegreen.core.judge.saturation import Gauge
from bluegreen.core.judge.telemetry import NoData
from bluegreen.signals.do_monitoring import MonitoringSignals
from bluegreen.signals.probe import ProbeSignals
from bluegreen.signals.prometheus import PrometheusSignals
from bluegreen.signals.reading import Reading, Signals
from bluegreen.signals.router import RouterSignals

__all__ = ["Reading", "Signals", "first", "gauges", "signals_for"]


def _nobody(of: PrometheusSignal) -> Prometheus:
    raise Misconfigured(f"nobody is there to ask {of.url or of.insights}")


def signals_for(
    service: Service,
    web: Web,
    telemetry: Objects,
    ask: AtOnce = at_once,
    digitalocean: DigitalOcean | None = None,
    prometheus: Callable[[PrometheusSignal], Prometheus] = _nobody,
) -> tuple[Signals, ...]:
    """`prometheus` makes the client of the server that a signal names."""

    def source(settings: Signal) -> Signals:
        match settings:
            case RouterSignal():
                return RouterSignals(service, telemetry)
            case ProbeSignal():
                return ProbeSignals(service, web, ask)
            case PrometheusSignal():
                return PrometheusSignals(settings, prometheus(settings), ask, {e: service.app(e) for e in Environment})
            case MonitoringSignal():
                return MonitoringSignals(service, settings, digitalocean, ask)

    return tuple(source(settings) for settings in service.signals)


def first(sources: Sequence[Signals], now: datetime, active: Environment | None = None) -> Reading | NoData:
    """The first source that has numbers; otherwise why none has."""
    why = []
    for source in sources:
        found = source.read(now, active)
        if isinstance(found, Reading):
            return found
        why.append(found.why)
    return NoData("; ".join(why) or "no signals are configured")


def gauges(sources: Sequence[Signals], now: datetime, active: Environment | None = None) -> tuple[Gauge, ...] | NoData:
    """Of all sources; where two measure the same of an environment, only the first one's samples."""
    found: list[Gauge] = []
    why = []
    for source in sources:
        given = source.gauges(now, active)
        if isinstance(given, NoData):
            why.append(given.why)
            continue
        known = {(gauge.environment, gauge.what) for gauge in found}
        found += [gauge for gauge in given if (gauge.environment, gauge.what) not in known]
    return tuple(found) if found or not why else NoData("; ".join(why))
