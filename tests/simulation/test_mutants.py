"""Each deliberate mistake in the product is detected; one of them with `-k "secret and written"`."""

import pytest

from tests.simulation.mutants.catalogue import MUTANTS
from tests.simulation.mutants.detection import detect, known

BOUND = 1500  # schedules to search
KNOWN = known()


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTANTS)
def test_a_mistake_is_detected(mutation):
    """By the schedule that detected it last, or else by searching."""
    found = detect(mutation, BOUND, KNOWN.get(mutation, ""))
    assert found.detected, f"{mutation} survived {found.schedules} schedules"


@pytest.mark.search
@pytest.mark.parametrize("mutation", MUTANTS)
def test_a_search_detects_a_mistake(mutation):
    found = detect(mutation, BOUND)
    assert found.detected, f"{mutation} survived {found.schedules} schedules"
