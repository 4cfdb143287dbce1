"""Rolling back: production was pointed back by one appended version; here that is carried out and proven."""

from datetime import datetime

from bluegreen.core.config.service import Service
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.steps import native_rollback
from bluegreen.steps.native_rollback import Progress
from bluegreen.steps.pointing import point
from bluegreen.steps.step import Ruling, Step, Turn
from bluegreen.steps.switching import left, settled
from bluegreen.traffic import Seen


def look(turn: Turn) -> Seen | Progress:
    if turn.release.native is not None:
        return native_rollback.look(turn, turn.release.native)
    point(turn.cloud, turn.record)
    return settled(turn, turn.record.active)


def judge(record: Record, seen: Seen | Progress, service: Service, now: datetime) -> Ruling:
    if isinstance(seen, Progress) and record.in_flight.native is not None:
        return native_rollback.judge(record, record.in_flight.native, seen, now)
    if not isinstance(seen, Seen):
        return Ruling(record, Finding(verdict=Verdict.WAIT, says="looked at once more", again_in=2))
    verdict = Verdict.GOOD if seen.followed else Verdict.WAIT
    return Ruling(left(record, seen, now), Finding(verdict=verdict, says=seen.says, again_in=2))


STEP = Step(Phase.ROLLING_BACK, look, judge)
