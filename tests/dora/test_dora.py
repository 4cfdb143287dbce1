"""DORA's five: by their definitions, and equal to what a script of its own makes of the raw journal."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.dora import deployed, dora_metrics
from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease
from tests.build import NOW, later
from tests.dora.histories import AFTERWARDS, ENDS, History
from tests.dora.recomputed import recomputed
from tests.release_file.kept import at_rest, release

DEEDS = st.tuples(st.sampled_from((*ENDS, *AFTERWARDS)), st.integers(1, 4000), st.integers(0, 90))


def played(*deeds):
    history = History()
    for deed in deeds:
        name, minutes, lag = deed if isinstance(deed, tuple) else (deed, 60, 2)
        history.play(name, minutes, lag)
    return history


@pytest.mark.slow
@given(st.lists(DEEDS, max_size=10), st.integers(1, 40), st.integers(0, 3000))
def test_what_the_record_says_is_what_a_script_of_its_own_makes_of_the_raw_journal(deeds, days, earlier):
    history = played(*deeds)
    until = history.now - timedelta(minutes=earlier)
    found = dora_metrics(history.past.values(), until, timedelta(days=days))
    names = ("deployments", "failed", "rework", "lead_time", "recovery_time")
    assert {name: getattr(found, name) or 0 for name in names} == recomputed(history.versions, until, days)


def test_the_example_of_the_definitions():
    history = played("live", "live", "bad", "live", "live")
    found = dora_metrics(history.past.values(), history.now, timedelta(days=10))
    assert (found.deployments, found.frequency) == (5, 0.5)
    assert (found.change_fail_rate, found.rework_rate) == (0.2, 0.2)
    assert found.recovery_time == 60
    assert [each.rework for each in deployed(history.past.values())] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("deeds", "made", "failed"),
    [
        (["live", "bad"], 2, 1),
        (["live", "stuck"], 2, 1),
        (["live", "asked"], 2, 1),
        (["live", "asked in outage"], 2, 0),
        (["live", "asked", "undo"], 2, 0),
        (["live", "asked", "undo, then bad"], 2, 1),
        (["live", "live", "late"], 2, 1),
        (["live", "live", "late by a person"], 2, 1),
        (["live", "live", "late by a person", "undo"], 2, 0),
        (["live", "fails", "aborted", "restored"], 1, 0),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else str(given),
)
def test_what_counts_as_a_deployment_and_what_as_a_failed_one(deeds, made, failed):
    history = played(*deeds)
    found = dora_metrics(history.past.values(), history.now, timedelta(days=30))
    assert (found.deployments, found.failed) == (made, failed)


def test_without_a_deployment_no_rate_is_known():
    found = dora_metrics([], NOW, timedelta(days=30))
    assert (found.deployments, found.change_fail_rate, found.lead_time) == (0, None, None)


def test_a_commit_of_a_clock_that_is_ahead_makes_no_lead_time():
    past = PastRelease(
        id="web-1", tag="v1", outcome=Phase.LIVE, at=later(90), switched_at=later(10), committed_at=later(60)
    )
    assert dora_metrics([past], later(100), timedelta(days=1)).leads_known == 0


def test_releases_of_before_are_counted_where_they_stayed():
    old = [PastRelease(id=f"web-{n}", tag=f"v{n}", outcome=Phase.LIVE, at=later(n)) for n in range(3)]
    assert dora_metrics(old, later(100), timedelta(days=1)).deployments == 3


def past(number, tag, minute, **given):
    usual = {"outcome": Phase.LIVE, "switched_at": later(60 * minute), "at": later(60 * minute + 60)}
    return PastRelease(id=f"web-{number}", tag=tag, **{**usual, **given})


def test_what_production_left_for_an_earlier_release_that_was_released_again_had_failed():
    """`rollback -p to:v1.3.0`, which stood nowhere any more: production left v1.5.0 alone, and v1.4.0 long before."""
    first = [past(1, "v1.3.0", 0), past(2, "v1.4.0", 100), past(3, "v1.5.0", 200)]
    back = past(4, "v1.3.0", 300, back=True, change=False, requested_at=later(300 * 60 - 90))
    found = deployed([*first, back, past(5, "v1.6.0", 400)])
    assert [(each.tag, each.failed, each.recovery, each.rework) for each in found] == [
        ("v1.3.0", False, None, False),
        ("v1.4.0", False, None, False),
        ("v1.5.0", True, 90.0, False),
        ("v1.6.0", False, None, True),
    ]


def test_a_way_back_that_was_itself_taken_back_has_left_nothing():
    first = [past(1, "v1.3.0", 0), past(2, "v1.4.0", 100), past(3, "v1.5.0", 200)]
    back = past(4, "v1.3.0", 300, back=True, change=False, outcome=Phase.ROLLED_BACK)
    assert [each.failed for each in deployed([*first, back])] == [False, False, False]


@pytest.mark.slow
def test_on_a_cloud_a_release_that_was_left_for_one_that_stood_nowhere_had_failed():
    found = at_rest()
    for tag in ("v1.3.0", "v1.4.0", "v1.5.0"):
        release(found, tag)
    assert found.invoke("rollback", {"to": "v1.3.0"})["ok"]
    found.rest()
    found.minute()
    made = deployed(found.record().past)
    assert [(each.tag, each.failed) for each in made] == [("v1.3.0", False), ("v1.4.0", False), ("v1.5.0", True)]
    assert made[-1].recovery > 0
