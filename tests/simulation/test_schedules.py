"""The chain under faults: whole releases on a virtual clock, checked after every step."""

import pytest

from tests.simulation.batch import run_here
from tests.simulation.faults.exhaustive import late_clocks, pairs, singles
from tests.simulation.faults.provider_scenarios import PROVIDER_SCENARIOS
from tests.simulation.faults.regressions import REGRESSIONS
from tests.simulation.faults.scenarios import GOOD, SCENARIOS
from tests.simulation.faults.schedule import Action, Fault, Schedule
from tests.simulation.faults.seeds import schedule
from tests.simulation.report import broken, failure
from tests.simulation.run import Run
from tests.simulation.shrink import shrink

OUTCOMES = {
    "good release": {"web-1": "live"},
    "bad release": {"web-1": "rolled back"},
    "a person's rollback of a live release": {"web-1": "live", "web-2": "rolled back"},
    "queue": {"web-1": "live", "web-3": "live"},
    "abort": {"web-1": "aborted"},
    "fails its smoke checks": {"web-1": "failed"},
    "a rollback that the idle environment cannot carry": {"web-1": "live", "web-2": "failed", "web-3": "rolled back"},
    "the webhook never comes": {"web-1": "live"},
    "back to an earlier release": {"web-1": "live", "web-2": "live", "web-3": "live"},
    "back to the release before, by its name": {"web-1": "live", "web-2": "rolled back"},
    "away from a watched release, to an earlier one": {"web-1": "live", "web-2": "rolled back", "web-3": "live"},
    "a person takes the second line": {"web-1": "live", "web-2": "rolled back"},
    "an alert takes production back": {"web-1": "rolled back"},
    "alerts that blame nobody": {"web-1": "live"},
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
    "before the first switch": {"web-1": "rejected"},
}
SEEDS = 200
_MAIN = ("good release", "bad release", "a person's rollback while it is watched")


def test_every_story_ends_as_it_should_when_nothing_goes_wrong():
    for scenario in SCENARIOS:
        found = Run(scenario).play()
        assert found.violation is None, (scenario.name, found.violation)
        assert OUTCOMES.get(scenario.name, found.outcomes) == found.outcomes


def test_every_story_of_a_setting_at_digitalocean_ends_as_it_should():
    for scenario in PROVIDER_SCENARIOS:
        found = Run(scenario).play()
        assert found.violation is None, (scenario.name, found.violation)
        assert PROVIDER_OUTCOMES[scenario.name.partition(": ")[2]] == found.outcomes


def test_what_goes_wrong_around_a_setting_at_digitalocean_breaks_nothing():
    total = run_here(each for scenario in PROVIDER_SCENARIOS for each in list(singles(scenario, every=False))[::90])
    assert broken(total) == ""
    assert total.faults == total.schedules > 100


def test_the_same_schedule_is_the_same_run():
    one, two = (Run(schedule(7), told=True).play() for _ in range(2))
    assert one.lines == two.lines


@pytest.mark.parametrize("name", _MAIN)
def test_a_death_at_every_passage_of_a_story_breaks_nothing(name):
    scenario = next(each for each in SCENARIOS if each.name == name)
    total = run_here(each for each in singles(scenario, every=False) if each.faults[0].kind == "kill")
    assert broken(total) == ""
    assert total.faults == total.schedules > 200


def test_a_death_in_app_platforms_own_rollback_breaks_nothing():
    scenario = next(each for each in SCENARIOS if each.name == "a rollback that the idle environment cannot carry")
    trace = Run(scenario).play().trace
    inside = [at for at, place in enumerate(trace) if place.function == "rollback"]
    total = run_here(scenario.with_faults((Fault(at, "kill"),)) for at in inside[:: max(1, len(inside) // 25)])
    assert broken(total) == ""
    assert total.faults == total.schedules > 20


def test_everything_that_can_go_wrong_once_breaks_nothing():
    found = [each for each in singles(GOOD, every=False) if each.faults[0].kind != "kill"]
    total = run_here(found[::5])
    assert broken(total) == ""
    assert total.faults == total.schedules > 300


@pytest.mark.parametrize("found", REGRESSIONS, ids=lambda schedule: schedule.name)
def test_what_was_found_once_does_not_come_back(found):
    assert broken(run_here([found])) == ""


def test_two_deaths_break_nothing():
    total = run_here(pairs(GOOD, step=60))
    assert broken(total) == ""
    assert total.faults == 2 * total.schedules > 10


def test_clocks_that_differ_by_a_minute_break_nothing():
    total = run_here(late_clocks(most=16))
    assert broken(total) == ""
    assert total.faults == total.schedules > 30


def test_seeds_break_nothing():
    total = run_here(schedule(seed) for seed in range(SEEDS))
    assert broken(total) == ""
    assert total.faults > total.schedules == SEEDS


def test_a_story_that_breaks_is_told_in_its_shortest_form():
    long = Schedule(
        "long",
        (Action(1.5, "silence", "5"), Action(2, "push", "v1.3.0"), Action(40, "ops/watch")),
        (Fault(30, "pause", "1"), Fault(100, "time out")),
    )
    told = failure(long, 0, "nothing is wrong with it")
    assert shrink(long, 0).actions == ()
    assert any("again: make simulate" in line for line in told)
