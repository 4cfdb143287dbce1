"""Failures in bursts count for less."""

from bluegreen.core.judge.dispersion import variance_over_mean, with_failures
from bluegreen.core.judge.evidence import SignalState


def dispersion(failures_at, seconds=600):
    state = SignalState()
    for at in range(0, seconds, 5):
        failures = failures_at(at)
        if failures or state.last_failures:
            state = with_failures(state, at, failures, 1.0)
    return state.dispersion


def test_bursts_disperse_and_single_failures_do_not():
    assert dispersion(lambda at: 20 if at % 100 == 0 else 0) > 10
    assert dispersion(lambda at: 1 if at % 20 == 0 else 0) < 1.5


def test_a_fault_that_begins_and_lasts_is_no_cluster():
    assert dispersion(lambda at: 20 if at >= 540 else 0) < dispersion(lambda at: 20 if at % 100 == 0 else 0) / 5


def test_before_the_switch_it_is_variance_over_mean():
    assert variance_over_mean([0] * 50 + [20] * 2) > 10
    assert variance_over_mean([1] * 50) == 1.0


def test_too_few_intervals_or_failures_say_nothing():
    assert variance_over_mean([20] + [0] * 11) == 1.0
    assert variance_over_mean([2] + [0] * 50) == 1.0
