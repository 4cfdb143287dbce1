"""Each deliberate mistake in the product is detected; one of them with `-k "secret and written"`."""

import pytest

from tests.simulation.mutants.catalogue import MUTANTS
from tests.simulation.mutants.detection import detect, known

BOUND = 1500  # schedules to search when the one that detected it last does not
KNOWN = known()


@pytest.mark.parametrize("mutation", MUTANTS)
def test_a_mistake_is_detected(mutation):
    found = detect(mutation, BOUND, KNOWN.get(mutation, 0))
    assert found.detected, f"{mutation} survived {found.schedules} schedules"
