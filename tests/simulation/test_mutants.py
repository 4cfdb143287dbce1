"""The simulation bites: each deliberate mistake in the product is noticed."""

import pytest

from tests.simulation.hunt import hunted
from tests.simulation.mutants import MUTANTS

BOUND = 1500


@pytest.mark.parametrize("mutation", MUTANTS)
def test_a_mistake_is_noticed(mutation):
    found = hunted(mutation, BOUND)
    assert found.caught, f"{mutation} survived {found.schedules} schedules"
