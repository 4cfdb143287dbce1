"""States of a small service, by the real table and the real orders: the first of those that `--states` explores."""

import pytest

from tests.simulation.mutants.catalogue import under
from tests.simulation.states.explorer import Broken, Explorer

STATES = 12_000
ALL = 120_000
search = pytest.mark.search


@pytest.mark.slow
@pytest.mark.parametrize("states", [STATES, pytest.param(ALL, marks=search)])
def test_the_promises_hold_in_every_state(states):
    found = Explorer()
    found.explore(states)
    assert len(found.states) >= states
    assert found.stuck() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mutation", "promise"),
    [
        ("the queue is forgotten at rest", "^3: "),
        ("the active environment is the target", "which is active$"),
        pytest.param("a release that failed counts as proven", "^1: |^6: ", marks=search),
        pytest.param("claims are ignored", "^7: ", marks=search),
    ],
)
def test_a_mistake_is_found_in_some_state(mutation, promise):
    with under(mutation), pytest.raises(Broken, match=promise):
        Explorer().explore(ALL)
