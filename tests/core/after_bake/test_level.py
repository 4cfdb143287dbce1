"""When the critical level is passed after the bake, and when going back would help: the numbers of the theory."""

import math
import random

import pytest

from bluegreen.core.after_bake import level
from bluegreen.core.after_bake.window import Tally, measures, window
from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.environment import InBake
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts
from tests.build import BLUE, GREEN, NOW, later

THRESHOLDS = Thresholds()
CLEAN = InBake(requests=10_000, failed=3)


def counts(asked, bad=0, slow=0):
    buckets = [0] * (len(BUCKETS_MS) + 1)
    buckets[0], buckets[-1] = asked - slow, slow
    return Counts(requests=asked, failed=bad, buckets=tuple(buckets))


def seen(users=(), probes=(), other=()):
    """One block a minute; the newest last."""
    number = max(len(users), len(probes), len(other))
    blocks = []
    for place in range(number):
        at = later(60 * (place - number))
        there = {GREEN: probes[place]} if place < len(probes) else {}
        there |= {BLUE: other[place]} if place < len(other) else {}
        told = {GREEN: users[place]} if place < len(users) else {}
        blocks.append(Block(at=at, seconds=60, users=told, probes=there))
    return window(blocks, 1, GREEN, None, NOW)


def passed(**sides):
    return level.passed(seen(**sides), THRESHOLDS, CLEAN)


