"""The verdict on a release: worse than the one it replaced, or not its fault, or too little seen."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.evidence import Evidence, Interval
from bluegreen.core.judge.statistics.usual import before_the_switch
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.judge.verdict import (
    BakeContext,
    Observation,
    judge,
    seconds_to_next_look,
)
from tests.build import BLUE, GREEN, NOW, later

WATCH = Watch(checks=10, over=60, bake=120, every=3, extend=60)
CONTEXT = BakeContext(GREEN, NOW, WATCH, Thresholds())
CLEAN = {"users": 100, "users_timed": 100, "probes": 25, "probes_timed": 25, "baseline": 25, "baseline_timed": 25}


def interval(at, **changes):
    """Five seconds: twenty users a second on green, five probes a second to either side."""
    return Interval(at=at, **{**CLEAN, **changes})


def look(intervals, check=None, other=None, before=None):
    until = None if isinstance(intervals, NoData) else later(intervals[-1].at + 5)
    return Observation(
        tuple(intervals) if not isinstance(intervals, NoData) else intervals, until, check, other, before
    )


def watched(seen, until=200, context=CONTEXT):
    """A look every five seconds; `seen(at)` gives each. The last judgement, the first that is not to wait."""
    evidence, last = Evidence(), None
    for at in range(0, until, 5):
        last = judge(context, evidence, seen(at), later(at + 5))
        evidence = last.evidence
        if last.finding.verdict is not Verdict.WAIT:
            break
    return last


def always(**changes):
    return lambda at: look([interval(at, **changes)])


def test_a_clean_release_is_good_once_the_bake_is_over():
    found = watched(always())
    assert found.finding.verdict is Verdict.GOOD
    assert "10 of 10 checks passed, 0 of 2,400 requests failed" in found.finding.says


def test_it_is_not_good_before_the_bake_is_over():
    assert watched(always(), until=115).finding.verdict is Verdict.WAIT


def test_a_check_that_met_the_other_environment_is_neither_good_nor_bad():
    misled = look([interval(0)])._replace(asked=False)
    found = judge(CONTEXT, Evidence(failed_in_a_row=2, alone_in_a_row=2, looks=1, passed=1), misled, later(5))
    evidence = found.evidence
    assert found.finding.verdict is Verdict.WAIT
    assert (evidence.failed_in_a_row, evidence.alone_in_a_row, evidence.looks, evidence.passed) == (2, 2, 1, 1)


def test_a_fifth_of_the_requests_failing_takes_it_back_within_twenty_seconds_with_the_numbers():
    found = watched(always(users_failed=20, probes_failed=5))
    assert found.finding.verdict is Verdict.BAD
    assert found.finding.says.startswith("green: 100 of 500 failed in 20 s; blue, asked what probes ask: 0 of 100")
    assert found.at == later(20)


def test_a_twentieth_is_found_with_the_chance_of_a_false_alarm():
    found = watched(always(users_failed=5, probes_failed=1))
    assert found.finding.verdict is Verdict.BAD
    assert "above what is tolerated and was usual (by chance: 1 in 1,000)" in found.finding.says
    assert "above blue (by chance: 1 in 100)" in found.finding.says


def test_an_outage_takes_it_back_after_two_intervals():
    found = watched(always(users_failed=100, probes_failed=25))
    assert (found.finding.verdict, found.at) == (Verdict.BAD, later(10))
    assert found.finding.says.endswith(
        "250 of 250 failed in 10 s; blue, asked what probes ask: 0 of 50; almost nothing is answered"
    )


def test_one_interval_of_dead_probes_takes_nothing_back_and_lasting_ones_do():
    once = watched(lambda at: look([interval(at, probes_failed=25 if at == 20 else 0)]))
    assert once.finding.verdict is not Verdict.BAD
    lasting = watched(always(probes_failed=25))
    assert (lasting.finding.verdict, lasting.at) == (Verdict.BAD, later(20))


def test_probes_that_have_ended_compare_nothing_and_a_side_that_is_dead_by_then_gets_no_users():
    """Compared is what was asked in the last minute, whatever is shown."""

    def seen(at, other=None):
        failing = {"users_failed": 5} if at >= 360 else {}
        return look([interval(at, probes=0, **({"baseline": 0} if at >= 300 else {}), **failing)], other=other)

    context = CONTEXT._replace(watch=Watch(bake=3600))
    alone = watched(seen, until=600, context=context)
    assert alone.finding.verdict is Verdict.BAD
    assert "blue was not asked, so nobody knows whose fault it is" in alone.finding.says
    assert "above blue" not in alone.finding.says
    dead = watched(lambda at: seen(at, "GET /: 503" if at >= 360 else None), until=600, context=context)
    assert (dead.finding.verdict, "blue is not well either" in dead.finding.says) == (Verdict.HOLD, True)


@pytest.mark.parametrize(
    "levels", [{"normal": 0, "warning": 0, "critical": 0}, {"normal": 50, "warning": 100, "critical": 100}]
)
def test_levels_at_their_limits_are_levels(levels):
    context = CONTEXT._replace(thresholds=Thresholds(error_rate=levels))
    assert watched(always(users_failed=100, probes_failed=25), context=context).finding.verdict is Verdict.BAD
    assert watched(always(), context=context).finding.verdict in (Verdict.GOOD, Verdict.UNPROVEN, Verdict.WAIT)


def test_slow_answers_take_it_back_like_failed_ones():
    found = watched(always(users_slow=20))
    assert found.finding.verdict is Verdict.BAD
    assert "requests were slow" in found.finding.says


def test_what_users_got_before_the_switch_is_no_fault_of_the_release():
    before = before_the_switch([(100, 3, 100, 15)] * 60)
    found = watched(lambda at: look([interval(at, users_failed=3, users_slow=15)], before=before if at == 0 else None))
    assert found.finding.verdict is Verdict.UNPROVEN
    assert watched(always(users_failed=3)).finding.verdict is Verdict.BAD


def test_what_both_show_holds_and_does_not_take_it_back():
    found = watched(always(users_failed=20, probes_failed=5, baseline_failed=5))
    assert found.finding.verdict is Verdict.HOLD
    assert "both fail, green no more than blue" in found.finding.says


def test_a_shared_outage_ends_and_the_release_is_good():
    def seen(at):
        bad = {"users_failed": 30, "probes_failed": 8, "baseline_failed": 7} if 20 <= at < 50 else {}
        return look([interval(at, **bad)])

    evidence, told = Evidence(), []
    for at in range(0, 200, 5):
        found = judge(CONTEXT, evidence, seen(at), later(at + 5))
        evidence = found.evidence
        told.append(found.finding.verdict)
    assert Verdict.BAD not in told
    assert Verdict.HOLD in told
    assert told.index(Verdict.GOOD) * 5 >= 115


@pytest.mark.parametrize("burst", [{0: 90}, {0: 10, 5: 12}, {20: 12, 25: 10}])
def test_one_burst_however_large_takes_nothing_back(burst):
    found = watched(lambda at: look([interval(at, users_failed=burst.get(at, 0))]))
    assert found.finding.verdict is not Verdict.BAD


def test_two_failures_are_never_enough():
    found = watched(lambda at: look([Interval(at=at, users=1, users_failed=1 if at < 10 else 0, baseline=25)]))
    assert found.finding.verdict is not Verdict.BAD


def test_where_nobody_was_asked_over_there_the_finding_says_so():
    found = watched(lambda at: look([Interval(at=at, users=100, users_failed=20)]))
    assert found.finding.verdict is Verdict.BAD
    assert "blue was not asked, so nobody knows whose fault it is" in found.finding.says


def test_where_nobody_was_asked_and_the_other_sides_check_fails_it_holds():
    found = watched(lambda at: look([Interval(at=at, users=100, users_failed=20)], other="health: status 503"))
    assert found.finding.verdict is Verdict.HOLD


def test_three_failed_production_checks_in_a_row_take_it_back_when_the_other_passes():
    found = watched(lambda at: look([interval(at)], check="health: status 503"))
    assert found.finding.verdict is Verdict.BAD
    assert found.evidence.failed_in_a_row == 3
    both = watched(lambda at: look([interval(at)], check="health: status 503", other="health: status 503"))
    assert both.finding.verdict is Verdict.HOLD


def test_a_check_that_begins_to_fail_at_the_very_end_is_asked_to_the_end():
    late = BakeContext(GREEN, NOW, Watch(checks=10, over=60, bake=175, every=3, extend=5), Thresholds())
    found = watched(lambda at: look([interval(at)], check="health: status 503" if at >= 170 else None), 230, late)
    assert found.finding.verdict is Verdict.BAD


def test_checks_that_fail_here_and_there_by_turns_take_nothing_back():
    other = {at: "health: status 503" if at % 15 == 10 else None for at in range(0, 200, 5)}
    found = watched(lambda at: look([interval(at)], check="health: status 503", other=other[at]))
    assert found.finding.verdict is Verdict.HOLD


def test_failing_checks_take_nothing_back_while_both_suffer():
    suffering = {"users_failed": 30, "probes_failed": 8, "baseline_failed": 7}
    fails = {at: "status 503" if at > 5 else None for at in range(0, 200, 5)}
    found = watched(lambda at: look([interval(at, **(suffering if at < 15 else {}))], check=fails[at]))
    assert found.finding.verdict is Verdict.HOLD


def test_silence_is_neither_good_nor_bad_and_ends_unproven():
    found = watched(lambda at: look(NoData("nobody reports")))
    assert found.finding.verdict is Verdict.UNPROVEN
    assert "signals are missing" in found.finding.says


def test_a_source_that_goes_down_half_way_does_not_prove():
    found = watched(lambda at: look([interval(at)]) if at < 60 else look(NoData("down")))
    assert found.finding.verdict is Verdict.UNPROVEN


@pytest.mark.parametrize("intervals_of", [lambda at: [], lambda at: [Interval(at=at, baseline=25)]])
def test_a_source_that_goes_on_without_the_release_does_not_prove(intervals_of):
    def seen(at):
        return Observation(tuple([interval(at)] if at < 50 else intervals_of(at)), later(at + 5), None, None)

    found = watched(seen)
    assert found.finding.verdict is Verdict.UNPROVEN
    assert "signals are missing" in found.finding.says


def test_a_bad_start_that_is_over_takes_nothing_back():
    bad = {0: 10, 5: 11, 25: 1, 40: 2}
    assert watched(lambda at: look([interval(at, users_failed=bad.get(at, 0))])).finding.verdict is not Verdict.BAD


def test_too_few_requests_do_not_prove_it():
    found = watched(lambda at: look([Interval(at=at, users=1, probes=2, baseline=2)]))
    assert found.finding.verdict is Verdict.UNPROVEN
    assert "may have failed" in found.finding.says


@pytest.mark.slow
@given(st.integers(0, 2**32), st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_the_verdict_is_the_same_however_the_intervals_are_spread_over_looks(seed, sizes):
    random = Random(seed)
    share = random.choice((0.0, 0.02, 0.06, 0.2))
    intervals = [interval(at, users_failed=sum(random.random() < share for _ in range(100))) for at in range(0, 300, 5)]

    def by(size_of):
        evidence, found, at = Evidence(), None, 0
        while at < len(intervals):
            size = size_of()
            found = judge(CONTEXT, evidence, look(intervals[at : at + size]), later(60))
            evidence, at = found.evidence, at + size
            if found.finding.verdict is Verdict.BAD:
                break
        bad = found.finding.verdict is Verdict.BAD
        return (found.at, found.finding.says) if bad else found.evidence.counted

    turns = iter(sizes * 100)
    assert by(lambda: 1) == by(lambda: next(turns))


def test_a_look_that_is_lost_and_made_again_changes_nothing():
    once = judge(CONTEXT, Evidence(), look([interval(0, users_failed=9)]), later(5))
    again = judge(CONTEXT, once.evidence, look([interval(5, users_failed=9)]), later(10))
    assert judge(CONTEXT, once.evidence, look([interval(5, users_failed=9)]), later(10)) == again
    stored = Evidence.model_validate_json(once.evidence.model_dump_json())
    assert judge(CONTEXT, stored, look([interval(5, users_failed=9)]), later(10)) == again


def test_intervals_that_are_not_complete_wait():
    incomplete = Observation([interval(0), interval(5, users_failed=100)], later(7), None, None)
    found = judge(CONTEXT, Evidence(), incomplete, later(7))
    assert found.evidence.counted.judged == 5
    full = judge(CONTEXT, found.evidence, Observation([interval(5, users_failed=20)], later(10), None, None), later(10))
    assert full.evidence.counted.bad == 120


def test_post_switch_checks_are_spread_over_their_time():
    assert watched(always(), until=32).evidence.looks == 6


def test_the_evidence_stays_small():
    found = watched(always(users_failed=0), until=115)
    assert len(found.evidence.model_dump_json()) < 4000


def test_looks_are_further_apart_once_the_release_is_no_longer_fresh():
    watch = Watch(fresh=600, later=30, every=3)
    assert (seconds_to_next_look(watch, 599), seconds_to_next_look(watch, 600)) == (3, 30)


def test_the_environments_are_named_as_they_are():
    found = watched(always(users_failed=20), context=CONTEXT._replace(active=BLUE))
    assert found.finding.says.startswith("blue: ")
    assert "green, asked what probes ask" in found.finding.says


@pytest.mark.parametrize(
    "failed", [{"users_failed": 20}, {"users_failed": 20, "probes_failed": 5}, {"users_failed": 100}]
)
def test_what_users_meet_is_said_to_be_compared_with_what_probes_ask(failed):
    """The other environment was asked nothing of what users ask, and that it fails nowhere is said of probes only."""
    says = watched(always(**failed)).finding.says
    assert "blue, asked what probes ask: 0 of" in says
    assert "the same" not in says


def test_what_probes_meet_was_asked_of_both():
    found = watched(always(probes_failed=12))
    assert found.finding.verdict is Verdict.BAD
    assert "probes failed in" in found.finding.says
    assert "blue, asked the same: 0 of" in found.finding.says


def test_numbers_of_the_sentences_are_written_as_everywhere():
    found = watched(always(users=3000, users_failed=9), until=400)
    assert "216 of 72,000 requests failed" in found.finding.says


ROWS = st.tuples(st.integers(0, 400), st.sampled_from((0.0, 0.004, 0.006, 0.02, 0.5)), st.integers(0, 25))


@pytest.mark.slow
@given(st.lists(ROWS, min_size=36, max_size=36), st.integers(0, 2**32))
def test_no_release_is_proven_of_which_users_got_more_failures_than_is_tolerated(rows, seed):
    """Whatever its probes show, and whenever the failures come."""
    random = Random(seed)
    rows = [(users, sum(random.random() < share for _ in range(users)), probes) for users, share, probes in rows]

    def seen(at):
        users, failed, probes = rows[min(at // 5, len(rows) - 1)]
        return look([Interval(at, users=users, users_failed=failed, probes=probes, baseline=25)])

    found = watched(seen)
    counted = found.evidence.counted
    if found.finding.verdict is Verdict.GOOD:
        assert counted.bad <= 0.005 * counted.requests
        assert counted.requests >= 598


@pytest.mark.slow
@pytest.mark.parametrize("every", [1, 2, 20])
def test_few_users_of_whom_one_in_a_hundred_fails_prove_nothing(every):
    """From one in 5 s to one in 100 s: the fiftieth of a hundred fails, on a path that no probe asks for."""
    context = CONTEXT._replace(watch=Watch(bake=3600))
    asked = 0

    def seen(at):
        nonlocal asked
        users = int(at // 5 % every == 0)
        asked += users
        return look([Interval(at, users=users, users_failed=users * (asked % 100 == 50), probes=25, baseline=25)])

    assert watched(seen, until=4000, context=context).finding.verdict is Verdict.UNPROVEN
