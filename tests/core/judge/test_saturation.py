"""CPU, memory, connections, restarts: a warning begins and ends with five of six samples, and is told once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.judge.saturation import (
    Gauge,
    GaugeKind,
    Saturation,
    SaturationLevel,
    descriptions,
    level_changes,
    levels,
    with_samples,
)
from tests.build import BLUE, GREEN, NOW, later

TABLE = Thresholds()  # CPU: normal 70, warning 80, critical 90


def seen(*values, what=GaugeKind.CPU, environment=GREEN, start=0, saturation=None):
    """Samples a minute apart, noted one look at a time."""
    saturation = saturation or Saturation()
    for minute, value in enumerate(values, start):
        saturation = with_samples(saturation, [Gauge(environment, what, value, later(60 * minute))], TABLE)
    return saturation


def level(saturation, what=GaugeKind.CPU, environment=GREEN):
    return levels(saturation)[environment, what]


def said(saturation, minute=6):
    return descriptions(saturation, TABLE, later(60 * minute))


@pytest.mark.parametrize(
    ("values", "stands"),
    [
        ((81, 81, 81, 81), SaturationLevel.NORMAL),
        ((81, 81, 81, 81, 81), SaturationLevel.WARNING),
        ((81, 81, 10, 81, 81, 81), SaturationLevel.WARNING),
        ((81, 10, 81, 10, 81, 81, 81), SaturationLevel.NORMAL),
        ((80, 80, 80, 80, 80, 80), SaturationLevel.NORMAL),
        ((91, 91, 91, 91, 85, 91), SaturationLevel.CRITICAL),
        ((91, 91, 85, 85, 91, 91), SaturationLevel.WARNING),
    ],
)
def test_a_level_begins_with_five_of_the_last_six_samples_above_its_line(values, stands):
    assert level(seen(*values)) is stands


@pytest.mark.parametrize(
    ("values", "stands"),
    [
        ((69, 69, 69, 69), SaturationLevel.WARNING),
        ((69, 69, 69, 69, 69), SaturationLevel.NORMAL),
        ((75, 75, 75, 75, 75, 75), SaturationLevel.WARNING),
        ((70, 70, 70, 70, 70, 70), SaturationLevel.WARNING),
    ],
)
def test_a_warning_ends_with_five_of_six_below_normal(values, stands):
    assert level(seen(*values, start=6, saturation=seen(*[85] * 6))) is stands


@pytest.mark.parametrize(
    ("value", "stands"),
    [
        (85, SaturationLevel.CRITICAL),
        (80, SaturationLevel.CRITICAL),
        (79, SaturationLevel.WARNING),
        (60, SaturationLevel.NORMAL),
    ],
)
def test_critical_ends_below_the_warning_line(value, stands):
    assert level(seen(*[value] * 6, start=6, saturation=seen(*[95] * 6))) is stands


def test_a_sample_that_is_seen_again_counts_once():
    sample = Gauge(GREEN, GaugeKind.CPU, 99, NOW)
    once = with_samples(Saturation(), [sample], TABLE)
    again = once
    for _ in range(10):
        again = with_samples(again, [sample, sample], TABLE)
    assert again == once
    assert level(again) is SaturationLevel.NORMAL


def test_samples_that_come_in_disorder_or_late_change_nothing_afterwards():
    gauges = [Gauge(GREEN, GaugeKind.CPU, 85, later(60 * minute)) for minute in range(6)]
    assert with_samples(Saturation(), reversed(gauges), TABLE) == seen(*[85] * 6)
    assert with_samples(seen(*[85] * 6), gauges[:3], TABLE) == seen(*[85] * 6)


def test_environments_and_gauges_stand_for_themselves():
    both = seen(*[95] * 6, environment=BLUE, saturation=seen(*[10] * 6))
    assert (level(both), level(both, environment=BLUE)) == (SaturationLevel.NORMAL, SaturationLevel.CRITICAL)
    assert (GaugeKind.MEMORY, GREEN) not in levels(both)


def test_the_sentence_has_the_number_the_line_and_how_often():
    assert said(seen(93, 93, 93, 10, 93, 93)) == ("green: CPU 93 % (critical above 90 %) in 5 of 6 samples",)
    assert said(seen(*[92] * 6, what=GaugeKind.MEMORY)) == (
        "green: memory 92 % (warning above 90 %) in 6 of 6 samples",
    )
    assert said(seen(*[240] * 6, what=GaugeKind.CONNECTIONS)) == (
        "green: 240 connections (warning above 200) in 6 of 6 samples",
    )
    assert said(seen(75, 75, 75, start=6, saturation=seen(*[95] * 6)), 9) == (
        "green: CPU 75 %, still critical (until below 80 % in 5 of 6 samples)",
    )


def test_the_critical_comes_first_and_what_is_normal_is_not_said():
    saturation = seen(
        *[85] * 6, saturation=seen(*[96] * 6, what=GaugeKind.MEMORY, saturation=seen(*[1] * 6, environment=BLUE))
    )
    assert [text.split(" (")[0] for text in said(saturation)] == ["green: memory 96 %", "green: CPU 85 %"]


def test_a_restart_within_six_samples_is_a_warning_and_a_replaced_instance_none():
    found = seen(3, 3, 4, 5, what=GaugeKind.RESTARTS)
    assert said(found, 4) == ("green: 2 restarts of instances in 3 min",)
    assert said(seen(*[5] * 6, what=GaugeKind.RESTARTS, start=4, saturation=found), 10) == ()
    assert said(seen(7, 0, 0, what=GaugeKind.RESTARTS)) == ()


def test_a_change_of_level_is_news_once():
    before, after = seen(*[85] * 4), seen(*[85] * 5)
    assert level_changes(before, after, TABLE) == ("green: CPU 85 % (warning above 80 %) in 5 of 5 samples",)
    assert level_changes(after, seen(*[85] * 6), TABLE) == ()
    ended = seen(*[50] * 6, start=6, saturation=after)
    assert level_changes(after, ended, TABLE) == ("green: CPU 50 %, normal again (below 70 %)",)
    assert level_changes(Saturation(), seen(10), TABLE) == ()


def test_a_gauge_that_has_fallen_silent_says_nothing_and_does_not_count_on():
    hot = seen(*[95] * 6)
    assert said(hot, 6)
    assert said(hot, 25) == ()
    late = with_samples(seen(*[95] * 4), [Gauge(GREEN, GaugeKind.CPU, 95, later(3600))], TABLE)
    assert level(late) is SaturationLevel.NORMAL


def test_it_survives_being_written_down_and_stays_small():
    everything = Saturation()
    for environment in (BLUE, GREEN):
        for what in GaugeKind:
            everything = seen(*[99.123456] * 20, what=what, environment=environment, saturation=everything)
    text = everything.model_dump_json()
    assert Saturation.model_validate_json(text) == everything
    assert len(text) < 4000


@given(st.lists(st.floats(0, 1000), max_size=40))
def test_whatever_is_measured_there_is_a_level_and_a_sentence_for_it(values):
    saturation = seen(*values, what=GaugeKind.MEMORY)
    found = levels(saturation).get((GREEN, GaugeKind.MEMORY), SaturationLevel.NORMAL)
    assert bool(said(saturation, len(values))) is (found is not SaturationLevel.NORMAL)
    assert all(len(track.samples) <= 6 for track in saturation.tracks)
