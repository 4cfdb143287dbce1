"""Release sets under faults: all or nothing, in order, and back together. A sample in `make test`."""

import pytest

from tests.simulation.batch import run_here
from tests.simulation.engine.make_run import make_run
from tests.simulation.faults.exhaustive import singles
from tests.simulation.faults.set_scenarios import BAD, GOOD, SCENARIOS
from tests.simulation.faults.set_seeds import schedule
from tests.simulation.faults.slow_scenarios import SLOW_SETS
from tests.simulation.report import violation

pytestmark = pytest.mark.slow

# What production is on in the end, service by service in the order of the alphabet.
NEW, OLD = ["v1.3.0", "v1.3.0"], ["v1.2.0", "v1.2.0"]
ENDS = {
    "good release": NEW,
    "one is at fault in production": OLD,
    "three of them": ["v1.3.0", "v1.3.0", "v1.3.0"],
    "the first is at fault in production": OLD,
    "the middle one is at fault": ["v1.2.0", "v1.2.0", "v1.2.0"],
    "one fails its smoke checks": OLD,
    "one is unhealthy": ["v1.2.0", "v1.2.0", "v1.2.0"],
    "one is not deployed": OLD,
    "a person takes one back at rest": OLD,
    "a person takes one back while it is watched": OLD,
    "a person takes one back before the other is switched": OLD,
    "App Platform takes one back at rest": ["v1.1.0", "v1.2.0"],
    "App Platform takes the last back at rest": ["v1.2.0", "v1.1.0"],
    "App Platform takes one back while it is watched": ["v1.1.0", "v1.2.0"],
    "a person takes all back": ["v1.2.0", "v1.2.0", "v1.2.0"],
    "a person takes all back in the middle": ["v1.2.0", "v1.2.0", "v1.2.0"],
    "a person aborts all": OLD,
    "a person aborts one": OLD,
    "a person releases all": NEW,
    "a person switches all": NEW,
    "an alert takes one back": OLD,
    "the webhook never comes": NEW,
    "no access key": NEW,
    "one tag after another": ["v1.5.0", "v1.5.0"],
}
SEEDS = 80
# One in so many of the schedules; `make searches` runs more, `make simulate ARGS=--sets` all.
sampled = pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.search)])


def test_every_scenario_has_an_expected_end():
    assert {_name(scenario) for scenario in SCENARIOS} == {*ENDS}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_of_a_set_without_faults_ends_as_expected(scenario):
    run = make_run(scenario)
    assert run.play().violation is None
    records = [ledger.record for ledger in run.ledgers.of.values()]
    assert [record.on(record.active).tag for record in records] == ENDS[_name(scenario)]


@pytest.mark.parametrize("scenario", SLOW_SETS, ids=lambda scenario: scenario.name)
def test_answers_that_trickle_freeze_no_service_of_a_set(scenario):
    found = make_run(scenario).play()
    assert found.violation is None
    assert found.outcomes


@sampled
@pytest.mark.parametrize("scenario", [GOOD, BAD], ids=["good", "bad"])
def test_a_crash_in_a_set_violates_nothing(scenario, every):
    found = [each for each in singles(scenario, every=False) if each.faults[0].kind == "kill"]
    total = run_here(found[:: 12 * every])
    assert violation(total) == ""
    assert total.faults == total.schedules > 50 / every


@sampled
@pytest.mark.parametrize("scenario", [GOOD, BAD], ids=["good", "bad"])
def test_any_other_single_fault_in_a_set_violates_nothing(scenario, every):
    found = [each for each in singles(scenario, every=False) if each.faults[0].kind != "kill"]
    total = run_here(found[:: 97 * every])
    assert violation(total) == ""
    assert total.faults == total.schedules > 30 / every


@sampled
def test_seeds_of_sets_violate_nothing(every):
    seeds = range(0, SEEDS, every)
    total = run_here(schedule(seed) for seed in seeds)
    assert violation(total) == ""
    assert total.faults > total.schedules == len(seeds)


def _name(scenario):
    return scenario.name.removeprefix("set: ")
