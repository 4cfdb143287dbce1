"""Releases of one service under faults: a sample in `make test`, more in `make searches`, all in `make simulate`."""

from functools import cache

import pytest

from tests.simulation.batch import run_here
from tests.simulation.engine.run import Run
from tests.simulation.faults.bug_scenarios import BUG_SCENARIOS
from tests.simulation.faults.exhaustive import late_clocks, pairs, singles
from tests.simulation.faults.places import SLOW, TRICKLES
from tests.simulation.faults.provider_scenarios import PROVIDER_SCENARIOS
from tests.simulation.faults.refused_wake_ups import REFUSED_WAKE_UPS
from tests.simulation.faults.regressions import REGRESSIONS
from tests.simulation.faults.scenarios import GOOD, SCENARIOS
from tests.simulation.faults.schedule import Action, Fault, Schedule
from tests.simulation.faults.seeds import schedule
from tests.simulation.faults.slow_scenarios import SLOW_SCENARIOS
from tests.simulation.faults.store_scenarios import STORE_SCENARIOS
from tests.simulation.mutants.catalogue import under
from tests.simulation.report import failure, violation
from tests.simulation.shrink import shrink

OUTCOMES = {
    "good release": {"web-1": "live"},
    "bad release": {"web-1": "rolled back"},
    "a person's rollback while it is watched": {"web-1": "rolled back"},
    "a person's rollback of a live release": {"web-1": "live", "web-2": "rolled back"},
    "no auto_switch": {"web-1": "live"},
    "queue": {"web-1": "live", "web-3": "live"},
    "abort": {"web-1": "aborted"},
    "rollback while a release is deployed": {"web-1": "aborted", "web-2": "rolled back"},
    "the deployment fails": {"web-1": "failed"},
    "unhealthy": {"web-1": "failed"},
    "fails its smoke checks": {"web-1": "failed"},
    "the webhook never comes": {"web-1": "live"},
    "no access key": {"web-1": "live"},
    "the first day": {"web-1": "live"},
    "App Platform rolls back by itself": {"web-1": "failed"},
    "maintenance of the idle environment": {"web-1": "failed"},
    "somebody else deploys": {"web-1": "failed"},
    "a person deploys a tag": {"web-1": "live"},
    "the same webhook again": {"web-1": "failed"},
    "the bad tag again": {"web-1": "rolled back"},
    "a rollback after a release that failed": {"web-1": "failed"},
    "a rollback that the idle environment cannot carry": {"web-1": "live", "web-2": "failed", "web-3": "rolled back"},
    "back to an earlier release": {"web-1": "live", "web-2": "live", "web-3": "live"},
    "what was left does not come back": {"web-1": "live", "web-2": "live", "web-3": "live"},
    "back to the release before, by its name": {"web-1": "live", "web-2": "rolled back"},
    "away from a watched release, to an earlier one": {"web-1": "live", "web-2": "rolled back", "web-3": "live"},
    "back to an earlier release instead of a newer": {"web-1": "live", "web-2": "aborted", "web-3": "live"},
    "a bad tag is lifted": {"web-1": "rolled back", "web-2": "rolled back"},
    "a person takes the second line": {"web-1": "live", "web-2": "rolled back"},
    "an alert takes production back": {"web-1": "rolled back"},
    "an alert that does not say when": {"web-1": "live"},
    "an alert asks the judge": {"web-1": "rolled back"},
    "an alert is told": {"web-1": "live"},
    "alerts that blame nobody": {"web-1": "live"},
    "one release after another": {"web-1": "live", "web-2": "live", "web-3": "live"},
    "one client asks a URL that fails in every release": {"web-1": "unproven"},
    "one client, and a bad release": {"web-1": "rolled back"},
}
PROVIDER_OUTCOMES = {  # probes alone prove nothing: nobody counts users' requests
    "good release": {"web-1": "unproven"},
    "bad release": {"web-1": "rolled back"},
    "a person's rollback while it is watched": {"web-1": "rolled back"},
    "a person's rollback of a live release": {"web-1": "unproven", "web-2": "rolled back"},
    "somebody points it elsewhere": {"web-1": "unproven"},
    "somebody points it elsewhere while it is watched": {"web-1": "unproven"},
    "pointed elsewhere, and the next release": {"web-1": "unproven", "web-2": "unproven"},
    "one release after another": {"web-1": "unproven", "web-2": "unproven"},
    "a rollback after a release that does not start": {"web-1": "unproven", "web-2": "failed", "web-3": "rolled back"},
    "taken back, and a rollback after the next does not start": {
        "web-1": "unproven",
        "web-2": "rolled back",
        "web-3": "failed",
    },
    "before the first switch": {"web-1": "rejected"},
}
SEEDS = 200
# One in so many of the schedules.
sampled = pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.search)])
_CRASHED = ("good release", "bad release", "a person's rollback while it is watched")


def test_every_scenario_has_an_expected_outcome():
    assert {scenario.name for scenario in SCENARIOS} == {*OUTCOMES}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_without_faults_ends_as_expected(scenario):
    found = Run(scenario).play()
    assert found.violation is None
    assert found.outcomes == OUTCOMES[scenario.name]


