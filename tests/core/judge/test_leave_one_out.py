"""An alarm needs failures of several clients or on several paths, or of probes."""

from itertools import count

import pytest

from bluegreen.core.finding import Verdict
from bluegreen.core.judge.client_paths import KEPT, ClientPath, heaviest
from bluegreen.core.judge.evidence import Evidence, Interval, PreSwitch, RunningCounts
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.verdict import judge
from tests.build import later
from tests.core.judge.test_hard_limits import LIMITS
from tests.core.judge.test_verdict import CONTEXT, interval, look

ONE = ClientPath(7, 8)
ISSUE = {"users": 195, "users_failed": 8}  # twenty good users, and one client that asks a failing URL all the time


def verdicts(seen, until=240):
    """The judgement of each look, a look every five seconds, until it is final."""
    evidence, found = Evidence(), []
    for at in range(0, until, 5):
        found.append(judge(CONTEXT, evidence, look([seen(at)]), later(at + 5)))
        evidence = found[-1].evidence
        if found[-1].finding.verdict in (Verdict.BAD, Verdict.GOOD, Verdict.UNPROVEN):
            break
    return found


def kinds(found):
    return [judgement.finding.verdict for judgement in found]


def of_many():
    """Another client or path each time."""
    keys = count()
    return lambda failed: tuple(ClientPath(next(keys), 1) for _ in range(min(failed, KEPT)))


def test_one_client_on_one_path_convicts_nobody():
    found = verdicts(lambda at: interval(at, **ISSUE, client_paths=(ONE,)))
    assert Verdict.BAD not in kinds(found)
    assert kinds(found)[-1] is Verdict.UNPROVEN
    assert "280 of 6,825 requests failed in 3 min, all of one client on one path" in found[-2].finding.says


def test_without_a_word_about_clients_it_convicts_as_before():
    assert kinds(verdicts(lambda at: interval(at, **ISSUE)))[-1] is Verdict.BAD


def test_many_clients_convict_as_fast_as_where_nothing_is_known_of_clients():
    told = of_many()
    many = verdicts(lambda at: interval(at, **ISSUE, client_paths=told(8)))
    unknown = verdicts(lambda at: interval(at, **ISSUE))
    assert (many[-1].finding, many[-1].at) == (unknown[-1].finding, unknown[-1].at)
    assert many[-1].finding.verdict is Verdict.BAD


def test_one_client_on_three_paths_convicts():
    three = (ClientPath(1, 3), ClientPath(2, 3), ClientPath(3, 2))
    found = verdicts(lambda at: interval(at, **ISSUE, client_paths=three))
    assert (kinds(found)[-1], Verdict.ONE_CLIENT in kinds(found), found[-1].at) == (Verdict.BAD, False, later(65))


def test_two_of_the_same_weight_convict():
    found = verdicts(lambda at: interval(at, **ISSUE, client_paths=(ClientPath(1, 4), ClientPath(2, 4))))
    assert (kinds(found)[-1], Verdict.ONE_CLIENT in kinds(found)) == (Verdict.BAD, False)


def test_one_client_however_often_it_asks_convicts_nobody():
    flood = {"users": 600, "users_failed": 500}
    found = verdicts(lambda at: interval(at, **flood, client_paths=(ClientPath(7, 500),)))
    assert Verdict.BAD not in kinds(found)


def test_probes_that_fail_too_convict():
    found = verdicts(lambda at: interval(at, users=40, users_failed=40, probes_failed=25, client_paths=(ONE,)))
    assert (kinds(found)[-1], found[-1].at) == (Verdict.BAD, later(10))
    found = verdicts(lambda at: interval(at, **ISSUE, probes_failed=5, client_paths=(ONE,)))
    assert kinds(found)[-1] is Verdict.BAD
    assert found[-1].at <= later(40)


def test_a_real_fault_beside_the_one_client_is_found_all_the_same():
    told = of_many()

    def seen(at):
        if at < 90:
            return interval(at, **ISSUE, client_paths=(ONE,))
        return interval(at, users=195, users_failed=28, probes_failed=3, client_paths=(ONE, *told(3)))

    found = verdicts(seen)
    assert Verdict.ONE_CLIENT in kinds(found)
    assert (kinds(found)[-1], found[-1].at <= later(140)) == (Verdict.BAD, True)


