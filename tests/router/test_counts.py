from datetime import UTC, datetime, timedelta

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS, Counts, Telemetry
from bluegreen_router.counts import (
    KEPT_BLOCKS,
    Answer,
    Ledger,
    Source,
    failures,
)
from bluegreen_router.heavy_hitters import Numbers, Who
from bluegreen_router.report import MOST_BYTES, encode

BLUE, GREEN = Environment.BLUE, Environment.GREEN
START = datetime(2026, 1, 1, tzinfo=UTC)


def test_counts_go_into_the_block_that_is_open():
    ledger = Ledger(START)
    ledger.count(Source.USERS, Answer(BLUE, False, 10))
    ledger.count(Source.USERS, Answer(BLUE, True, 10.1))
    ledger.count(Source.PROBES, Answer(GREEN, True, 9999))
    first = ledger.close(START + timedelta(seconds=1))
    second = ledger.close(START + timedelta(seconds=6))

    assert (first.at, first.seconds, second.at, second.seconds) == (START, 1.0, START + timedelta(seconds=1), 5.0)
    assert (first.users[BLUE].requests, first.users[BLUE].failed, first.users[BLUE].buckets[:2]) == (2, 1, (1, 1))
    assert first.probes[GREEN].buckets[-1] == 1
    assert (failures(first, BLUE), failures(first, GREEN), failures(second, GREEN)) == (1, 1, 0)
    assert ledger.blocks == (first, second)


def test_what_others_have_counted_is_gathered_before_a_block_ends():
    counted = Counts(requests=3, failed=1, buckets=(1, 2, *(0,) * (len(BUCKETS_MS) - 1)))
    ledger = Ledger(START, lambda: ledger.add(Source.USERS, BLUE, counted))
    ledger.count(Source.USERS, Answer(BLUE, False, 5))
    counts = ledger.close(START + timedelta(seconds=1)).users[BLUE]

    assert (counts.requests, counts.failed, counts.buckets[:2]) == (4, 1, (2, 2))


def test_who_failed_is_told_of_users_failures_only():
    ledger = Ledger(START, told=lambda failing: failing.told(Numbers("secret", "web"), 1))
    for source in Source:
        for failed in (False, True, True):
            ledger.count(source, Answer(GREEN, failed, 10, Who("198.51.100.7", "/broken")))
    block = ledger.close(START + timedelta(seconds=1))
    assert [each.failed for each in block.users[GREEN].client_paths] == [2]
    assert block.probes[GREEN].client_paths == ()
    ledger.count(Source.USERS, Answer(GREEN, True, 10))
    assert ledger.close(START + timedelta(seconds=2)).users[GREEN].client_paths == ()


@pytest.mark.slow
def test_five_minutes_are_kept_and_fit_into_an_object():
    ledger = Ledger(START, told=lambda failing: failing.told(Numbers("secret", "web"), 1))
    for second in range(400):
        for client in range(10):
            for environment in Environment:
                ledger.count(Source.USERS, Answer(environment, True, 5, Who(f"198.51.100.{client}", "/broken")))
        for source in Source:
            for environment in Environment:
                for milliseconds in (5, 30, 300, 700, 9000):
                    ledger.count(source, Answer(environment, milliseconds > 5000, milliseconds))
        ledger.close(START + timedelta(seconds=second + 1))
    last = ledger.blocks[-1]
    telemetry = Telemetry(service="web", instance="r", at=START, seq=1, epoch=1, active=BLUE, blocks=ledger.blocks)
    body = encode(telemetry)

    assert 299 <= len(ledger.blocks) <= KEPT_BLOCKS
    assert len(body) <= MOST_BYTES
    told = Telemetry.model_validate_json(body).blocks
    assert told[-1] == last
    assert len(told) >= 240


def test_who_failed_waits_for_the_count_of_it():
    ledger = Ledger(START, told=lambda failing: failing.told(Numbers("secret", "web"), 1))
    ledger.note(BLUE, Who("198.51.100.7", "/broken"))
    early = ledger.close(START + timedelta(seconds=1))
    ledger.add(Source.USERS, BLUE, Counts(requests=1, failed=1))
    block = ledger.close(START + timedelta(seconds=2))

    assert early.users == {}
    assert [each.failed for each in block.users[BLUE].client_paths] == [1]
