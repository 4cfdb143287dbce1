"""What a finding does to the record."""

import pytest

from bluegreen.core import progress
from bluegreen.core.config.options import Options
from bluegreen.core.environment import Status
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.judge.evidence import Evidence, RunningCounts
from bluegreen.core.notices import Channel, Tone
from bluegreen.core.phases import RESTING, Phase
from bluegreen.core.record import QueuedRelease
from bluegreen.core.release import Claim, Deployment
from bluegreen.core.table import TABLE
from tests.build import BLUE, GREEN, NOW, in_phase, later, service

SERVICE = service()


def after(record, verdict, says="because"):
    return progress.advance(record, Finding(verdict=verdict, says=says), SERVICE, "a test", later(1))


@pytest.mark.parametrize(
    "move", [r for r in TABLE if r.phase not in RESTING], ids=lambda r: f"{r.phase.value}-{r.verdict.value}"
)
def test_every_row_of_the_table_can_be_walked(move):
    record = after(in_phase(move.phase), move.verdict)
    if move.next in RESTING:
        assert record.release is None
        assert record.past[0].outcome is move.next
    else:
        assert record.release.phase is move.next


@pytest.mark.parametrize(
    "move", [r for r in TABLE if r.phase not in RESTING], ids=lambda r: f"{r.phase.value}-{r.verdict.value}"
)
def test_production_points_only_at_what_was_proven_or_active_before(move):
    record = after(in_phase(move.phase), move.verdict)
    assert record.on(record.active).may_serve
    assert record.on(record.active).status is Status.ACTIVE


@pytest.mark.parametrize(
    ("verdict", "proven", "unproven"), [(Verdict.GOOD, True, ""), (Verdict.UNPROVEN, False, "v1.3.0")]
)
def test_the_end_of_the_bake_says_whether_what_serves_is_proven_and_what_users_got(verdict, proven, unproven):
    counted = RunningCounts(requests=7200, bad=3)
    state = after(in_phase(Phase.WATCHING, evidence=Evidence(counted=counted)), verdict).on(GREEN)
    assert (state.proven, state.unproven, state.may_serve) == (proven, unproven, True)
    assert (state.in_bake.requests, state.in_bake.failed) == (7200, 3)
    assert bool(state.as_previous and state.as_previous.tag == "v1.3.0") is proven


def test_a_move_frees_the_claim_and_is_due_at_once():
    held = in_phase(Phase.CHECKING, claim=Claim(owner="x", until=later(60)))
    release = after(held, Verdict.GOOD).release
    assert release.claim is None
    assert release.wake_at == later(1)
    assert release.history[-1].says == "because"


def test_passing_the_smoke_checks_proves_the_environment():
    record = after(in_phase(Phase.SMOKING), Verdict.GOOD)
    assert record.on(GREEN).proven
    assert record.on(GREEN).status is Status.READY


def test_a_bad_release_is_quarantined_with_the_reason_and_its_environment_is_unfit():
    record = after(in_phase(Phase.WATCHING), Verdict.BAD, "41 of 203 failed")
    assert record.active is BLUE
    record = after(record, Verdict.GOOD, "followed")
    assert record.quarantine == {"v1.3.0": "41 of 203 failed"}
    assert record.on(GREEN).status is Status.UNFIT
    assert record.past[0].outcome is Phase.ROLLED_BACK


def test_a_deployment_that_ended_unsuccessfully_leaves_the_way_back_open():
    ended = Deployment(intended_at=NOW, id="dep-1", ended=True)
    record = after(in_phase(Phase.DEPLOYING, deployment=ended), Verdict.BAD)
    assert record.on(GREEN).status is Status.IDLE
    assert record.on(GREEN).proven
    assert record.on(GREEN).tag == "v1.1.0"


def test_a_deployment_nobody_knows_the_end_of_closes_the_way_back():
    open_end = Deployment(intended_at=NOW, id="dep-1")
    record = after(in_phase(Phase.DEPLOYING, deployment=open_end), Verdict.BAD)
    assert record.on(GREEN).status is Status.UNFIT
    assert not record.on(GREEN).proven


def test_the_queued_release_takes_the_place_of_one_that_came_to_rest():
    waiting = QueuedRelease(tag="v1.4.0", asked_at=NOW)
    record = in_phase(Phase.CHECKING).model_copy(update={"queued": waiting})
    record = after(record, Verdict.BAD)
    assert record.release.tag == "v1.4.0"
    assert record.release.id == "web-2"
    assert record.queued is None


def test_people_are_told_of_a_hold_once_however_often_it_comes_and_goes():
    held = after(in_phase(Phase.WATCHING), Verdict.HOLD)
    assert len(held.outbox) == 2
    assert held.outbox[0].tone is Tone.WARNING
    again = after(held, Verdict.HOLD)
    assert len(again.outbox) == 2
    recovered = after(again, Verdict.WAIT)
    assert len(after(recovered, Verdict.HOLD).outbox) == 2


def test_people_are_told_of_one_client_whose_requests_fail_once_and_how_to_go_back():
    held = after(in_phase(Phase.WATCHING), Verdict.ONE_CLIENT)
    notice = held.outbox[0]
    assert (notice.headline, notice.needs_person) == (
        "only one client's requests fail: holding, production stays",
        True,
    )
    assert notice.next_step.startswith("to go back: doctl serverless functions invoke rollback")
    assert after(held, Verdict.ONE_CLIENT).outbox == held.outbox
    told = [notice.headline for notice in after(held, Verdict.HOLD).outbox if notice.channel is Channel.SLACK]
    assert told[1].startswith("holding: nothing shows")


def test_a_notice_names_the_next_step():
    ready = after(in_phase(Phase.SMOKING, options=Options(auto_switch=False)), Verdict.GOOD)
    assert "invoke switch -p service:web" in ready.outbox[0].next_step
    live = after(in_phase(Phase.WATCHING), Verdict.GOOD)
    assert "invoke rollback -p service:web" in live.outbox[0].next_step


def test_the_ids_of_notices_never_coincide():
    record = in_phase(Phase.SMOKING)
    for verdict in (Verdict.GOOD, Verdict.GOOD, Verdict.GOOD, Verdict.BAD, Verdict.GOOD):
        record = after(record, verdict)
    ids = [notice.id for notice in record.outbox]
    assert len(ids) == len(set(ids))
