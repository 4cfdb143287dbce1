"""What follows for a member from where all of its set stand."""

import pytest

from bluegreen.core.finding import Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.release import Purpose, SetRelease
from bluegreen.core.sets.status import MemberState, MemberStatus
from bluegreen.core.sets.verdict import member_verdict
from bluegreen.steps import switching
from tests.build import NOW, in_phase, later, service

SET_RELEASE = SetRelease(id="shop/v1.3.0", name="shop", members=("api", "web", "admin"))
SETTLE = 20.0
SERVICE = service()


def at(*states):
    return [
        MemberStatus(name, state, f"{name} is {state.value}", NOW)
        for name, state in zip(SET_RELEASE.members, states, strict=True)
    ]


def verdict_of(me, *states, now=NOW):
    return member_verdict(me, at(*states), now, SETTLE).verdict


C, R, M, A, G, B, OUT = (
    MemberState.COMING,
    MemberState.READY,
    MemberState.MOVING,
    MemberState.ACROSS,
    MemberState.RETURNING,
    MemberState.BACK,
    MemberState.OUT,
)


@pytest.mark.parametrize("others", [(C, R), (R, C), (MemberState.HELD, R), (C, C)])
def test_nothing_is_switched_before_all_are_ready(others):
    assert verdict_of("api", R, *others) is Verdict.WAIT


PAUSED = MemberState.PAUSED


@pytest.mark.parametrize("states", [(PAUSED, R, R), (R, PAUSED, R), (R, R, PAUSED), (PAUSED, PAUSED, PAUSED)])
def test_one_that_is_paused_holds_all_before_any_has_switched(states):
    assert {verdict_of(me, *states) for me in SET_RELEASE.members} == {Verdict.WAIT}


def test_once_one_has_switched_a_pause_holds_nobody():
    assert verdict_of("web", A, PAUSED, R) is Verdict.GOOD
    assert verdict_of("web", A, R, PAUSED) is Verdict.GOOD
    assert verdict_of("web", M, PAUSED, R) is Verdict.WAIT  # in their order all the same
    assert verdict_of("admin", A, A, PAUSED) is Verdict.GOOD


@pytest.mark.parametrize("lost", [OUT, B, G])
def test_a_paused_one_stops_with_what_is_lost(lost):
    assert verdict_of("web", lost, PAUSED, R) is Verdict.STOP


def test_the_first_goes_when_all_are_ready_and_the_others_wait_for_it():
    assert verdict_of("api", R, R, R) is Verdict.GOOD
    assert verdict_of("web", R, R, R) is Verdict.WAIT
    assert verdict_of("admin", R, R, R) is Verdict.WAIT


def test_each_goes_when_those_before_it_have_followed():
    assert verdict_of("web", M, R, R) is Verdict.WAIT
    assert verdict_of("web", A, R, R) is Verdict.GOOD
    assert verdict_of("admin", A, M, R) is Verdict.WAIT
    assert verdict_of("admin", A, A, R) is Verdict.GOOD


@pytest.mark.parametrize("lost", [OUT, B, G])
@pytest.mark.parametrize("mine", [C, R, MemberState.HELD])
def test_one_that_is_lost_stops_those_that_have_not_switched(mine, lost):
    assert verdict_of("api", mine, lost, R) is Verdict.STOP
    assert verdict_of("admin", R, lost, mine) is Verdict.STOP


@pytest.mark.parametrize("mine", [M, A])
def test_one_that_is_lost_takes_back_those_that_have_switched_the_last_first(mine):
    assert verdict_of("admin", A, B, mine) is Verdict.BACK
    assert verdict_of("api", mine, B, A) is Verdict.WAIT
    assert verdict_of("api", mine, OUT, R) is Verdict.BACK
    assert verdict_of("api", mine, B, B) is Verdict.BACK


def test_a_way_back_that_is_not_proven_is_waited_for_only_so_long():
    assert verdict_of("api", A, G, B, now=later(SETTLE - 1)) is Verdict.WAIT
    assert verdict_of("api", A, G, B, now=later(SETTLE)) is Verdict.BACK


def test_one_that_cannot_go_back_is_not_waited_for():
    _, mine, last = at(B, A, A)
    assert member_verdict("web", [at(B, A, A)[0], mine, last._replace(stays=True)], NOW, SETTLE).verdict is Verdict.BACK


def test_one_whose_production_is_its_own_counts_as_switched_and_is_not_taken_back():
    assert verdict_of("web", MemberState.ALONE, R, R) is Verdict.GOOD
    assert verdict_of("web", B, A, MemberState.ALONE) is Verdict.BACK
    assert verdict_of("admin", B, A, MemberState.ALONE) is Verdict.WAIT


@pytest.mark.parametrize(("mine", "verdict"), [(R, Verdict.STOP), (MemberState.HELD, Verdict.STOP), (C, Verdict.WAIT)])
def test_one_that_never_will_be_given_the_tag_ends_the_set_once_another_is_ready(mine, verdict):
    assert verdict_of("api", mine, MemberState.ABSENT, R) is verdict


def test_what_is_over_is_left_alone():
    assert verdict_of("web", B, B, OUT) is Verdict.WAIT
    assert verdict_of("web", A, A, A) is Verdict.WAIT


def test_production_is_not_moved_any_more_once_another_of_the_set_is_lost():
    record = in_phase(Phase.SWITCHING, purpose=Purpose(part_of=SET_RELEASE))
    lost = member_verdict("web", at(B, M, R), NOW, SETTLE)
    finding = switching.switching_judge(record, lost, SERVICE, NOW).finding
    assert finding.verdict is Verdict.BACK
    assert finding.says == "api is back"
