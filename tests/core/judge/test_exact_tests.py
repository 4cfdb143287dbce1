"""Exact bounds on a rate."""

from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.judge.statistics.exact_tests import lower_bound, significantly_above, upper_bound


def probability(failures, trials, rate):
    return comb(trials, failures) * rate**failures * (1 - rate) ** (trials - failures)


@given(st.integers(1, 60), st.data())
def test_at_a_bound_what_was_counted_has_a_probability_of_one_in_twenty(n, data):
    x = data.draw(st.integers(0, n))
    if x < n:
        assert isclose(sum(probability(k, n, upper_bound(x, n)) for k in range(x + 1)), 0.05, rel_tol=1e-6)
    if x > 0:
        assert isclose(sum(probability(k, n, lower_bound(x, n)) for k in range(x, n + 1)), 0.05, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("x", "n", "bound"), [(0, 100, 0.029513), (1, 100, 0.046560), (0, 1, 0.95), (0, 10, 0.258866), (1, 10, 0.394163)]
)
def test_upper_bounds_are_those_of_the_tables(x, n, bound):
    assert upper_bound(x, n) == pytest.approx(bound, abs=1e-5)


def test_bounds_of_nothing_and_of_millions():
    assert (upper_bound(0, 0), lower_bound(0, 0), upper_bound(7, 7)) == (1.0, 0.0, 1.0)
    assert upper_bound(500_000, 1_000_000) == pytest.approx(0.500823, abs=1e-6)


@given(st.integers(1, 200), st.data())
def test_significantly_above_says_what_the_lower_bound_says(n, data):
    x = data.draw(st.integers(1, n))
    assert significantly_above(x, n, lower_bound(x, n) * 0.999)
    assert not significantly_above(x, n, lower_bound(x, n) * 1.001)
