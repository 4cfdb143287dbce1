"""Mistakes in how a release is made: claims, deployments, checks, the switch."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bluegreen.core import admission, progress
from bluegreen.core.inbound.webhooks import nudge
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Deployment, Release
from bluegreen.entrypoints import checks as checks_call
from bluegreen.entrypoints import ops_watch as watch_call
from bluegreen.entrypoints import rollback as rollback_call
from bluegreen.sources.pointer_branch import PointerBranchSource
from bluegreen.steps import checking, deploying, requested, step, switching, turn
from bluegreen.traffic import Seen
from bluegreen.traffic.router import RouterTraffic
from bluegreen.watch import missed_tags
from tests.simulation.engine import functions, run
from tests.simulation.mutants.mutation import Patch, mutant, waits_for_the_claim


@mutant
def claims_are_ignored() -> list[Patch]:
    return [(Release, "claimed_by_other", lambda self, owner, now: False)]


@mutant
def claims_do_not_allow_for_clocks_that_differ() -> list[Patch]:
    return [(turn, "_CLAIM_MARGIN", 5.0), (deploying, "_LOST_AFTER", timedelta(seconds=30))]


@mutant
def the_deployment_goes_before_its_intent() -> list[Patch]:
    def started(now: step.Turn) -> deploying.Seen:
        cloud, target = now.cloud, now.release.goes_to
        made = cloud.source.start(target, now.release.commit, now.release.digest)
        intent = Deployment(intended_at=cloud.clock.now())
        now.change("deployed", lambda record: record.now_at(deployment=intent))
        return deploying.Seen(made.id, made.phase, None, "")

    return [(deploying, "_started", started)]


@mutant
def the_lost_answer_of_a_deployment_is_not_traced() -> list[Patch]:
    return [(PointerBranchSource, "trace", lambda self, environment, commit, digest, before: None)]


@mutant
def a_nudge_is_trusted_as_truth() -> list[Patch]:
    """Woken for the switch means: the checks have passed."""
    take = turn.take

    def trusting(step: turn.Step, cloud: Any, version: Version | None = None, **given: Any) -> turn.Done:
        version = version or cloud.journal.newest()
        release = version.record.release if version else None
        if version and release and step.phase is Phase.READY and release.phase is Phase.SMOKING:
            version = version.model_copy(update={"record": version.record.now_at(phase=Phase.READY)})
        return take(step, cloud, version=version, **given)

    def wake(cloud: Any, record: Record) -> None:
        release = record.release
        if release is not None and release.phase is Phase.SMOKING:
            cloud.functions.wake("switch", nudge(record.service, release, Phase.READY, "x", cloud.clock.now()))
        turn_wake(cloud, record)

    turn_wake = turn.wake_next
    return [(turn, "take", trusting), (turn, "wake_next", wake)]


@mutant
def a_duplicate_delivery_is_not_recognised() -> list[Patch]:
    return [(admission, "_known", lambda record, order: None), (admission, "_delivered", lambda record, order: record)]


@mutant
def a_rollback_waits_for_the_claim() -> list[Patch]:
    return [(rollback_call, "_place", waits_for_the_claim(rollback_call._place))]


@mutant
def a_stale_function_may_switch_after_a_rollback() -> list[Patch]:
    """Whoever loses an append writes its own record on top."""

    def catch_up(self: step.Turn) -> None:
        newest = self.cloud.journal.newest()
        assert newest is not None
        self.version = newest.model_copy(update={"record": self.record})

    return [(step.Turn, "_catch_up", catch_up)]


@mutant
def the_phase_is_not_compared_after_a_lost_append() -> list[Patch]:
    return [(step.Turn, "_same", lambda self, found, record: True)]


@mutant
def the_bad_tag_is_not_quarantined() -> list[Patch]:
    left_behind = progress._left_behind

    def forgetful(record: Record, release: Release) -> Record:
        return left_behind(record, release).model_copy(update={"quarantine": record.quarantine})

    return [(progress, "_left_behind", forgetful), (admission, "_known", lambda record, order: None)]


@mutant
def the_queue_is_forgotten_at_rest() -> list[Patch]:
    promote = progress.promote

    def forgetful(record: Record, service: Any, now: datetime) -> Record:
        resting = record.past and record.past[0].at == now
        return promote(record.model_copy(update={"queued": None}) if resting else record, service, now)

    return [(progress, "promote", forgetful)]


@mutant
def smoke_checks_always_pass() -> list[Patch]:
    passed = turn.Step(Phase.SMOKING, lambda turn: checking.Run(9, 0, ()), checking.smoke_judge)
    return _smoke(passed)


@mutant
def the_active_environment_is_the_target() -> list[Patch]:
    return [(requested, "target_of", lambda release, record: record.active), (requested, "_refused", _nothing_refused)]


@mutant
def the_watch_does_not_wake_the_overdue() -> list[Patch]:
    return [(watch_call, "wake_next", lambda cloud, record: None)]


@mutant
def missed_tags_are_not_asked_for() -> list[Patch]:
    return [(missed_tags, "due", lambda cloud, now: False)]


@mutant
def the_driver_always_says_followed() -> list[Patch]:
    return [(RouterTraffic, "verify", lambda self, environment, epoch, now: Seen(True, "it followed"))]


@mutant
def a_release_that_failed_counts_as_proven() -> list[Patch]:
    left_behind = progress._left_behind

    def generous(record: Record, release: Release) -> Record:
        record = left_behind(record, release)
        return record.stand(release.target, proven=True) if release.target else record

    return [(progress, "_left_behind", generous)]


@mutant
def the_epoch_does_not_go_up() -> list[Patch]:
    point = progress.point

    def pointing(record: Record, to: Any, now: datetime) -> Record:
        return point(record, to, now).model_copy(update={"epoch": record.epoch})

    return [(progress, "point", pointing)]


@mutant
def a_secret_is_written_down() -> list[Patch]:
    def moved(record: Record, now: datetime) -> Record:
        return was(record.now_at(reason="dop_v1_secret-of-the-simulation"), now)

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
    change = step.Turn.change

    def forgetful(self: step.Turn, why: str, to: Callable[[Record], Record]) -> None:
        change(self, why, lambda record: _unrefused(to(record)))

    return [(step.Turn, "change", forgetful)]


def _unrefused(record: Record) -> Record:
    made = record.release.deployment if record.release else None
    return record.now_at(deployment=made.model_copy(update={"refused": ""})) if made else record


def _nothing_refused(record: Record, release: Release, seen: Any, service: Any) -> None:
    return None


def _smoke(step: turn.Step) -> list[Patch]:
    call = checks_call.SMOKE._replace(run=lambda visit: checks_call._run(step, visit))
    return [
        (checking, "SMOKE", step),
        (watch_call, "_OTHERS", watch_call._OTHERS | {Phase.SMOKING: step}),
        (functions, "FUNCTIONS", functions.FUNCTIONS | {"checks/smoke": call}),
        (run, "FUNCTIONS", functions.FUNCTIONS | {"checks/smoke": call}),
    ]
