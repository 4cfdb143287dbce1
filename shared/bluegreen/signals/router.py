"""The router's own counts, summed over its instances."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bluegreen.clients.store.objects import Objects
from bluegreen.clients.store.telemetry import dated_reports
from bluegreen.core.config.service import Service
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.saturation import Gauge
from bluegreen.core.judge.telemetry import Block, NoData, Telemetry
from bluegreen.signals.reading import Reading

_STALE = 30.0  # seconds
_CLOCKS_APART = 10.0  # seconds; a report may be a few old while it is read


class RouterSignals:
    def __init__(self, service: Service, telemetry: Objects) -> None:
        self._service = service
        self._telemetry = telemetry

    def read(self, now: datetime, active: Environment | None = None) -> Reading | NoData:
        unread: list[str] = []
        try:
            reports = dated_reports(self._telemetry, self._service.name, _STALE, Telemetry, unread)
        except BluegreenError as error:
            return NoData(f"the router's telemetry cannot be read: {error}")
        telling = [report for report, _ in reports if report.blocks]
        odd = f"what {len(unread)} of the router instances report cannot be read, and is not counted" if unread else ""
        if not telling:
            return NoData(odd or "no router instance has reported lately")
        until = min(_end(report.blocks[-1]) for report in telling)
        remark = "; ".join(filter(None, (_clocks(reports, now), odd)))
        return Reading(tuple(block for report in telling for block in report.blocks), until, remark)

    def gauges(self, now: datetime, active: Environment | None = None) -> tuple[Gauge, ...] | NoData:
        """The router reports no connections: its environments are asked over connections that it keeps."""
        return ()


def _clocks(reports: Iterable[tuple[Telemetry, float]], now: datetime) -> str:
    """The instance whose clock is furthest from ours, where it is too far: the store knows how old its report is."""
    off = [((report.at - now).total_seconds() + age, report.instance) for report, age in reports]
    seconds, instance = max(off, key=lambda each: abs(each[0]), default=(0.0, ""))
    if abs(seconds) < _CLOCKS_APART:
        return ""
    if seconds < 0:
        told = "what it counts is judged that much later"
        return f"the clock of router instance {instance} is {spoken(-seconds)} behind: {told}"
    told = "what it counted before the switch may be taken for what came after it"
    return f"the clock of router instance {instance} is {spoken(seconds)} ahead: {told}"


def _end(block: Block) -> datetime:
    return block.at + timedelta(seconds=block.seconds)
