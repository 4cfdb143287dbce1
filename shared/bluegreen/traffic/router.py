"""Bluegreen's own router: it reads the journal, so appending a version is the switch."""

from datetime import datetime, timedelta

from bluegreen.clients.objects import Objects
from bluegreen.clients.telemetry import read_reports
from bluegreen.clients.web import Web
from bluegreen.core.checks import Check
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.service import Service
from bluegreen.traffic.driver import Seen, Unknown

_MARKER = "x-bluegreen-environment"
_IN_A_ROW = 3
_IN_A_ROW_BLIND = 10  # where the instances do not report, more looks have to do


class RouterTraffic:
    def __init__(self, service: Service, web: Web, telemetry: Objects) -> None:
        self._service = service
        self._web = web
        self._telemetry = telemetry

    def current(self) -> Environment | Unknown:
        reply = self._web.check(self._service.traffic.url, self._question())
        marker = reply.headers.get(_MARKER, "")
        if marker in {environment.value for environment in Environment}:
            return Environment(marker)
        return Unknown(reply.answer.error or f"status {reply.answer.status} without {_MARKER}")

    def send(self, environment: Environment, epoch: int) -> None:
        """Nothing is left to do: the version that raised the epoch is what the routers read."""

    def lagging(self, epoch: int, now: datetime) -> str | None:
        return _lagging(*self._instances(epoch, now))

    def verify(self, environment: Environment, epoch: int, now: datetime) -> Seen:
        behind, instances = self._instances(epoch, now)
        lagging = _lagging(behind, instances)
        if lagging:
            return Seen(False, lagging)
        wanted = _IN_A_ROW if instances else _IN_A_ROW_BLIND
        for _ in range(wanted):
            found = self.current()
            if found is not environment:
                seen = found.why if isinstance(found, Unknown) else found.value
                return Seen(False, f"production answers as {seen}, not {environment.value}")
        followed = f"all {instances} router instances follow" if instances else "no router instance reports"
        return Seen(True, f"{followed}; production answered as {environment.value} {wanted} times in a row")

    def _instances(self, epoch: int, now: datetime) -> tuple[int, int]:
        """How many live instances are behind, and how many are alive; none where nobody can tell."""
        oldest = now - timedelta(seconds=self._service.traffic.alive)
        try:
            alive = [found for found in read_reports(self._telemetry, self._service.name) if found.at >= oldest]
        except BluegreenError:
            return 0, 0
        return sum(found.epoch < epoch for found in alive), len(alive)

    def _question(self) -> Check:
        health = self._service.checks.health.requests
        path = next((check.get for check in health if check.get), "/")
        return Check(get=path, timeout=3)


def _lagging(behind: int, instances: int) -> str | None:
    return f"{behind} of {instances} router instances have not followed yet" if behind else None
