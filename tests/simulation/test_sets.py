"""Release sets under faults: all or nothing, in order, and back together."""

import pytest

from tests.simulation.batch import run_here
from tests.simulation.faults.exhaustive import singles
from tests.simulation.faults.set_scenarios import BAD, GOOD, SCENARIOS
from tests.simulation.faults.set_seeds import schedule
from tests.simulation.make_run import make_run
from tests.simulation.report import broken

# What production is on in the end, service by service in the order of the alphabet.
NEW, OLD = ["v1.3.0", "v1.3.0"], ["v1.2.0", "v1.2.0"]
ENDS = {
    "good release": NEW,
    "one is at fault in production": OLD,
    "three of them": [*NEW, "v1.3.0"],
    "the middle one is at fault": [*OLD, "v1.2.0"],
    "one fails its smoke checks": OLD,
    "one is not deployed": OLD,
    "a person takes one back at rest": OLD,
    "a person takes one back before the other is switched": OLD,
    "App Platform takes one back at rest": ["v1.1.0", "v1.2.0"],
    "App Platform takes the last back at rest": ["v1.2.0", "v1.1.0"],
    "App Platform takes one back while it is watched": ["v1.1.0", "v1.2.0"],
    "a person takes all back": [*OLD, "v1.2.0"],
    "a person aborts one": OLD,
    "a person releases all": NEW,
    "an alert takes one back": OLD,
    "the webhook never comes": NEW,
    "no access key": NEW,
}
SEEDS = 80


def test_every_story_of_a_set_ends_as_it_should_when_nothing_goes_wrong():
    for scenario in SCENARIOS:
        run = make_run(scenario)
        found = run.play()
        assert found.violation is None, (scenario.name, found.violation)
        records = [ledger.record for ledger in run.ledgers.of.values()]
        ends = [record.on(record.active).tag for record in records]
        assert ENDS.get(scenario.name.removeprefix("set: "), ends) == ends, scenario.name


@pytest.mark.parametrize("story", [GOOD, BAD], ids=["good", "bad"])
def test_a_death_in_a_set_breaks_nothing(scenario):
    found = [each for each in singles(scenario, every=False) if each.faults[0].kind == "kill"]
    total = run_here(found[::12])
    assert broken(total) == ""
    assert total.faults == total.schedules > 50


@pytest.mark.parametrize("story", [GOOD, BAD], ids=["good", "bad"])
def test_whatever_goes_wrong_once_in_a_set_breaks_nothing(scenario):
    found = [each for each in singles(scenario, every=False) if each.faults[0].kind != "kill"]
    total = run_here(found[::97])
    assert broken(total) == ""
    assert total.faults == total.schedules > 30


def test_seeds_of_sets_break_nothing():
    total = run_here(schedule(seed) for seed in range(SEEDS))
    assert broken(total) == ""
    assert total.faults > total.schedules == SEEDS
