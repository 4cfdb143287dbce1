"""The verdict on a release: worse than the one it replaced, or not its fault, or too little seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.judge import Judgement, NoData, Question, Seen, judge
from bluegreen.core.release import Evidence
from bluegreen.core.service import Thresholds, Watch
from bluegreen.core.table import Verdict
from bluegreen.core.telemetry import BUCKETS_MS, Block, Counts
from tests.build import BLUE, GREEN, NOW, later

WATCH = Watch(checks=10, over=60, bake=120, every=3)
QUESTION = Question(GREEN, NOW, WATCH, Thresholds())
FAST = (1,) + (0,) * len(BUCKETS_MS)


def counts(requests, failed=0, slow=0):
    return Counts(requests=requests, failed=failed, buckets=(requests - slow, *FAST[1:-1], slow))


def look(at, requests=20, failed=0, slow=0, others_failed=0, check=None, other=None, blocks=None):
    """One look `at` seconds after the switch: a block of users on green, 10 probes to either side."""
    probes = {GREEN: counts(10), BLUE: counts(10, others_failed)}
    block = Block(at=later(at - 1), seconds=1, users={GREEN: counts(requests, failed, slow)}, probes=probes)
    given_blocks = (block,) if blocks is None else blocks
    return Seen(given_blocks, later(at), check, other)


def watched(seen, evidence=None, until=180, every=3):
    """Looks every few seconds; `seen(at)` is what each look shows. The last judgement."""
    evidence, last = evidence or Evidence(), None
    for at in range(1, until, every):
        last = judge(QUESTION, evidence, seen(at), later(at))
        evidence = last.evidence
        if last.finding.verdict is not Verdict.WAIT:
            break
    return last


def test_a_clean_release_is_good_once_the_bake_is_over():
    found = watched(look)
    assert found.finding.verdict is Verdict.GOOD
    assert "10 of 10 checks passed, 0 of" in found.finding.says
    assert found.evidence.looks == 10


def test_it_is_not_good_before_the_bake_is_over():
    assert watched(look, until=118).finding.verdict is Verdict.WAIT


def test_a_fifth_of_the_requests_failing_takes_it_back_with_the_numbers():
    found = watched(lambda at: look(at, requests=100, failed=20))
    assert found.finding.verdict is Verdict.BAD
    assert found.finding.says == ("green: 20 of 100 requests failed (limit 5%); blue, asked the same: 0 of 10 failed")


def test_too_few_requests_decide_nothing():
    found = judge(QUESTION, Evidence(), look(10, requests=49, failed=49), later(10))
    assert found.finding.verdict is Verdict.WAIT


def test_exactly_the_limit_is_not_over_it():
    assert judge(QUESTION, Evidence(), look(10, requests=100, failed=5), later(10)).finding.verdict is Verdict.WAIT
    assert judge(QUESTION, Evidence(), look(10, requests=100, failed=6), later(10)).finding.verdict is Verdict.BAD


def test_slow_answers_take_it_back():
    found = judge(QUESTION, Evidence(), look(10, requests=100, slow=6), later(10))
    assert found.finding.verdict is Verdict.BAD
    assert "6 of 100 requests took over 2000 ms" in found.finding.says


def test_a_fault_that_the_other_environment_shows_too_is_held():
    found = judge(QUESTION, Evidence(), look(10, requests=100, failed=20, others_failed=2), later(10))
    assert found.finding.verdict is Verdict.HOLD
    assert "blue, asked the same: 2 of 10 failed" in found.finding.says


def test_requests_from_before_the_switch_do_not_count_against_it():
    before = Block(at=later(-5), seconds=1, users={GREEN: counts(100, 100)}, probes={})
    assert judge(QUESTION, Evidence(), look(3, blocks=(before,)), later(3)).finding.verdict is Verdict.WAIT


def test_three_failed_checks_in_a_row_take_it_back_where_the_other_passes():
    found = watched(lambda at: look(at, check="status 503"))
    assert found.finding.verdict is Verdict.BAD
    assert "failed 3 times in a row (status 503), while blue passes it" in found.finding.says
    assert found.evidence.failed_in_a_row == 3


def test_three_failed_checks_in_a_row_are_held_where_the_other_fails_too():
    found = watched(lambda at: look(at, check="status 503", other="status 503"))
    assert found.finding.verdict is Verdict.HOLD


def test_one_failed_check_between_good_ones_decides_nothing():
    found = watched(lambda at: look(at, check="a blip" if at == 31 else None))
    assert found.finding.verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "seen",
    [
        lambda at: Seen(NoData("no router reports"), None, None, None),
        lambda at: look(at, requests=0),
        lambda at: look(at, requests=0, blocks=()),
    ],
)
def test_silence_is_neither_good_nor_bad(seen):
    found = watched(seen, until=400)
    assert found.finding.verdict is Verdict.UNPROVEN
    assert "not proven" in found.finding.says


def test_a_source_that_breaks_late_does_not_prove():
    def seen(at):
        return look(at) if at < 60 else Seen(NoData("telemetry cannot be read"), None, None, None)

    assert watched(seen, until=400).finding.verdict is Verdict.UNPROVEN


def test_each_block_counts_once_however_often_it_is_seen():
    block = Block(at=later(1), seconds=1, users={GREEN: counts(20, 1)}, probes={})
    evidence = Evidence()
    for at in (3, 4, 5):
        evidence = judge(QUESTION, evidence, Seen((block,), later(2), None, None), later(at)).evidence
    assert (evidence.requests, evidence.bad) == (20, 1)


def test_the_checks_are_spread_over_their_time():
    evidence = watched(look, until=31).evidence
    assert evidence.looks == 5


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.booleans(), st.booleans()), max_size=30),
)
def test_whatever_is_seen_there_is_a_verdict_with_a_sentence(looks):
    evidence = Evidence()
    for number, (requests, failed, check, other) in enumerate(looks):
        at = 1 + 7 * number
        seen = look(at, requests, min(failed, requests), check="x" if check else None, other="x" if other else None)
        found = judge(QUESTION, evidence, seen, later(at))
        assert isinstance(found, Judgement)
        assert found.finding.says
        assert found.evidence.passed <= found.evidence.looks <= WATCH.checks
        evidence = found.evidence


def test_a_hold_that_outlasts_the_bake_ends_unproven():
    held = watched(lambda at: look(at, requests=100, failed=20, others_failed=2), until=2)
    late = judge(QUESTION, held.evidence, look(190, requests=100, failed=20, others_failed=2), later(190))
    assert late.finding.verdict is Verdict.UNPROVEN
