"""Both environments of the same moment: without a difference nothing is learnt, whatever the world does."""

from math import comb, exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.judge.statistics import allowance
from bluegreen.core.judge.statistics.allowance import capped, refilled
from bluegreen.core.judge.statistics.twins import NOTHING, ODDS, fisher_p_value, log_ratios

sizes = st.integers(1, 25)


@given(sizes, sizes, st.data())
def test_a_ratio_is_one_on_average_whatever_the_rate_of_both(n, m, data):
    """By the hypergeometric distribution, which does not know the rate."""
    total = data.draw(st.integers(0, n + m))
    possible = range(max(0, total - m), min(n, total) + 1)
    probabilities = [comb(n, k) * comb(m, total - k) / comb(n + m, total) for k in possible]
    for each in range(len(ODDS)):
        mean = sum(p * exp(log_ratios(n, k, m, total - k)[each]) for p, k in zip(probabilities, possible, strict=True))
        assert mean == pytest.approx(1.0)


@given(sizes, sizes, st.data())
def test_a_release_that_fails_less_than_the_other_gives_at_most_one_on_average(n, m, data):
    total = data.draw(st.integers(1, n + m))
    possible = range(max(0, total - m), min(n, total) + 1)
    weights = [comb(n, k) * comb(m, total - k) * 0.5**k for k in possible]
    for each in range(len(ODDS)):
        ratios = [exp(log_ratios(n, k, m, total - k)[each]) for k in possible]
        assert sum(w * r for w, r in zip(weights, ratios, strict=True)) / sum(weights) <= 1 + 1e-9


def test_any_number_that_a_source_reports_is_weighed_in_no_time_and_says_no_more_than_fewer_of_its_kind():
    many = log_ratios(10**15, 10**14, 10**15, 10**13)
    fewer = log_ratios(20_000, 2_000, 20_000, 200)
    assert all(0 < a <= b * 1.01 for a, b in zip(many, fewer, strict=True))
    assert fisher_p_value(10**15, 10**15, 0, 10**15) < 1e-9
    assert log_ratios(1, 1, 10**12, 10**12) == pytest.approx(NOTHING, abs=1e-6)


def test_fisher_s_lady_tastes_three_of_four_cups():
    """The Design of Experiments, 1935, chapter 2."""
    assert fisher_p_value(3, 4, 1, 4) == pytest.approx(17 / 70)


def test_nothing_is_learnt_from_nothing():
    assert log_ratios(100, 0, 25, 0) == log_ratios(100, 9, 0, 0) == log_ratios(0, 0, 25, 3) == NOTHING


def test_what_all_of_both_fail_says_nothing():
    assert log_ratios(75, 75, 25, 25) == pytest.approx(NOTHING, abs=1e-9)


def test_thousands_of_trials_are_no_trouble():
    assert max(log_ratios(50_000, 5_000, 200, 0)) > 3
    assert max(log_ratios(50_000, 5_000, 200, 20)) < 0.1


def test_an_allowance_bounds_what_a_burst_gives_and_refills():
    left, given_ = allowance.LARGE.full, 0.0
    for _ in range(4):
        (added,) = capped((50.0,), left)
        left, given_ = refilled(allowance.LARGE, left, added, 0.0), given_ + added
    assert given_ == allowance.LARGE.full + 3 * allowance.LARGE.refill
    for _ in range(10):
        left = refilled(allowance.LARGE, left, -1.0, 0.0)
    assert left == allowance.LARGE.full
    assert capped((-7.0, 9.0), 3.0) == (-7.0, 3.0)


def test_known_bursts_refill_slower():
    slow, fast = refilled(allowance.LARGE, 0.0, 0.0, 0.05), refilled(allowance.LARGE, 0.0, 0.0, 0.0)
    assert (slow, fast) == (pytest.approx(0.5), 1.25)
