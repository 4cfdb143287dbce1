"""A release that begins to fail after its bake, with a fault at each call and a crash at each place."""

import pytest

from tests.simulation.batch import run_here
from tests.simulation.engine.run import Run
from tests.simulation.faults.after_bake_scenarios import AFTER_BAKE_SCENARIOS, BACK, TOLD
from tests.simulation.faults.exhaustive import singles
from tests.simulation.report import violation

pytestmark = pytest.mark.slow

OUTCOMES = {
    "a live release begins to fail, and is told": {"web-1": "live"},
    "a live release begins to fail, and is left for the proven one": {"web-1": "live", "web-2": "rolled back"},
    "with a load balancer: a live release begins to fail": {"web-1": "unproven", "web-2": "rolled back"},
    "what stands by was never proven": {"web-1": "live", "web-2": "unproven", "web-3": "live"},
    "a burst after the bake": {"web-1": "live"},
    "both environments begin to fail": {"web-1": "live"},
    "a live release begins to fail while the next one comes": {"web-1": "live", "web-2": "live"},
}
# One in so many of the schedules.
sampled = pytest.mark.parametrize("every", [24, pytest.param(1, marks=pytest.mark.search)])


@pytest.mark.parametrize("scenario", AFTER_BAKE_SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_ends_as_expected(scenario):
    found = Run(scenario).play()
    assert found.violation is None
    assert found.outcomes == OUTCOMES[scenario.name]


@sampled
@pytest.mark.parametrize("scenario", [TOLD, BACK], ids=lambda scenario: scenario.name)
def test_a_crash_at_any_point_after_the_bake_violates_nothing(scenario, every):
    crashes = [each for each in singles(scenario, every=False) if each.faults[0].kind == "kill"]
    total = run_here(crashes[len(crashes) // 2 :: every])
    assert violation(total) == ""
    assert total.faults == total.schedules > 200 / every


@sampled
def test_any_other_fault_on_the_way_back_violates_nothing(every):
    found = [each for each in singles(BACK, every=False) if each.faults[0].kind != "kill"]
    total = run_here(found[:: 8 * every])
    assert violation(total) == ""
    assert total.faults == total.schedules > 200 / every
