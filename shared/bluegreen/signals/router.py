"""The router's own counts, summed over its instances."""

from datetime import datetime, timedelta

from bluegreen.clients.store.objects import Objects
from bluegreen.clients.store.telemetry import read_reports
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.saturation import Gauge
from bluegreen.core.judge.telemetry import Block, NoData, Telemetry
from bluegreen.signals.reading import Reading

_STALE = 30.0  # seconds


class RouterSignals:
    def __init__(self, service: Service, telemetry: Objects) -> None:
        self._service = service
        self._telemetry = telemetry

    def read(self, now: datetime, active: Environment | None = None) -> Reading | NoData:
        try:
            reports = read_reports(self._telemetry, self._service.name, _STALE, Telemetry)
        except BluegreenError as error:
            return NoData(f"the router's telemetry cannot be read: {error}")
        telling = [report for report in reports if report.blocks]
        if not telling:
            return NoData("no router instance has reported lately")
        until = min(_end(report.blocks[-1]) for report in telling)
        return Reading(tuple(block for report in telling for block in report.blocks), until)

    def gauges(self, now: datetime, active: Environment | None = None) -> tuple[Gauge, ...] | NoData:
        """The router reports no connections: its environments are asked over connections that it keeps."""
        return ()


def _end(block: Block) -> datetime:
    return block.at + timedelta(seconds=block.seconds)
