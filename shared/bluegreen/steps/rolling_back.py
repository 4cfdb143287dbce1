"""Rolling back: production was pointed back by one appended version; here that is carried out and proven."""

from datetime import datetime

from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Finding
from bluegreen.core.service import Service
from bluegreen.core.table import Verdict
from bluegreen.steps.pointing import point
from bluegreen.steps.switching import settled
from bluegreen.steps.turn import Ruling, Step, Turn
from bluegreen.traffic import Seen


def look(turn: Turn) -> Seen:
    point(turn.cloud, turn.record)
    return settled(turn, turn.record.active)


def judge(record: Record, seen: Seen, service: Service, now: datetime) -> Ruling:
    verdict = Verdict.GOOD if seen.followed else Verdict.WAIT
    return Ruling(record, Finding(verdict=verdict, says=seen.says, again_in=2))


STEP = Step(Phase.ROLLING_BACK, look, judge)
