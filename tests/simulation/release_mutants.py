"""Mistakes in how a release is made: claims, deployments, the switch, notices. A list, one entry a mistake."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bluegreen.core import admission, pointing, progress
from bluegreen.core import outbox as core_outbox
from bluegreen.core.inbound.nudges import nudge
from bluegreen.core.notices import Notice
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Deployment, Release
from bluegreen.entrypoints import rollback as rollback_call
from bluegreen.notify.github import GitHubNotifier
from bluegreen.sources.pointer_branch import PointerBranchSource
from bluegreen.steps import checking, deploying, outbox, requested, switching, take_turn, turn
from bluegreen.steps.step import Step
from bluegreen.traffic import PublicAnswer
from bluegreen.traffic.router import RouterTraffic
from bluegreen.watch import service as watch_service
from tests.simulation.mutation import Change, mutant, waits_for_the_claim


@mutant
def claims_are_ignored() -> list[Change]:
    return [(Release, "claimed_by_other", lambda self, owner, now: False)]


@mutant
def claims_do_not_allow_for_clocks_that_differ() -> list[Change]:
    return [(turn, "_CLAIM_MARGIN", 5.0), (deploying, "_LOST_AFTER", timedelta(seconds=30))]


@mutant
def the_deployment_goes_before_its_intent() -> list[Change]:
    def started(now: turn.Turn) -> deploying.DeploymentObservation:
        cloud, target = now.cloud, now.release.goes_to
        made = cloud.source.start(target, now.release.commit, now.release.digest)
        intent = Deployment(intended_at=cloud.clock.now())
        now.change("deployed", lambda record: record.with_release(deployment=intent))
        return deploying.DeploymentObservation(made.id, made.phase, None, "")

    return [(deploying, "_started", started)]


@mutant
def the_lost_answer_of_a_deployment_is_not_traced() -> list[Change]:
    return [(PointerBranchSource, "trace", lambda self, environment, commit, digest, before: None)]


@mutant
def a_nudge_is_trusted_as_truth() -> list[Change]:
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
def a_duplicate_delivery_is_not_recognised() -> list[Change]:
    return [
        (admission, "_nothing_new", lambda record, request: None),
        (admission, "_note_delivery", lambda record, request: record),
    ]


@mutant
def a_rollback_waits_for_the_claim() -> list[Change]:
    return [(rollback_call, "_place", waits_for_the_claim(rollback_call._place))]


@mutant
def a_stale_function_may_switch_after_a_rollback() -> list[Change]:
    """Whoever loses an append writes its own record on top."""

    def catch_up(self: turn.Turn, newest: Version) -> Version:
        self.version = newest.model_copy(update={"record": self.record})
        return self.version

    return [(turn.Turn, "_catch_up", catch_up)]


@mutant
def the_phase_is_not_compared_after_a_lost_append() -> list[Change]:
    return [(turn.Turn, "_is_ours", lambda self, record: True)]


@mutant
def the_bad_tag_is_not_quarantined() -> list[Change]:
    settle = progress._settle_environments

    def forgetful(record: Record, release: Release) -> Record:
        return settle(record, release).model_copy(update={"quarantine": record.quarantine})

    return [(progress, "_settle_environments", forgetful), (admission, "_nothing_new", lambda record, request: None)]


@mutant
def the_queue_is_forgotten_at_rest() -> list[Change]:
    begin_queued = progress.begin_queued

    def forgetful(record: Record, now: datetime) -> Record:
        resting = record.past and record.past[0].at == now
        return begin_queued(record.model_copy(update={"queued": None}) if resting else record, now)

    return [(progress, "begin_queued", forgetful)]


@mutant
def notices_are_not_kept_until_they_are_delivered() -> list[Change]:
    def deliver(cloud: Any, version: Version, notices: Any) -> Version:
        notices = tuple(notices)
        done = {notice.id for notice in notices}
        version = outbox._forget(cloud, version, done, set())
        for notice in notices:
            if notice.channel in cloud.notifiers:
                outbox._send(cloud, notice)
        return version

    return [(outbox, "deliver", deliver)]


@mutant
def notices_stay_after_they_were_delivered() -> list[Change]:
    return [(outbox, "_forget", lambda cloud, version, done, tried: version)]


@mutant
def two_notices_share_an_id() -> list[Change]:
    queue_notice = core_outbox.queue_notice

    def queueing(record: Record, *given: Any, release: Release | None = None, **more: Any) -> Record:
        queued = queue_notice(record, *given, release=release, **more)
        if release is None:
            return queued
        fresh = len(queued.outbox) - len(record.outbox)
        named = tuple(
            notice.model_copy(update={"id": f"{release.id}/{release.phase.name}/{notice.channel.value}"})
            for notice in queued.outbox[-fresh:]
        )
        return queued.model_copy(update={"outbox": (*queued.outbox[:-fresh], *named)})

    return [(core_outbox, "queue_notice", queueing)]


@mutant
def smoke_checks_always_pass() -> list[Change]:
    passed = Step(Phase.SMOKING, lambda turn: checking.CheckRounds(9, 0, ()), checking.smoke_judge)
    return _smoke(passed)


@mutant
def the_active_environment_is_the_target() -> list[Change]:
    return [(requested, "target_of", lambda release, record: record.active), (requested, "_refused", _nothing_refused)]


@mutant
def the_watch_does_not_wake_the_overdue() -> list[Change]:
    return [(watch_service, "wake_next", lambda cloud, record: None)]


@mutant
def missed_tags_are_not_asked_for() -> list[Change]:
    return [(watch_service, "SIDE_WORK", watch_service.SIDE_WORK[1:])]


@mutant
def the_driver_always_says_followed() -> list[Change]:
    return [(RouterTraffic, "verify", lambda self, environment, epoch, now: PublicAnswer(True, "it followed"))]


@mutant
def a_release_that_failed_counts_as_proven() -> list[Change]:
    settle = progress._settle_environments

    def generous(record: Record, release: Release) -> Record:
        record = settle(record, release)
        return record.with_environment(release.target, proven=True) if release.target else record

    return [(progress, "_settle_environments", generous)]


@mutant
def the_epoch_does_not_go_up() -> list[Change]:
    point_at = pointing.point_at

    def pointing_only(record: Record, environment: Any, now: datetime) -> Record:
        return point_at(record, environment, now).model_copy(update={"epoch": record.epoch})

    return [(pointing, "point_at", pointing_only)]


@mutant
def a_secret_is_written_down() -> list[Change]:
    def moved(record: Record, now: datetime) -> Record:
        return was(record.with_release(reason="dop_v1_secret-of-the-simulation"), now)

    was = switching._moved
    return [(switching, "_moved", moved)]


@mutant
def the_gates_do_not_ask_again_what_is_active() -> list[Change]:
    refused = requested._refused

    def lenient(*given: Any) -> str | None:
        says = refused(*given)
        return None if says and says.endswith("is active already") else says

    return [(requested, "_refused", lenient)]


@mutant
def githubs_page_is_looked_up_by_commit() -> list[Change]:
    """A release that was adopted has no commit to be found by."""

    def by_commit(self: GitHubNotifier, notice: Notice) -> int:
        repository, ref, where = self.service.repository, notice.commit or notice.tag, self.settings.environment
        payload = {"bluegreen": notice.release, "tag": notice.tag}
        found = self.github.deployment(repository, where, payload) if notice.commit else None
        return found or self.github.create_deployment(repository, ref, where, payload, notice.tag)

    return [(GitHubNotifier, "_deployment", by_commit)]


@mutant
def a_refused_deployment_is_asked_for_again() -> list[Change]:
    change = turn.Turn.change

    def forgetful(self: turn.Turn, why: str, to: Callable[[Record], Record]) -> None:
        change(self, why, lambda record: _unrefused(to(record)))

    return [(turn.Turn, "change", forgetful)]


def _unrefused(record: Record) -> Record:
    made = record.release.deployment if record.release else None
    return record.with_release(deployment=made.model_copy(update={"refused": ""})) if made else record


def _nothing_refused(record: Record, release: Release, seen: Any, service: Any) -> None:
    return None


def _smoke(step: Step) -> list[Change]:
    return [
        (checking, "SMOKE", step),
        (watch_service, "_OTHERS", watch_service._OTHERS | {Phase.SMOKING: step}),
    ]
