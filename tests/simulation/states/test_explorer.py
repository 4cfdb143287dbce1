"""Every state of a small service within the bounds, over the real table and the real orders."""

import pytest

from tests.simulation.mutants.catalogue import under
from tests.simulation.states.explorer import Broken, Explorer

STATES = 120_000


def test_what_must_hold_holds_in_every_state():
    found = Explorer()
    found.explore(STATES)
    assert len(found.states) >= STATES
    assert found.stuck() == 0


@pytest.mark.parametrize(
    "mutation",
    [
        "the queue is forgotten at rest",
        "a release that failed counts as proven",
        "the active environment is the target",
        "claims are ignored",
    ],
)
def test_a_mistake_is_found_in_some_state(mutation):
    with under(mutation), pytest.raises(Broken):
        Explorer().explore(STATES)
