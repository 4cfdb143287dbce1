"""Judged again quickly, and look by look: the same verdict, time and words, whatever the watch saw."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bluegreen.core.config.thresholds import Level
from bluegreen.core.judge.evidence import RunningCounts
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.verdict import limits
from bluegreen.core.release_file.what_if import supposed
from tests.release_file.drawn_looks import Drawn, look_by_look

SEEDS = st.integers(0, 2**32)
OTHERS = (
    {},
    {
        "error_rate": Level(normal=0.02, warning=0.1, critical=0.5),
        "response_time_p95": Level(normal=100, warning=250, critical=500),
    },
    {"error_rate": Level(normal=5, warning=10, critical=30)},
)


def both(seed, changes):
    looks = [*Drawn(seed).looks()]
    thresholds = looks[0].thresholds.model_copy(update=changes)
    return supposed(looks, thresholds), look_by_look(looks, thresholds)


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SEEDS, st.sampled_from(OTHERS))
def test_it_is_the_same_as_look_by_look(seed, changes):
    quickly, slowly = both(seed, changes)
    assert quickly == slowly


def test_an_end_without_signals_is_told_with_all_that_was_counted_before():
    """The looks before it came to nothing but *wait*: what they counted is in the test alone."""
    quickly, slowly = both(2097151, {})

    assert quickly == slowly
    assert "of 8,601 requests failed in 15 min: signals are missing" in slowly.says


@pytest.mark.search
@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_it_is_the_same_in_a_thousand_bakes(first):
    for seed in range(first, first + 100):
        quickly, slowly = both(seed, OTHERS[seed % len(OTHERS)])
        assert quickly == slowly, seed


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SEEDS)
@example(669)  # an outage whose alarm is withheld because of one client, while the idle environment fails too
def test_it_does_not_matter_how_intervals_are_spread_over_looks(seed):
    """One client's suspects, doubts and outages go from look to look as they do within one."""
    looks = [*Drawn(seed).looks()]
    by, rows = limits(looks[0].thresholds, looks[0].watch), [row for look in looks for row in look.intervals]
    before = RunningCounts(before=looks[0].pre_switch)
    counts, alarm = before, None
    for row in rows:
        counts, alarm = extended(counts, [row], row.end, by)
        if alarm is not None:
            break
    whole = extended(before, rows, counts.judged, by)
    assert whole.alarm == alarm
    assert whole.counts.model_copy(update={"rows": ()}) == counts.model_copy(update={"rows": ()})
