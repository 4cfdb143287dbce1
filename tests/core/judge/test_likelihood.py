"""Evidence does not grow on average while a release is no worse than it may be."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.judge.likelihood import (
    ALTERNATIVES,
    accumulated,
    likelihood_ratios,
    mixture,
    start_weight,
)

BAKE = 3600


@given(st.integers(0, 40), st.sampled_from((0.005, 0.02, 0.1, 0.3)), st.sampled_from((1.0, 1.25, 3.0, 10.0)))
def test_a_ratio_is_at_most_one_on_average_while_the_release_is_no_worse_than_p0(n, p0, dispersion):
    for rate in (p0, p0 / 2):
        probabilities = [comb(n, x) * rate**x * (1 - rate) ** (n - x) for x in range(n + 1)]
        ratios = [likelihood_ratios(n, x, p0, dispersion) for x in range(n + 1)]
        for each in range(len(ALTERNATIVES)):
            assert sum(p * ratio[each] for p, ratio in zip(probabilities, ratios, strict=True)) <= 1 + 1e-9


def test_the_start_weights_of_a_bake_sum_to_one():
    assert sum(start_weight(at, BAKE) for at in range(0, BAKE, 5)) == pytest.approx(1)


def test_evidence_stays_one_where_nothing_is_asked():
    sums, unspent = (0.0,) * len(ALTERNATIVES), 1.0
    for at in range(0, 100, 5):
        weight = start_weight(at, BAKE)
        unspent -= weight
        sums = accumulated(sums, weight, likelihood_ratios(0, 0, 0.005, 1.0))
        assert mixture(sums, unspent) == pytest.approx(1.0)
