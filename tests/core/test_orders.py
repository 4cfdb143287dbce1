"""What people may ask of a release, and what becomes of it."""

import pytest

from bluegreen.core import admission, orders
from bluegreen.core.environment import Status
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.release import IN_WORDS, Deployment
from tests.build import BLUE, GREEN, NOW, first, in_phase, later, release_request, service

SERVICE = service()


@pytest.mark.parametrize("phase", [Phase.REQUESTED, Phase.DEPLOYING, Phase.CHECKING, Phase.SMOKING])
def test_a_switch_before_ready_is_refused_and_says_where_the_release_is(phase):
    outcome = orders.switch(in_phase(phase), SERVICE, NOW)
    assert not outcome.ok
    assert f"{IN_WORDS[phase]}, and is not ready yet: nothing was switched" in outcome.says


def test_a_switch_without_a_release_is_refused():
    assert not orders.switch(first(), SERVICE, NOW).ok


def test_a_person_may_switch_what_is_ready():
    from bluegreen.core.config.options import Options

    waiting = in_phase(Phase.READY, options=Options(auto_switch=False))
    assert orders.switch(waiting, SERVICE, NOW).record.release.go


@pytest.mark.parametrize("phase", sorted(BEFORE_SWITCH, key=lambda p: p.value))
def test_anything_before_the_switch_can_be_aborted(phase):
    outcome = orders.abort(in_phase(phase), SERVICE, "a person", NOW)
    assert outcome.ok
    assert outcome.record.release is None
    assert outcome.record.past[0].outcome is Phase.ABORTED
    assert outcome.record.active is BLUE


def test_what_serves_production_cannot_be_aborted():
    assert not orders.abort(in_phase(Phase.WATCHING), SERVICE, "a person", NOW).ok


@pytest.mark.parametrize("phase", [Phase.WATCHING, Phase.SWITCHING])
def test_a_rollback_points_production_back_and_raises_the_epoch(phase):
    record = in_phase(phase)
    if phase is Phase.SWITCHING:
        record = record.with_release(previous=BLUE, switched_at=NOW).model_copy(update={"active": GREEN, "epoch": 1})
    outcome = orders.rollback(record, SERVICE, "a person", NOW)
    assert outcome.ok
    assert outcome.record.active is BLUE
    assert outcome.record.epoch == record.epoch + 1
    assert outcome.record.on(GREEN).status is Status.UNFIT
    assert outcome.record.release.phase is Phase.ROLLING_BACK


def test_a_rollback_asked_for_twice_happens_once():
    once = orders.rollback(in_phase(Phase.WATCHING), SERVICE, "a person", NOW).record
    again = orders.rollback(once, SERVICE, "a person", later(1))
    assert again.ok
    assert again.record == once


def test_a_claim_does_not_keep_a_rollback_waiting():
    from bluegreen.core.release import Claim

    held = in_phase(Phase.WATCHING, claim=Claim(owner="watch", until=later(60)))
    assert orders.rollback(held, SERVICE, "a person", NOW).record.release.claim is None


def test_a_live_release_can_be_taken_back():
    outcome = orders.rollback(first(), SERVICE, "a person", NOW)
    assert outcome.ok
    assert outcome.record.active is GREEN
    assert "going back from v1.2.0 to v1.1.0 on green" in outcome.says


def test_there_is_nothing_to_go_back_to_where_the_idle_environment_is_not_proven():
    record = first().with_environment(GREEN, status=Status.UNFIT, proven=False, tag="v1.3.0")
    outcome = orders.rollback(record, SERVICE, "a person", NOW)
    assert not outcome.ok
    assert "green holds v1.3.0, which is unfit to serve" in outcome.says
    assert outcome.record == record


def test_a_rollback_aborts_a_release_that_has_not_touched_the_idle_environment():
    outcome = orders.rollback(in_phase(Phase.REQUESTED), SERVICE, "a person", NOW)
    assert outcome.record.active is GREEN
    assert outcome.record.past[0].outcome is Phase.ABORTED
    assert outcome.record.release.tag == "v1.2.0"


def test_a_rollback_onto_an_environment_that_is_being_deployed_to_needs_that_stopped_first():
    record = in_phase(Phase.DEPLOYING, deployment=Deployment(intended_at=NOW, id="dep-1"))
    assert not orders.rollback(record, SERVICE, "a person", NOW).ok
    outcome = orders.rollback(record, SERVICE, "a person", NOW, cancelled=True)
    assert outcome.record.active is GREEN
    assert outcome.record.on(GREEN).tag == "v1.1.0"


def test_a_queued_tag_outlives_a_rollback():
    record = admission.admit(in_phase(Phase.REQUESTED), SERVICE, release_request("v1.4.0"), NOW).record
    assert orders.rollback(record, SERVICE, "a person", NOW).record.queued.tag == "v1.4.0"
