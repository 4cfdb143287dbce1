"""Many services on the bench's virtual clock: the aims of `make bench-scale`, and that none waits for another."""

import json

import pytest
from typer.testing import CliRunner

from benchmarks.scale import command
from benchmarks.scale.namespace import Namespace
from benchmarks.scale.services import Latencies

pytestmark = pytest.mark.slow

FAULT = 90.0  # seconds: a schedule's minute begins before it is found
PROMETHEUS = "prometheus.example"
WITH_PROMETHEUS = [{"kind": "prometheus", "url": f"https://{PROMETHEUS}", "select": 'job="web"'}, "router"]


def taken_back(fleet, bad, until=FAULT + 45):
    """Seconds from the fault, a fifth of the answers, to the version that points production back; by service."""
    fleet.world.fails = dict.fromkeys(bad, FAULT)
    fleet.world.moved.clear()
    fleet.run(until)
    return {name: fleet.world.moved[name] - FAULT for name in bad}


def make_slow(fleet):
    """The first one's app and its Prometheus do not answer, and the second's journal takes ten seconds a request."""
    first, second, *others = fleet.baking
    fleet.world.hangs |= {PROMETHEUS, f"{first}.example", f"{first}-blue.example", f"{first}-green.example"}
    fleet.world.slow[second] = 10.0
    return others


@pytest.fixture(scope="module")
def alone():
    fleet = Namespace(20, 1)
    return taken_back(fleet, fleet.baking)["s0000"]


def test_of_twenty_bad_ones_each_is_taken_back_as_fast_as_alone(alone):
    fleet = Namespace(20, 20)

    assert max(taken_back(fleet, fleet.baking).values()) <= 1.5 * alone


@pytest.mark.parametrize("key", [True, False])
def test_a_slow_service_beside_them_delays_no_other(key, alone):
    fleet = Namespace(20, 14, changes={"s0000": {"signals": WITH_PROMETHEUS}}, key=key)
    others = make_slow(fleet)

    assert max(taken_back(fleet, others).values()) <= 1.5 * alone


def test_nobody_waits_for_a_journal_that_takes_long_to_be_read():
    fleet = Namespace(20, 8, key=False)

    assert max(command.lateness(fleet, 3, make_slow(fleet))) < 10


def test_where_the_whole_store_is_slow_each_is_still_looked_at():
    """Beyond a limit looks stretch."""
    fleet = Namespace(40, 4, Latencies(store=0.9))

    late = command.lateness(fleet, 3, fleet.baking)

    assert 5 < max(late) < 60
    assert {name for name in fleet.baking if fleet.record(name).release.evidence.looks > 1} == set(fleet.baking)


def test_where_the_platform_takes_no_more_calls_the_watch_follows_by_itself(alone):
    fleet = Namespace(20, 8)
    fleet.began.update(dict.fromkeys(range(10), 600))

    assert max(taken_back(fleet, fleet.baking).values()) <= 1.5 * alone
    assert fleet.refused > 0


def test_its_rows_have_the_aims_met(tmp_path):
    told = tmp_path / "rows.json"

    done = CliRunner().invoke(command.app, ["--json", str(told), "--fleets", "1/0,20/6", "--minutes", "2"])

    assert done.exit_code == 0, done.output
    alone, many = json.loads(told.read_text())
    assert (alone["services"], alone["baking"], alone["lateness_p95_s"]) == (1, 0, None)
    assert many["lateness_p95_s"] < 1
    assert 2 < many["invocations_per_min"] < 30
    assert 40 < many["rss_mb"] < 256


def test_an_aim_that_is_missed_is_told_by_the_exit_code():
    row = command.Row(1000, 100, 4.9, 299, 60, 300.0, 125, 2500, 255.0)

    assert row.good
    for aim, worse in [("lateness_p95_s", 5.1), ("invocations_per_min", 301), ("concurrent", 61), ("rss_mb", 257.0)]:
        assert not row._replace(**{aim: worse}).good