def test_what_one_client_has_left_behind_convicts_nobody_later():
    """Its evidence is there still when it has gone, and a few others fail as they always do."""

    def seen(at):
        if at < 60:
            return interval(at, **ISSUE, client_paths=(ONE,))
        return interval(at, users_failed=1 if at % 20 == 0 else 0, client_paths=(ClientPath(at, 1),))

    assert Verdict.BAD not in kinds(verdicts(seen))


def test_what_one_client_has_left_behind_is_no_evidence_against_others():
    """Four failures in three hundred, for 20 s: too few to convict by themselves."""
    others = {"users": 300, "users_failed": 4, "probes": 25, "baseline": 300}

    def seen(at):
        if at < 60:
            return interval(at, **ISSUE, client_paths=(ONE,))
        return interval(at, **(others if at < 80 else {}), client_paths=())

    alone = verdicts(lambda at: interval(at, **(others if 60 <= at < 80 else {})))
    assert Verdict.BAD not in kinds(alone)
    assert Verdict.BAD not in kinds(verdicts(seen))


def test_a_second_client_that_begins_when_the_first_has_gone_convicts_nobody():
    def seen(at):
        key = 7 if at < 60 else 8
        return interval(at, **ISSUE, client_paths=(ClientPath(key, 8),)) if at < 40 or at >= 80 else interval(at)

    found = kinds(verdicts(seen))
    assert Verdict.BAD not in found
    assert found.count(Verdict.ONE_CLIENT) > 10


def test_it_is_not_told_before_it_has_lasted():
    assert kinds(verdicts(lambda at: interval(at, **ISSUE, client_paths=(ONE,))))[:11] == [
        *[Verdict.WAIT] * 10,
        Verdict.ONE_CLIENT,
    ]


def test_it_is_one_hold_although_the_client_asks_now_and_then():
    found = kinds(
        verdicts(
            lambda at: interval(at, **ISSUE, client_paths=(ONE,)) if at < 70 or at % 30 == 0 else interval(at), 120
        )
    )
    first = found.index(Verdict.ONE_CLIENT)
    assert set(found[first:]) == {Verdict.ONE_CLIENT}


def test_enough_good_answers_prove_it_in_spite_of_the_one_client():
    def seen(at):
        return interval(at, users=195 if at < 20 else 10_000, users_failed=8 if at < 40 else 0, client_paths=(ONE,))

    assert kinds(verdicts(seen))[-1] is Verdict.GOOD


def test_where_the_other_environment_was_not_asked_one_client_convicts_nobody_either():
    found = verdicts(lambda at: Interval(at, users=195, users_failed=8, client_paths=(ONE,)))
    assert Verdict.BAD not in kinds(found)


def test_more_failures_of_one_client_than_failed_is_no_more_than_all():
    """What a router tells is not believed beyond its own count."""
    told = Interval(0, users=10, users_failed=2, client_paths=(ClientPath(7, 900), ClientPath(8, 1)))
    assert told.without(7) == Interval(0, users=8, users_failed=0, client_paths=(ClientPath(8, 1),))
    assert told.without(9) is told


def test_two_routers_give_one_client_the_same_number():
    here = Interval(0, users=5, users_failed=2, client_paths=(ClientPath(7, 2),))
    there = Interval(0, users=5, users_failed=3, client_paths=(ClientPath(9, 1), ClientPath(7, 2)))
    assert here.plus(there) == Interval(0, users=10, users_failed=5, client_paths=(ClientPath(7, 4), ClientPath(9, 1)))
    assert len(heaviest(ClientPath(key, 1) for key in range(100))) == KEPT


@pytest.mark.parametrize("looks", [1, 3, 18])
def test_the_verdict_does_not_depend_on_how_intervals_are_spread_over_looks(looks):
    told = of_many()
    seen = [interval(at, **ISSUE, client_paths=(ONE, *told(1))) for at in range(0, 90, 5)]
    counts, size = RunningCounts(before=PreSwitch(users=1000)), len(seen) // looks
    for begin in range(0, len(seen), size):
        found = extended(counts, seen[begin : begin + size], 90, LIMITS)
        counts = RunningCounts.model_validate_json(found.counts.model_dump_json())
        assert counts == found.counts
    whole = extended(RunningCounts(before=PreSwitch(users=1000)), seen, 90, LIMITS)
    assert found.counts == whole.counts
    assert (whole.alarm, bool(counts.left_out), counts.withheld.key) == (None, True, 7)