@pytest.mark.parametrize(("share", "least"), [(0.2, 159), (0.1, 1073), (1.0, 8)])
def test_so_many_answers_are_evidence_as_the_theory_says(share, least):
    divergence = share * math.log(share / 0.05) + ((1 - share) * math.log((1 - share) / 0.95) if share < 1 else 0)
    assert math.ceil(-math.log(level.ALPHA) / divergence) == least
    assert round(-math.log(level.ALPHA), 1) == 22.2
    assert level.evident(Tally(10 * least, round(10 * least * share)), 0.05)
    assert not level.evident(Tally(least // 2, int(least // 2 * share)), 0.05)


def test_levels_at_their_limits_are_levels():
    assert level.evident(Tally(100, 100), 0.0)
    assert not level.evident(Tally(100, 0), 0.0)
    assert not level.evident(Tally(100, 100), 1.0)


def test_the_example_of_the_theory():
    found = passed(users=[counts(300, 60)] * 5, other=[counts(60)] * 5)
    assert found.says(GREEN) == "green: 300 of 1,500 requests failed in 5 min (critical: 5 %)"
    whole = level.Passed(found.measure, True, 300, Tally(1500, 300), Tally(300, 0))
    assert level.why_not_back(whole, CLEAN, GREEN) == ""
    assert 5e-27 < level.fisher_p_value(300, 1500, 0, 300) < 7e-27


def test_a_service_at_its_critical_level_is_told_of_wrongly_less_often_than_once_in_a_year_of_minutes():
    """Exactly: the sum over the binomial's tail from the first number of failures that is evidence."""
    for asked in (50, 500, 5000):
        first = next(x for x in range(asked + 1) if level.evident(Tally(asked, x), 0.05))
        tail = sum(
            math.exp(
                math.lgamma(asked + 1) - math.lgamma(x + 1) - math.lgamma(asked - x + 1)
                + x * math.log(0.05) + (asked - x) * math.log(0.95)
            )
            for x in range(first, asked + 1)
        )  # fmt: skip
        assert tail < level.ALPHA


def test_ten_thousand_looks_at_a_level_just_below_the_critical_one_find_nothing():
    draw = random.Random(14)
    minutes = [sum(draw.random() < 0.05 for _ in range(100)) for _ in range(10_000)]
    assert not any(level.evident(Tally(100, bad), 0.05) for bad in minutes)


@pytest.mark.parametrize(
    ("sides", "who", "what"),
    [
        ({"users": [counts(300, 60)]}, True, "failed"),
        ({"users": [counts(100, 20)] * 5}, True, "failed"),  # too few in a minute, enough in five
        ({"users": [counts(10, 2)], "probes": [counts(300, 60)]}, False, "failed"),
        ({"users": [counts(300, 0, slow=60)]}, True, "took longer than 2000 ms"),
    ],
)
def test_the_level_is_passed_by_users_or_probes_failed_or_slow(sides, who, what):
    found = passed(**sides)
    assert (found.by_users, found.measure.name) == (who, what)


@pytest.mark.parametrize(
    "sides",
    [
        {},
        {"users": [counts(300, 15)]},
        {"users": [counts(7, 7)]},  # fewer requests than `least_requests`
        {"users": [counts(300, 60), counts(300, 3)]},  # the newest minute is well again
        {"users": [counts(300, 60), counts(300, 15)]},
        {"other": [counts(300, 300)]},
        {"users": [counts(300, 0, slow=15)]},
    ],
)
def test_else_it_is_not_passed(sides):
    assert passed(**sides) is None


@pytest.mark.parametrize(
    ("sides", "usual", "why"),
    [
        ({"users": [counts(300, 60)], "other": [counts(300)]}, CLEAN, ""),
        ({"probes": [counts(300, 90)], "other": [counts(300)]}, None, ""),
        ({"users": [counts(300, 60)]}, CLEAN, "blue was not asked, so nobody knows whether going back would help"),
        ({"users": [counts(300, 60)], "other": [counts(60)]}, CLEAN, "too little to tell them apart"),
        ({"users": [counts(300, 60)], "other": [counts(300, 60)]}, CLEAN, "too little to tell them apart"),
        ({"users": [counts(300, 60)], "other": [counts(300)]}, None, "what users usually get is not known"),
        (
            {"users": [counts(3000, 300)], "other": [counts(3000)]},
            InBake(requests=90_000, failed=7_200),
            "in its bake 7,200 of 90,000 requests failed too",
        ),
        ({"users": [counts(300, 0, slow=60)], "other": [counts(300)]}, CLEAN, "what users usually get is not known"),
        ({"probes": [counts(300, 0, slow=60)], "other": [counts(300)]}, CLEAN, ""),
    ],
)
def test_going_back_helps_where_the_difference_is_the_releases(sides, usual, why):
    found = passed(**sides)
    told = level.why_not_back(found, usual, GREEN)
    assert (why in told) if why else told == ""


def test_what_was_counted_before_production_came_here_belongs_to_another_release():
    blocks = [Block(at=later(-50), seconds=5, users={GREEN: counts(300, 300)})]
    assert window(blocks, 1, GREEN, later(-40), NOW).minutes == ()
    assert window(blocks, 1, GREEN, later(-60), NOW).minutes != ()


@pytest.mark.parametrize(
    ("sides", "dead"),
    [
        ({"probes": [counts(60)], "other": [counts(60, 60)]}, True),
        ({"users": [counts(60)], "other": [counts(60, 40)]}, True),
        ({"probes": [counts(60, 60)], "other": [counts(60, 60)]}, False),  # an outage that both have
        ({"probes": [counts(60)], "other": [counts(60, 20)]}, False),
        ({"probes": [counts(60)] * 2, "other": [counts(60, 60), counts(60)]}, False),
        ({"probes": [counts(60)], "other": [counts(3, 3)]}, False),
        ({"probes": [counts(60)]}, False),
        ({}, False),
    ],
)
def test_the_way_back_is_dead_where_it_fails_for_the_most_part_and_this_side_is_well(sides, dead):
    assert (level.dead_way_back(seen(**sides), THRESHOLDS) is not None) is dead


def test_well_is_below_the_warning_level_and_silence_is_not_well():
    assert level.is_well(seen(users=[counts(300, 2)]), THRESHOLDS)
    assert not level.is_well(seen(users=[counts(300, 4)]), THRESHOLDS)
    assert not level.is_well(seen(), THRESHOLDS)
    assert not level.is_well(seen(other=[counts(300)]), THRESHOLDS)
    assert not level.answers_again(seen(users=[counts(300)]), THRESHOLDS)


def test_of_each_measure_half_of_what_is_critical_or_less_is_well():
    assert all(measure.well < measure.critical for measure in measures(THRESHOLDS))
