"""Users who wait are told of, before it is critical."""

from datetime import timedelta

from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.judge.response_times import response_times
from bluegreen.core.judge.saturation import GaugeKind, Saturation, SaturationLevel, level_changes, levels, with_samples
from bluegreen.core.judge.telemetry import Block, Counts
from tests.build import BLUE, GREEN, NOW, later

FAST = (0, 0, 0, 100, 0, 0, 0, 0, 0, 0)  # 50 to 100 ms
SLOWER = (0, 0, 0, 0, 0, 80, 12, 8, 0, 0)  # five times: p95 above a second


def blocks(buckets, seconds=120):
    return [
        Block(at=later(at), seconds=5, users={GREEN: Counts(requests=100, buckets=buckets)})
        for at in range(0, seconds, 5)
    ]


def watched(buckets):
    """Looks every three seconds: what people are told, and when."""
    seen, told, found = blocks(buckets), [], Saturation()
    for at in range(3, 120, 3):
        known = [block for block in seen if block.at < later(at)]
        before, found = found, with_samples(found, response_times(known, GREEN, NOW, later(at)), Thresholds())
        told += [(at, says) for says in level_changes(before, found, Thresholds())]
    return told, found


def test_a_p95_above_the_warning_level_is_told_within_a_minute_and_once():
    (told,), found = watched(SLOWER)
    assert told[0] <= 60
    assert told[1] == "green: 95 % of answers took up to 2,000 ms (warning above 1,000 ms) in 5 of 5 samples"
    assert levels(found)[GREEN, GaugeKind.RESPONSE_TIME] is SaturationLevel.WARNING


def test_fast_answers_are_no_news():
    assert watched(FAST)[0] == []


def test_few_answers_or_those_of_the_other_have_no_percentile():
    few = [Block(at=later(at), seconds=5, users={GREEN: Counts(requests=1, buckets=(0,) * 9 + (1,))}) for at in (0, 5)]
    assert response_times(few, GREEN, NOW, later(10)) == ()
    assert response_times(blocks(SLOWER), BLUE, NOW, later(60)) == ()


def test_what_was_before_the_switch_is_not_the_release_s():
    assert response_times(blocks(SLOWER, 20), GREEN, NOW + timedelta(seconds=20), later(30)) == ()
