"""Services by themselves in one namespace, whose hand-over by the overseer goes wrong. A sample in `make test`."""

from collections import Counter

import pytest

from tests.simulation.batch import run_here
from tests.simulation.engine.make_run import make_run
from tests.simulation.faults.fleet_scenarios import FIVE, FLEET_SCENARIOS, HANDED_OVER, hand_overs, schedule
from tests.simulation.report import violation

SEEDS = 60


@pytest.mark.parametrize("scenario", FLEET_SCENARIOS, ids=lambda scenario: scenario.name)
def test_each_service_ends_as_if_it_were_alone(scenario):
    found = make_run(scenario).play()
    bad = any("bad-in-production" in action.arg for action in scenario.actions)

    assert found.violation is None
    assert Counter(found.outcomes.values()) == ({"live": 4, "rolled back": 1} if bad else {"live": 5})
    assert len(found.outcomes) == len(FIVE)


def test_the_overseer_hands_over_what_nobody_has_in_hand():
    run = make_run(HANDED_OVER, verbose=True)
    run.play()
    woken = [line for line in run.lines if line.who.startswith("ops/watch") and line.what == "begins" and line.where]

    assert len(woken) >= 2


@pytest.mark.slow
def test_a_hand_over_that_is_lost_doubled_late_or_refused_violates_nothing():
    total = run_here(hand_overs())

    assert violation(total) == ""
    assert total.faults == total.schedules == 14


@pytest.mark.slow
@pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.search)])
def test_seeds_of_fleets_violate_nothing(every):
    seeds = range(0, SEEDS, every)
    total = run_here(schedule(seed) for seed in seeds)

    assert violation(total) == ""
    assert total.faults > 0
    assert total.schedules == len(seeds)
