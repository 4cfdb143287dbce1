"""Evidence does not grow on average while a release is no worse than it may be."""

from math import comb, exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.judge.statistics.likelihood import (
    ALTERNATIVES,
    CRITICAL_ALTERNATIVES,
    accumulated,
    critical_weighed,
    mixture,
    start_weight,
    weighed,
)

BAKE = 3600


@given(st.integers(0, 40), st.sampled_from((0.005, 0.02, 0.1, 0.3, 0.6)), st.sampled_from((0.0, 0.05, 0.5)))
def test_a_ratio_is_at_most_one_on_average_while_the_release_is_no_worse_than_p0(n, p0, correlation):
    for ratios_of, alternatives in ((weighed, ALTERNATIVES), (critical_weighed, CRITICAL_ALTERNATIVES)):
        for rate in (p0, p0 / 2):
            probabilities = [comb(n, x) * rate**x * (1 - rate) ** (n - x) for x in range(n + 1)]
            logs = [ratios_of(n, x, p0, correlation).logs for x in range(n + 1)]
            for each in range(len(alternatives)):
                assert sum(p * exp(log[each]) for p, log in zip(probabilities, logs, strict=True)) <= 1 + 1e-9


def test_the_start_weights_of_a_bake_sum_to_one():
    weights = [start_weight(at, BAKE, 0.25, is_first=at == 90) for at in range(0, BAKE + 300, 5)]
    assert sum(weights) == pytest.approx(1)


def test_evidence_is_the_weight_of_the_starting_points_where_nothing_is_asked():
    sums = (0.0,) * len(ALTERNATIVES)
    for at in range(0, BAKE, 5):
        sums = accumulated(sums, start_weight(at, BAKE, 0.25, is_first=not at), (1.0,) * len(ALTERNATIVES))
    assert mixture(sums) == pytest.approx(1.0)


def test_evidence_never_overflows():
    sums = (1.0,) * len(ALTERNATIVES)
    for _ in range(10_000):
        sums = accumulated(sums, 0.0, (exp(3.0),) * len(ALTERNATIVES))
    assert mixture(sums) < float("inf")
