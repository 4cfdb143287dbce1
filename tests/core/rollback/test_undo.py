"""Undoing a rollback: what is said where there is none."""

from bluegreen.core.floor import RollbackFloor
from bluegreen.core.rollback import undo
from tests.build import NOW, first


def test_where_nothing_was_taken_back_that_is_said_and_not_the_floor():
    floor = RollbackFloor(tag="v1.2.0", by="v1.2.0", why="nothing reads it", at=NOW)

    assert undo.why_not(first().model_copy(update={"floor": floor})).startswith("there is nothing to undo")
