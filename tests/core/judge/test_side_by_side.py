"""Candidate against baseline."""

import pytest

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.exact_tests import fisher_p_value, upper_bound
from bluegreen.core.judge.side_by_side import baseline_rate, significant_difference, trailing, window_table
from bluegreen.core.judge.signal_kinds import ANSWERS

METRIC = ANSWERS.metric


def asked(count, failures, baseline_failures):
    """Twenty requests and twenty probes of the baseline in each interval."""
    return [
        Interval(5 * k, users=20, users_failed=failures, baseline=20, baseline_failed=baseline_failures)
        for k in range(count)
    ]


def test_the_baselines_rate_is_an_upper_bound_and_zero_without_a_failure():
    intervals = [Interval(at=at, baseline=25, baseline_failed=int(at == 40)) for at in range(0, 60, 5)]
    assert baseline_rate(METRIC.baseline, intervals[:8]) == 0.0
    assert baseline_rate(METRIC.baseline, intervals) == pytest.approx(upper_bound(1, 100))
    later = [*intervals, Interval(at=100, baseline=25)]
    assert baseline_rate(METRIC.baseline, later) == pytest.approx(upper_bound(1, 325))


def test_windows_are_measured_in_seconds_whether_or_not_intervals_are_missing():
    intervals = [Interval(at=0, users=1), Interval(at=100, users=2), Interval(at=105, users=4)]
    assert [window_table(METRIC, intervals, seconds).trials for seconds in (5, 10, 105, 300)] == [4, 6, 6, 7]
    assert len(trailing(intervals, 10)) == 2


def test_equal_rates_do_not_differ():
    assert significant_difference(METRIC, asked(12, 2, 2), 0.005) is None


def test_a_bad_start_and_one_failure_since_do_not_last():
    intervals = [Interval(5 * k, users=20, users_failed=n, baseline=20) for k, n in enumerate((10, 10, 0, 0, 1))]
    assert significant_difference(METRIC, intervals, 0.005) is None


def test_the_example_of_the_module():
    assert fisher_p_value(20, 40, 0, 40) < 1e-7
    assert significant_difference(METRIC, asked(2, 10, 0), 0.005) is None
    assert significant_difference(METRIC, asked(3, 10, 0), 0.005) is not None
