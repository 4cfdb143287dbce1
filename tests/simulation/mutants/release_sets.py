"""Mistakes in how the members of a release set are kept together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bluegreen.core.finding import Verdict
from bluegreen.core.record import Record
from bluegreen.core.sets import course
from bluegreen.core.sets.course import Course, Place, Station
from bluegreen.ordering import cancelling, set_cohesion, set_orders
from bluegreen.steps import switching
from tests.simulation.mutants.mutation import Patch, mutant

_COURSE = course.course


@mutant
def a_member_is_switched_as_soon_as_it_is_ready() -> list[Patch]:
    def course(me: str, found: Sequence[Station], now: datetime, settle: float) -> Course:
        mine = next(one for one in found if one.service == me)
        return Course(Verdict.GOOD, "") if mine.place is Place.READY else _COURSE(me, found, now, settle)

    return [(switching, "course", course)]


@mutant
def members_are_switched_in_no_order() -> list[Patch]:
    def course(me: str, found: Sequence[Station], now: datetime, settle: float) -> Course:
        moved = [one._replace(place=Place.ACROSS) if one.place in (Place.READY, Place.MOVING) else one for one in found]
        mine = [one if one.service == me else other for one, other in zip(found, moved, strict=True)]
        return _COURSE(me, mine, now, settle)

    return [(switching, "course", course)]


@mutant
def members_go_back_in_no_order() -> list[Patch]:
    return [(course, "_back", lambda why, later, now, settle: Course(Verdict.BACK, why.says))]


@mutant
def a_way_back_is_not_waited_for() -> list[Patch]:
    return [(course, "_still_returning", lambda one, now, settle: False)]


@mutant
def nobody_keeps_a_set_together() -> list[Patch]:
    return [(set_cohesion, "keep", lambda clouds, versions: False)]


@mutant
def a_lost_member_is_not_looked_for_right_before_the_switch() -> list[Patch]:
    def course(me: str, found: Sequence[Station], now: datetime, settle: float) -> Course:
        seen = _COURSE(me, found, now, settle)
        return Course(Verdict.GOOD, "") if seen.verdict is Verdict.STOP else seen

    return [(switching, "course", course)]


@mutant
def a_member_that_cannot_go_back_is_waited_for() -> list[Patch]:
    rested = course._rested
    return [(course, "_rested", lambda *given: rested(*given)._replace(stays=False))]


@mutant
def a_member_that_has_gone_on_counts_as_switched() -> list[Patch]:
    return _taken_for("_rested", Place.ALONE, Place.ACROSS)


@mutant
def two_releases_of_a_set_wait_for_each_other() -> list[Patch]:
    return [(course, "_overtaken", lambda part, tag, by: False)]


@mutant
def what_a_member_was_never_given_is_waited_for() -> list[Patch]:
    return _taken_for("_not_begun", Place.ABSENT, Place.COMING)


@mutant
def a_set_order_stops_whatever_is_in_hand() -> list[Patch]:
    return [(cancelling, "_meant", lambda release, part: True)]


@mutant
def who_goes_back_is_not_looked_at_once_more() -> list[Patch]:
    def at_once(clouds: Any, current: Any, back: Any) -> Any:
        for member in reversed(current.at(*set_orders._SWITCHED)):
            yield member, set_orders._back(clouds[member], back)

    return [(set_orders, "_taken_back", at_once)]


@mutant
def a_member_is_said_to_be_unable_to_go_back() -> list[Patch]:
    def apart(record: Record, service: Any, by: str, now: datetime, why: str = "", **given: Any) -> Any:
        return set_cohesion.Outcome(False, record, "not today")

    class Orders:
        abort, rollback = staticmethod(set_cohesion.orders.abort), staticmethod(apart)

    return [(set_cohesion, "orders", Orders)]


def _taken_for(look: str, place: Place, other: Place) -> list[Patch]:
    """A look at a member takes one place for another."""
    told = getattr(course, look)

    def mistaken(*given: Any) -> Station:
        found: Station = told(*given)
        return found._replace(place=other) if found.place is place else found

    return [(course, look, mistaken)]
