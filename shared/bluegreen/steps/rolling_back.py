"""Rolling back: production was pointed back by one appended version; here that is carried out and proven."""

from datetime import datetime

from bluegreen.core.config.service import Service
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.steps import native_rollback, production
from bluegreen.steps.native_rollback import NativeRollbackProgress
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.turn import Turn
from bluegreen.traffic import PublicAnswer


def look(turn: Turn) -> PublicAnswer | NativeRollbackProgress:
    if turn.release.native is not None:
        return native_rollback.look(turn, turn.release.native)
    production.send_traffic(turn.cloud, turn.record)
    return production.verify_traffic(turn)


def judge(record: Record, seen: PublicAnswer | NativeRollbackProgress, service: Service, now: datetime) -> StepResult:
    if isinstance(seen, NativeRollbackProgress) and record.in_flight.native is not None:
        return native_rollback.judge(record, record.in_flight.native, seen, now)
    if not isinstance(seen, PublicAnswer):
        return StepResult(record, Finding(verdict=Verdict.WAIT, says="looked at once more", again_in=2))
    verdict = Verdict.GOOD if seen.followed else Verdict.WAIT
    record = production.with_idle_kept_free(record, seen, now)
    return StepResult(record, Finding(verdict=verdict, says=seen.says, again_in=2))


STEP = Step(Phase.ROLLING_BACK, look, judge)
