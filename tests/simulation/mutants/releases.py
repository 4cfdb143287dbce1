"""Mistakes in how a release is made: claims, deployments, checks, the switch."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bluegreen.core import admission, pointing, progress
from bluegreen.core.config.service import Service
from bluegreen.core.inbound.nudges import nudge
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Deployment, Release
from bluegreen.entrypoints import rollback as rollback_call
from bluegreen.sources.pointer_branch import PointerBranchSource
from bluegreen.steps import checking, deploying, requested, switching, take_turn, turn
from bluegreen.steps.step import Step
from bluegreen.traffic import PublicAnswer
from bluegreen.traffic.router import RouterTraffic
from bluegreen.watch import missed_tags, refused_wake_ups, side_work
from bluegreen.watch import service as watch_service
from tests.simulation.engine.invocation import Unforeseen
from tests.simulation.mutants.mutation import Patch, mutant, waits_for_the_claim


@mutant
def claims_are_ignored() -> list[Patch]:
    return [(Release, "claimed_by_other", lambda self, owner, now: False)]


@mutant
def a_bug_in_a_look_freezes_its_release() -> list[Patch]:
    def fragile(step: Step, turn_: turn.Turn) -> Any:
        seen = observed(step, turn_)
        if turn_.bugs:
            raise Unforeseen(turn_.bugs[0])
        return seen

    observed = take_turn.observe
    return [(take_turn, "observe", fragile)]


@mutant
def a_bug_is_told_with_its_message() -> list[Patch]:
    return [(turn, "described", lambda error: f"a bug in Bluegreen: {error}")]


@mutant
def a_bug_is_told_at_every_look() -> list[Patch]:
    def forgetful(record: Record, *given: Any) -> Record:
        return told(record.model_copy(update={"bugs": ()}), *given)

    told = take_turn.queue_bugs
    return [(take_turn, "queue_bugs", forgetful)]


@mutant
def claims_do_not_allow_for_clocks_that_differ() -> list[Patch]:
    return [(turn, "_CLAIM_MARGIN", 5.0), (deploying, "_LOST_AFTER", timedelta(seconds=30))]


@mutant
def the_deployment_goes_before_its_intent() -> list[Patch]:
    def started(now: turn.Turn) -> deploying.DeploymentObservation:
        cloud, target = now.cloud, now.release.goes_to
        made = cloud.source.start(target, now.release.commit, now.release.digest)
        intent = Deployment(intended_at=cloud.clock.now())
        now.change("deployed", lambda record: record.with_release(deployment=intent))
        return deploying.DeploymentObservation(made.id, made.phase, None, "")

    return [(deploying, "_started", started)]


@mutant
def the_lost_answer_of_a_deployment_is_not_traced() -> list[Patch]:
    return [(PointerBranchSource, "trace", lambda self, environment, commit, digest, before: None)]


@mutant
def a_nudge_is_trusted_as_truth() -> list[Patch]:
    """Woken for the switch means: the checks have passed."""
    take = take_turn._take

    def trusting(step: Step, cloud: Any, version: Version | None, afterwards: Any) -> take_turn.TurnResult:
        version = version or cloud.journal.newest()
        release = version.record.release if version else None
        if version and release and step.phase is Phase.READY and release.phase is Phase.SMOKING:
            version = version.model_copy(update={"record": version.record.with_release(phase=Phase.READY)})
        return take(step, cloud, version, afterwards)

    def wake(cloud: Any, record: Record) -> None:
        release = record.release
        if release is not None and release.phase is Phase.SMOKING:
            cloud.clients.functions.wake("switch", nudge(record.service, release, Phase.READY, "x", cloud.clock.now()))
        turn_wake(cloud, record)

    turn_wake = take_turn.wake_next
    return [(take_turn, "_take", trusting), (take_turn, "wake_next", wake)]


@mutant
def a_duplicate_delivery_is_not_recognised() -> list[Patch]:
    return [
        (admission, "_nothing_new", lambda *given: None),
        (admission, "_note_delivery", lambda record, request: record),
    ]


@mutant
def a_rollback_waits_for_the_claim() -> list[Patch]:
    return [(rollback_call, "_place", waits_for_the_claim(rollback_call._place))]


@mutant
def a_stale_function_may_switch_after_a_rollback() -> list[Patch]:
    """Whoever loses an append writes its own record on top."""

    def catch_up(self: turn.Turn, newest: Version) -> Version:
        self.version = newest.model_copy(update={"record": self.record})
        return self.version

    return [(turn.Turn, "_catch_up", catch_up)]


@mutant
def the_phase_is_not_compared_after_a_lost_append() -> list[Patch]:
    return [(turn.Turn, "_is_ours", lambda self, record: True)]


@mutant
def the_bad_tag_is_not_quarantined() -> list[Patch]:
    settle = progress._settle_environments

    def forgetful(record: Record, release: Release) -> Record:
        return settle(record, release).model_copy(update={"quarantine": record.quarantine})

    return [
        (progress, "_settle_environments", forgetful),
        (admission, "_nothing_new", lambda *given: None),
    ]


@mutant
def the_queue_is_forgotten_at_rest() -> list[Patch]:
    begin_queued = progress.begin_queued

    def forgetful(record: Record, service: Service, now: datetime) -> Record:
        resting = record.past and record.past[0].at == now
        return begin_queued(record.model_copy(update={"queued": None}) if resting else record, service, now)

    return [(progress, "begin_queued", forgetful)]


@mutant
def smoke_checks_always_pass() -> list[Patch]:
    passed = Step(Phase.SMOKING, lambda turn: checking.CheckRounds(9, 0, ()), checking.judge)
    return _smoke(passed)


@mutant
def the_active_environment_is_the_target() -> list[Patch]:
    return [(requested, "target_of", lambda release, record: record.active), (requested, "_refused", _nothing_refused)]


@mutant
def the_watch_leaves_the_overdue_alone() -> list[Patch]:
    return [
        (watch_service, "wake_next", lambda cloud, record: None),
        (watch_service, "_NOBODY_CAME", timedelta(days=1)),
    ]


@mutant
def the_watch_does_not_take_the_turn_itself() -> list[Patch]:
    """Where there is a key, whatever the platform says to it."""

    def take_over(cloud: Any, release: Release) -> bool:
        followed = release.phase is Phase.READY or not cloud.clients.functions.can_wake
        return taking_over(cloud, release) if followed else False

    taking_over = watch_service._take_over
    return [(watch_service, "_take_over", take_over)]


@mutant
def the_watch_trusts_that_an_accepted_wake_up_comes() -> list[Patch]:
    return [(watch_service, "_NOBODY_CAME", timedelta(days=1))]


@mutant
def refused_wake_ups_are_told_at_every_look() -> list[Patch]:
    def forgetful(*given: Any) -> Any:
        outcome = refused(*given)
        return outcome._replace(record=outcome.record.model_copy(update={"wakes_refused": ""}))

    refused = refused_wake_ups._refused
    return [(refused_wake_ups, "_refused", forgetful)]


@mutant
def nobody_is_told_of_refused_wake_ups() -> list[Patch]:
    return [(refused_wake_ups, "tell", lambda cloud, version, refused: version)]


@mutant
def missed_tags_are_not_asked_for() -> list[Patch]:
    return [
        (side_work, "SIDE_WORK", tuple(work for work in side_work.SIDE_WORK if work.act is not missed_tags.take_up))
    ]


@mutant
def the_driver_always_says_followed() -> list[Patch]:
    return [(RouterTraffic, "verify", lambda self, environment, epoch, now: PublicAnswer(True, "it followed"))]


@mutant
def a_release_that_failed_counts_as_proven() -> list[Patch]:
    settle = progress._settle_environments

    def generous(record: Record, release: Release) -> Record:
        record = settle(record, release)
        return record.with_environment(release.target, proven=True) if release.target else record

    return [(progress, "_settle_environments", generous)]


@mutant
def the_epoch_does_not_go_up() -> list[Patch]:
    point_at = pointing.point_at

    def pointing_only(record: Record, environment: Any, now: datetime) -> Record:
        return point_at(record, environment, now).model_copy(update={"epoch": record.epoch})

    return [(pointing, "point_at", pointing_only)]


@mutant
def a_secret_is_written_down() -> list[Patch]:
    def moved(record: Record, now: datetime) -> Record:
        return was(record.with_release(reason="dop_v1_secret-of-the-simulation"), now)

    was = switching._moved
    return [(switching, "_moved", moved)]


@mutant
def the_gates_do_not_ask_again_what_is_active() -> list[Patch]:
    refused = requested._refused

    def lenient(*given: Any) -> str | None:
        says = refused(*given)
        return None if says and says.endswith("is active already") else says

    return [(requested, "_refused", lenient)]


@mutant
def a_refused_deployment_is_asked_for_again() -> list[Patch]:
    change = turn.Turn.change

    def forgetful(self: turn.Turn, why: str, to: Callable[[Record], Record]) -> None:
        change(self, why, lambda record: _unrefused(to(record)))

    return [(turn.Turn, "change", forgetful)]


def _unrefused(record: Record) -> Record:
    made = record.release.deployment if record.release else None
    return record.with_release(deployment=made.model_copy(update={"refused": ""})) if made else record


def _nothing_refused(record: Record, release: Release, seen: Any, service: Any) -> None:
    return None


def _smoke(step: Step) -> list[Patch]:
    return [
        (checking, "SMOKE", step),
        (watch_service, "_OTHERS", watch_service._OTHERS | {Phase.SMOKING: step}),
    ]
