"""The scales: exact bounds, evidence that does not grow by itself, and a difference that is no accident."""

from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.judge import dispersion, likelihood
from bluegreen.core.judge.evidence import Interval, RunningCounts, SignalState
from bluegreen.core.judge.exact_tests import fisher_p_value, lower_bound, upper_bound
from bluegreen.core.judge.hard_limits import Limits
from bluegreen.core.judge.sequential_test import extended
from bluegreen.core.judge.side_by_side import baseline_rate, significant_difference, trailing, window_table
from bluegreen.core.judge.signal_kinds import ANSWERS, SIGNALS

LIMITS = Limits(failed=0.005, slow=0.1, warning=0.01, critical=0.05, slow_critical=0.05, least=50, bake=3600)


def chance(bad, n, share):
    return comb(n, bad) * share**bad * (1 - share) ** (n - bad)


@given(st.integers(1, 60), st.data())
def test_beyond_a_bound_what_was_counted_has_a_chance_of_one_in_twenty(n, data):
    bad = data.draw(st.integers(0, n))
    if bad < n:
        assert isclose(sum(chance(k, n, upper_bound(bad, n)) for k in range(bad + 1)), 0.05, rel_tol=1e-6)
    if bad > 0:
        assert isclose(sum(chance(k, n, lower_bound(bad, n)) for k in range(bad, n + 1)), 0.05, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("bad", "n", "bound"), [(0, 100, 0.029513), (1, 100, 0.046560), (0, 1, 0.95), (0, 10, 0.258866), (1, 10, 0.394163)]
)
def test_upper_bounds_are_those_of_the_tables(bad, n, bound):
    assert upper_bound(bad, n) == pytest.approx(bound, abs=1e-5)


def test_bounds_of_nothing_and_of_millions():
    assert (upper_bound(0, 0), lower_bound(0, 0), upper_bound(7, 7)) == (1.0, 0.0, 1.0)
    assert upper_bound(500_000, 1_000_000) == pytest.approx(0.500823, abs=1e-6)


def test_fishers_exact_test_is_the_one_of_the_tea():
    assert fisher_p_value(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert fisher_p_value(50, 1000, 0, 100) == pytest.approx(0.007593, abs=1e-6)


@given(st.integers(0, 40), st.sampled_from((0.005, 0.02, 0.1, 0.3)), st.sampled_from((1.0, 1.25, 3.0, 10.0)))
def test_evidence_does_not_grow_on_average_while_the_release_is_no_worse_than_p0(n, p0, scatter):
    for place in range(len(likelihood.ALTERNATIVES)):
        for share in (p0, p0 / 2):
            mean = sum(chance(bad, n, share) * likelihood.factors(n, bad, p0, scatter)[place] for bad in range(n + 1))
            assert mean <= 1 + 1e-9


def test_the_start_weights_of_a_bake_add_up_to_one():
    assert sum(likelihood.weight(at, 3600) for at in range(0, 3600, 5)) == pytest.approx(1)


def test_no_single_row_convicts():
    rows = [Interval(at=0, users=10_000, users_bad=9_000, theirs=1000)]
    assert extended(RunningCounts(), rows, 5, LIMITS).guilt is None


def test_errors_that_come_in_bursts_count_for_less():
    stream = SignalState()
    for at in range(0, 600, 5):
        bad = 20 if at % 100 == 0 else 0
        if bad or stream.bad_before:
            stream = dispersion.noted(stream, at, bad, 1.0)
    assert stream.scatter > 10
    alone = SignalState()
    for at in range(0, 600, 5):
        bad = 1 if at % 20 == 0 else 0
        if bad or alone.bad_before:
            alone = dispersion.noted(alone, at, bad, 1.0)
    assert alone.scatter < 1.5


def test_what_was_before_the_switch_gives_the_least_scatter():
    assert dispersion.variance_over_mean([0] * 50 + [20] * 2) > 10
    assert dispersion.variance_over_mean([1] * 50) == 1.0


def test_the_world_is_as_bad_as_the_other_environment_may_be():
    rows = [Interval(at=at, theirs=25, their_bad=int(at == 40)) for at in range(0, 60, 5)]
    assert baseline_rate(ANSWERS.kind.theirs, rows[:8]) == 0.0
    assert baseline_rate(ANSWERS.kind.theirs, rows) == pytest.approx(upper_bound(1, 100))
    assert baseline_rate(ANSWERS.kind.theirs, [*rows, Interval(at=100, theirs=25)]) == pytest.approx(
        upper_bound(1, 325)
    )


def test_windows_are_of_time_and_not_of_rows():
    rows = [Interval(at=0, users=1), Interval(at=100, users=2), Interval(at=105, users=4)]
    assert [window_table(ANSWERS.kind, rows, seconds).n for seconds in (5, 10, 105, 300)] == [4, 6, 6, 7]
    assert len(trailing(rows, 10)) == 2


def test_they_are_not_apart_while_chance_could_do_it_nor_before_three_moments():
    def rows(count, bad, their_bad):
        return [Interval(at=5 * k, users=20, users_bad=bad, theirs=20, their_bad=their_bad) for k in range(count)]

    assert significant_difference(ANSWERS.kind, rows(2, 10, 0), 0.005) is None
    assert significant_difference(ANSWERS.kind, rows(3, 10, 0), 0.005) is not None
    assert significant_difference(ANSWERS.kind, rows(12, 2, 2), 0.005) is None


def test_a_world_in_which_most_answers_are_bad_tells_nothing():
    rows = [Interval(at=at, users=100, users_bad=90, theirs=25, their_bad=20) for at in range(0, 120, 5)]
    found = extended(RunningCounts(), rows, 120, LIMITS)
    assert found.guilt is None
    assert found.counted.suffering == 120


def test_each_signal_has_its_part_of_the_false_alarms():
    assert sum(signal.part for signal in SIGNALS) == pytest.approx(1)
