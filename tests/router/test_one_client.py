"""From two routers' counts to the verdict: a URL that fails in every release, asked by one client or by many."""

from datetime import UTC, datetime, timedelta

import pytest

from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.environment import Environment
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.judge.intervals import Period, SlowBounds, intervals
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.judge.verdict import BakeContext, Observation, judge
from bluegreen.signals.router import RouterSignals
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_router.counts import Answer, Ledger, Source
from bluegreen_router.heavy_hitters import Numbers, Who
from bluegreen_router.report import encode
from tests.build import service

BLUE, GREEN = Environment.BLUE, Environment.GREEN
START = datetime(2026, 1, 1, tzinfo=UTC)
CONTEXT = BakeContext(GREEN, START, Watch(), Thresholds())


def counted(instance: str, store: MemoryObjects, clients: int, paths: int, seconds: int = 90) -> None:
    """An instance's report after so many seconds: twenty good requests in each, and one that fails."""
    numbers = Numbers("secret-of-spaces", "web")
    ledger = Ledger(START, told=lambda failing: failing.told(numbers, 3))
    for second in range(seconds):
        for _ in range(20):
            ledger.count(Source.USERS, Answer(GREEN, False, 5))
        who = Who(f"198.51.100.{second % clients}", f"/broken{'x' * (second % paths)}?at={second}")
        ledger.count(Source.USERS, Answer(GREEN, True, 5, who))
        for environment in (BLUE, GREEN, BLUE, GREEN):
            ledger.count(Source.PROBES, Answer(environment, False, 5))
        ledger.close(START + timedelta(seconds=second + 1))
    told = Telemetry(
        service="web", instance=instance, at=START, seq=1, epoch=3, active=GREEN, blocks=ledger.blocks[-seconds:]
    )
    store.put(f"services/web/telemetry/{instance}.json", encode(told))


@pytest.mark.parametrize(
    ("clients", "paths", "verdict"),
    [(1, 1, Verdict.ONE_CLIENT), (30, 1, Verdict.BAD), (1, 5, Verdict.BAD), (30, 5, Verdict.BAD)],
)
def test_two_routers_counts_lead_to_the_verdict(clients: int, paths: int, verdict: Verdict):
    store = MemoryObjects()
    for instance in ("router-1", "router-2"):
        counted(instance, store, clients, paths)
    reading = RouterSignals(service(), store).read(START + timedelta(seconds=90))
    period = Period(START, START, reading.until)
    seen = intervals(reading.blocks, GREEN, period, SlowBounds(2000, 1000))
    found = judge(CONTEXT, Evidence(), Observation(seen, reading.until, None, None), START + timedelta(seconds=91))

    assert found.finding.verdict is verdict
    if verdict is Verdict.ONE_CLIENT:
        assert "180 of 3,780 requests failed in 90 s, all of one client on one path" in found.finding.says
