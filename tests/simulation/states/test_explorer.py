"""States of a small service, by the real table and the real orders: the first of those that `--states` explores."""

import pytest

from tests.simulation.mutants.catalogue import under
from tests.simulation.states.explorer import Broken, Explorer

STATES = 12_000


def test_the_promises_hold_in_every_state():
    found = Explorer()
    found.explore(STATES)
    assert len(found.states) >= STATES
    assert found.stuck() == 0


@pytest.mark.parametrize(
    ("mutation", "promise"),
    [("the queue is forgotten at rest", "^3: "), ("the active environment is the target", "which is active$")],
)
def test_a_mistake_is_found_in_some_state(mutation, promise):
    with under(mutation), pytest.raises(Broken, match=promise):
        Explorer().explore(STATES)