@pytest.mark.parametrize("scenario", PROVIDER_SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_of_a_setting_at_digitalocean_ends_as_expected(scenario):
    found = Run(scenario).play()
    assert found.violation is None
    assert found.outcomes == PROVIDER_OUTCOMES[scenario.name.partition(": ")[2]]


@pytest.mark.slow
@pytest.mark.parametrize("every", [2400, pytest.param(90, marks=pytest.mark.search)])
def test_single_faults_around_a_setting_at_digitalocean_violate_nothing(every):
    total = run_here(each for scenario in PROVIDER_SCENARIOS for each in list(singles(scenario, every=False))[::every])
    assert violation(total) == ""
    assert total.faults == total.schedules >= len(PROVIDER_SCENARIOS)


@pytest.mark.parametrize("scenario", BUG_SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_call_that_raises_something_each_time_freezes_nothing(scenario):
    found = Run(scenario).play()
    assert found.violation is None
    assert found.faults_fired == 1


@pytest.mark.parametrize("scenario", REFUSED_WAKE_UPS, ids=lambda scenario: scenario.name)
def test_a_platform_that_wakes_nobody_for_an_hour_freezes_nothing(scenario):
    found = Run(scenario).play()
    assert found.violation is None
    assert found.outcomes


@pytest.mark.bad_input(
    "answer",
    "a service that answers a byte at a time, or right before its limit, for minutes",
    "each function ends by itself; other services and the rollback go on",
)
@pytest.mark.parametrize("scenario", SLOW_SCENARIOS, ids=lambda scenario: scenario.name)
def test_answers_that_trickle_freeze_nothing(scenario):
    found = Run(scenario).play()
    assert found.violation is None
    assert found.outcomes


@pytest.mark.parametrize("scenario", STORE_SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_bucket_that_loses_versions_or_its_promise_violates_nothing(scenario):
    found = Run(scenario).play()
    assert found.violation is None
    assert "live" in found.outcomes.values()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "every"),
    [
        *((kind, 900) for kind in ("raises", TRICKLES, SLOW)),
        pytest.param("raises", 12, marks=pytest.mark.search),
        *(pytest.param(kind, 60, marks=pytest.mark.search) for kind in (TRICKLES, SLOW)),
    ],
)
def test_a_call_that_raises_or_answers_slowly_anywhere_violates_nothing(kind, every):
    met = [
        scenario.with_faults((Fault(at, kind),))
        for scenario in (*SCENARIOS, *PROVIDER_SCENARIOS)
        for at in range(kind != "raises", _points(scenario))
    ]
    assert violation(run_here(met[::every])) == ""


@cache
def _points(scenario):
    """How many it crosses without a fault."""
    return len(Run(scenario).play().trace)


@pytest.mark.slow
@sampled
@pytest.mark.parametrize("name", _CRASHED)
def test_a_crash_at_any_interruption_point_violates_nothing(name, every):
    scenario = next(each for each in SCENARIOS if each.name == name)
    crashes = [each for each in singles(scenario, every=False) if each.faults[0].kind == "kill"]
    total = run_here(crashes[::every])
    assert violation(total) == ""
    assert total.faults == total.schedules > 200 / every


@pytest.mark.slow
def test_a_crash_in_app_platforms_own_rollback_violates_nothing():
    scenario = next(each for each in SCENARIOS if each.name == "a rollback that the idle environment cannot carry")
    trace = Run(scenario).play().trace
    inside = [at for at, place in enumerate(trace) if place.function == "rollback"]
    total = run_here(scenario.with_faults((Fault(at, "kill"),)) for at in inside[:: max(1, len(inside) // 25)])
    assert violation(total) == ""
    assert total.faults == total.schedules > 20


@pytest.mark.slow
@sampled
def test_any_other_single_fault_violates_nothing(every):
    found = [each for each in singles(GOOD, every=False) if each.faults[0].kind != "kill"]
    total = run_here(found[:: 6 * every])
    assert violation(total) == ""
    assert total.faults == total.schedules > 240 / every


@pytest.mark.parametrize("found", REGRESSIONS, ids=lambda schedule: schedule.name)
def test_what_was_found_once_does_not_come_back(found):
    assert violation(run_here([found])) == ""


@pytest.mark.slow
def test_two_crashes_violate_nothing():
    total = run_here(pairs(GOOD, step=30))
    assert violation(total) == ""
    assert total.schedules > 10
    assert total.faults > 1.9 * total.schedules  # the second may come when its run has ended


@pytest.mark.slow
def test_clocks_that_differ_by_a_minute_violate_nothing():
    total = run_here(late_clocks(most=16))
    assert violation(total) == ""
    assert total.faults == total.schedules > 30


@pytest.mark.slow
@sampled
def test_seeds_violate_nothing(every):
    seeds = range(0, SEEDS, every)
    total = run_here(schedule(seed) for seed in seeds)
    assert violation(total) == ""
    assert total.faults > total.schedules == len(seeds)


def test_a_schedule_that_violates_is_shrunk_to_what_matters():
    push = Action(2, "push", "v1.3.0 fails-smoke")
    long = Schedule(
        "seed 12",
        (Action(1.5, "silence", "5"), push, Action(40, "ops/watch")),
        (Fault(30, "pause", "1"), Fault(100, "time out")),
    )
    with under("smoke checks always pass"):
        found = Run(long).play()
        short = shrink(long, found.invariant)
        printed = failure(long, found.invariant, str(found.violation))
    assert found.invariant == 1
    assert (short.actions, short.faults) == ((push,), ())
    assert "production moved to" in printed
    assert "again    make simulate SEED=12" in printed
    assert max(map(len, printed.splitlines())) <= 80
