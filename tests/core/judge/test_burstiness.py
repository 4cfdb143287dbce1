"""How much failures come in bursts of one side, learned from intervals that are two minutes old."""

import pytest

from bluegreen.core.judge.evidence import Bursts, Interval
from bluegreen.core.judge.statistics.burstiness import correlation, taught


def learned(failures, other=lambda place: 0, intervals=360, n=500):
    rows = [
        Interval(5 * place, users=n, users_failed=failures(place), baseline=25, baseline_failed=other(place))
        for place in range(intervals)
    ]
    bursts = Bursts()
    for place in range(len(rows)):
        bursts = taught(bursts, rows, place)
    return correlation(bursts)


def test_independent_failures_are_no_bursts():
    assert learned(lambda place: place % 2) == 0.0


def test_bursts_of_one_side_are_learned():
    assert learned(lambda place: 50 if place % 120 < 4 else 0) > 0.02


def test_bursts_of_the_other_side_are_learned_too():
    assert learned(lambda place: 0, other=lambda place: 5 if place % 120 < 4 else 0) > 0.02


def test_a_shared_outage_teaches_nothing():
    assert learned(
        lambda place: 150 if 60 <= place < 72 else 0, lambda place: 8 if 60 <= place < 72 else 0, intervals=80
    ) == pytest.approx(0.0, abs=0.005)


def test_what_was_learned_fades():
    short = learned(lambda place: 50 if place < 4 else 0, intervals=60)
    assert learned(lambda place: 50 if place < 4 else 0, intervals=600) < short / 4
