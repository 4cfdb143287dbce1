"""Evidence that is added up when it is asked for is what it would have been all along."""

from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.judge.evidence import Interval, PreSwitch, SignalState
from bluegreen.core.judge.signal_kinds import SIGNALS
from bluegreen.core.judge.signal_test import SignalTest, World
from tests.core.judge.test_hard_limits import LIMITS

# Few failures mostly, and sometimes many: the sums rise, fall, and reach their thresholds.
FAILURES = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 40))
ROWS = st.lists(
    st.tuples(st.integers(0, 60), FAILURES, st.integers(0, 25), FAILURES, st.integers(0, 25), FAILURES),
    min_size=1,
    max_size=40,
)
WORLDS = st.tuples(
    st.sampled_from((0.0, 0.004, 0.1)), st.booleans(), st.sampled_from((0.0, 0.05)), st.sampled_from((0, 10, 55))
)


def intervals(rows):
    for place, (users, bad, probes, probes_bad, idle, idle_bad) in enumerate(rows):
        of_users = users, min(bad, users), users, min(bad, users)
        of_probes = probes, min(probes_bad, probes), probes, min(probes_bad, probes)
        of_idle = idle, min(idle_bad, idle), idle, min(idle_bad, idle), min(idle_bad, idle)
        yield Interval(5 * place, *of_users, *of_probes, *of_idle)


@given(st.sampled_from(SIGNALS), ROWS, WORLDS, st.sampled_from((None, PreSwitch(100, 3, usual_failed=0.05))))
def test_it_is_the_same_whenever_it_is_asked_for(signal, rows, world, before):
    late = SignalTest(signal, before, LIMITS, SignalState())
    often, state = SignalTest(signal, before, LIMITS, SignalState()), SignalState()
    for interval in intervals(rows):
        crossed = late.update(interval, World(*world))
        assert often.update(interval, World(*world)) == crossed
        often.state()
        again = SignalTest(signal, before, LIMITS, state)  # as from a record
        assert again.update(interval, World(*world)) == crossed
        state = again.state()
    assert late.state() == often.state() == state
