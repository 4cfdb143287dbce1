"""The simulation bites: each deliberate mistake in the product is noticed."""

import pytest

from tests.simulation.mutants.catalogue import MUTANTS
from tests.simulation.mutants.detection import detect

BOUND = 1500


@pytest.mark.parametrize("mutation", MUTANTS)
def test_a_mistake_is_noticed(mutation):
    found = detect(mutation, BOUND)
    assert found.detected, f"{mutation} survived {found.schedules} schedules"
