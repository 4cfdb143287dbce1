"""Probes made by the watch itself, for services without the router: the same request to both environments."""

from collections import deque
from datetime import datetime, timedelta

from bluegreen.clients.fan_out import AtOnce, at_once
from bluegreen.clients.web import Web
from bluegreen.core.checks.response import CheckResponse
from bluegreen.core.config.checks import Check
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.judge.saturation import Gauge
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts, NoData
from bluegreen.signals.reading import Reading

_PROBES = 3
_KEPT = 120


class ProbeSignals:
    def __init__(self, service: Service, web: Web, ask: AtOnce = at_once) -> None:
        self._service = service
        self._web = web
        self._at_once = ask
        self._blocks: deque[Block] = deque(maxlen=_KEPT)

    def read(self, now: datetime, active: Environment | None = None) -> Reading | NoData:
        """One block a look, told as soon as it is made: `until` lies right behind its beginning.

        The blocks of this invocation's earlier looks are told again, since not every look is written down.
        """
        asked = next((check for check in self._service.checks.health.requests if check.get), None)
        if asked is None:
            return NoData("no health check to probe with is declared")
        check = asked.model_copy(update={"timeout": 2.0})
        asked_of = [environment for environment in Environment for _ in range(_PROBES)]
        probes = {environment: Counts() for environment in Environment}
        for environment, counts in zip(asked_of, self._at_once(lambda e: self._ask(e, check), asked_of), strict=True):
            probes[environment] += counts
        self._blocks.append(Block(at=now, seconds=0, probes=probes))
        return Reading(tuple(self._blocks), now + timedelta.resolution)

    def gauges(self, now: datetime, active: Environment | None = None) -> tuple[Gauge, ...] | NoData:
        return ()

    def _ask(self, environment: Environment, check: Check) -> Counts:
        headers = {"X-Bluegreen-Probe": "1"}
        return counted(self._web.check(self._service.url(environment), check, headers).answer)


def counted(answer: CheckResponse) -> Counts:
    """One answer as counts."""
    failed = bool(answer.error) or answer.status >= 500
    bucket = sum(bound < answer.ms for bound in BUCKETS_MS)
    buckets = tuple(int(place == bucket) for place in range(len(BUCKETS_MS) + 1))
    return Counts(requests=1, failed=int(failed), buckets=buckets)
