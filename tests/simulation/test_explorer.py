"""Every state of a small service within the bounds, over the real table and the real orders."""

import pytest

from tests.simulation.explorer import Broken, Explorer
from tests.simulation.mutants import under

STATES = 120_000
search = pytest.mark.search


@pytest.mark.parametrize("states", [12_000, pytest.param(STATES, marks=search)])
def test_what_must_hold_holds_in_every_state(states):
    found = Explorer()
    found.explore(states)
    assert len(found.states) >= states
    assert found.stuck() == 0


@pytest.mark.parametrize(
    "mutation",
    [
        "the queue is forgotten at rest",
        pytest.param("a release that failed counts as proven", marks=search),
        "the active environment is the target",
        pytest.param("claims are ignored", marks=search),
    ],
)
def test_a_mistake_is_found_in_some_state(mutation):
    with under(mutation), pytest.raises(Broken):
        Explorer().explore(STATES)
