"""Where numbers about the environments come from. A source gives counts, or NoData and why; it never guesses."""

from collections.abc import Sequence
from datetime import datetime

from bluegreen.clients.fan_out import AtOnce, at_once
from bluegreen.clients.objects import Objects
from bluegreen.clients.web import Web
from bluegreen.core.judge import NoData
from bluegreen.core.service import Service
from bluegreen.signals.probe import ProbeSignals
from bluegreen.signals.reading import Reading, Signals
from bluegreen.signals.router import RouterSignals

__all__ = ["Reading", "Signals", "first", "signals_for"]


def signals_for(service: Service, web: Web, telemetry: Objects, ask: AtOnce = at_once) -> tuple[Signals, ...]:
    return tuple(_source(kind, service, web, telemetry, ask) for kind in service.signals)


def first(sources: Sequence[Signals], now: datetime) -> Reading | NoData:
    """The first source that has numbers; otherwise why none has."""
    why = []
    for source in sources:
        found = source.read(now)
        if isinstance(found, Reading):
            return found
        why.append(found.why)
    return NoData("; ".join(why) or "no signals are configured")


def _source(kind: str, service: Service, web: Web, telemetry: Objects, ask: AtOnce) -> Signals:
    return RouterSignals(service, telemetry) if kind == "router" else ProbeSignals(service, web, ask)
