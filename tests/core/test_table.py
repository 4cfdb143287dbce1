"""The table is whole: every phase can be reached, every phase can come to rest, nothing else can happen."""

import pytest

from bluegreen.core.errors import IllegalMove
from bluegreen.core.finding import Verdict
from bluegreen.core.phases import BEFORE_SWITCH, CARETAKER, RESTING, Phase
from bluegreen.core.table import TABLE, move_for

QUEUE_ONLY = {Phase.SUPERSEDED}  # reached by being passed over in the queue, never by a move
ROLLBACK_BY_PERSON = {(Phase.LIVE, Verdict.BACK), (Phase.UNPROVEN, Verdict.BACK)}
ROLLBACK_AFTER_BAKE = {(Phase.LIVE, Verdict.BAD)}  # what serves is in flight once more, as live, to be taken back


def reachable(start: Phase) -> set[Phase]:
    found, todo = {start}, [start]
    while todo:
        phase = todo.pop()
        new = {move.next for move in TABLE if move.phase is phase} - found
        found |= new
        todo += new
    return found


def test_every_phase_can_be_reached_from_a_request():
    assert reachable(Phase.REQUESTED) == set(Phase) - QUEUE_ONLY


@pytest.mark.parametrize("phase", sorted(set(Phase) - RESTING, key=lambda p: p.value))
def test_every_phase_in_flight_can_come_to_rest_and_can_wait(phase):
    assert reachable(phase) & RESTING
    assert move_for(phase, Verdict.WAIT).next is phase
    assert phase in CARETAKER


def test_a_resting_place_is_left_only_by_going_back():
    left = {(move.phase, move.verdict) for move in TABLE if move.phase in RESTING}
    assert left == ROLLBACK_BY_PERSON | ROLLBACK_AFTER_BAKE


def test_no_move_stands_twice():
    assert len({(move.phase, move.verdict) for move in TABLE}) == len(TABLE)


def test_before_the_switch_no_bad_end_leads_to_a_rollback():
    for move in TABLE:
        if move.phase in BEFORE_SWITCH and move.verdict is not Verdict.GOOD:
            assert move.next in RESTING or move.next is move.phase
            assert not move.headline or "production is untouched" in move.headline


def test_a_move_that_is_not_in_the_table_names_those_that_are():
    with pytest.raises(
        IllegalMove, match=r"no move from 'ready' on 'hold' \(known: wait, good, stand by, bad, expired, stop\)"
    ):
        move_for(Phase.READY, Verdict.HOLD)
