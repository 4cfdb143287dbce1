"""The simulation bites: each deliberate mistake in the product is noticed."""

import pytest

from tests.simulation.hunt import hunted
from tests.simulation.mutants import MUTANTS

BOUND = 1500
SAMPLE = 8  # of so many mistakes one is looked for by `make test`; `make searches` looks for all


def some_or_all():
    """The mistakes; those that are not in the sample are left to the long searches."""
    for number, mutation in enumerate(MUTANTS):
        yield pytest.param(mutation, id=str(mutation), marks=[pytest.mark.search] if number % SAMPLE else [])


@pytest.mark.parametrize("mutation", list(some_or_all()))
def test_a_mistake_is_noticed(mutation):
    found = hunted(mutation, BOUND)
    assert found.caught, f"{mutation} survived {found.schedules} schedules"
