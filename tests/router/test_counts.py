import json
from datetime import UTC, datetime, timedelta

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.telemetry import Telemetry
from router.counts import KEPT_BLOCKS, Answer, Ledger, Source, failures, reader
from router.report import MOST_BYTES, encode

BLUE, GREEN = Environment.BLUE, Environment.GREEN
START = datetime(2026, 1, 1, tzinfo=UTC)
read = reader({"blue.example": BLUE, "green.example": GREEN})


def line(**fields: object) -> bytes:
    usual = {"status": 200, "duration": 0.5, "latency_ms": 12.5, "environment": "blue"}
    return json.dumps({"msg": "handled request", **usual, **fields}).encode()


def broken(**fields: object) -> bytes:
    usual = {"upstream": "{file.route.active}", "error": "reading: unexpected EOF", "duration": 0.2}
    return json.dumps({"msg": "aborting", "request": {"host": "green.example"}, **usual, **fields}).encode()


def test_the_environments_own_time_counts():
    assert read(line()) == Answer(BLUE, False, 12.5)


def test_without_an_answer_the_whole_time_counts():
    assert read(line(status=502, latency_ms=None)) == Answer(BLUE, True, 500.0)


@pytest.mark.parametrize(("status", "failed"), [(200, False), (404, False), (499, False), (500, True), (504, True)])
def test_what_is_a_failure(status: int, failed: bool):
    answer = read(line(status=status))

    assert answer is not None
    assert answer.failed is failed


def test_an_answer_that_the_environment_broke_off_is_a_failure():
    assert read(broken()) == Answer(GREEN, True, 200.0)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"{",
        b"[]",
        line(environment=None),
        line(environment="purple"),
        line(status=None),
        broken(error="reading: context canceled"),
        broken(error="writing: broken pipe"),
        broken(upstream="{file.route.idle}"),
        broken(request={"host": "elsewhere"}),
    ],
)
def test_lines_about_no_users_answer_are_passed_over(given: bytes):
    assert read(given) is None


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


def test_five_minutes_are_kept_and_fit_into_an_object():
    ledger = Ledger(START)
    for second in range(400):
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
    assert Telemetry.model_validate_json(body).blocks[-1] == last
