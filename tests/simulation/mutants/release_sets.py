"""Mistakes in how the members of a release set are kept together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bluegreen.core.finding import Verdict
from bluegreen.core.record import Record
from bluegreen.core.sets import status, verdict
from bluegreen.core.sets.status import MemberState, MemberStatus
from bluegreen.core.sets.verdict import MemberVerdict
from bluegreen.ordering import cancelling, set_cohesion, set_orders
from bluegreen.steps import switching
from tests.simulation.mutants.mutation import Patch, mutant

_VERDICT = verdict.member_verdict


@mutant
def a_member_is_switched_as_soon_as_it_is_ready() -> list[Patch]:
    def member_verdict(me: str, found: Sequence[MemberStatus], now: datetime, settle: float) -> MemberVerdict:
        mine = next(one for one in found if one.service == me)
        return MemberVerdict(Verdict.GOOD, "") if mine.state is MemberState.READY else _VERDICT(me, found, now, settle)

    return [(switching, "member_verdict", member_verdict)]


@mutant
def members_are_switched_in_no_order() -> list[Patch]:
    def member_verdict(me: str, found: Sequence[MemberStatus], now: datetime, settle: float) -> MemberVerdict:
        moved = [
            one._replace(state=MemberState.ACROSS) if one.state in (MemberState.READY, MemberState.MOVING) else one
            for one in found
        ]
        mine = [one if one.service == me else other for one, other in zip(found, moved, strict=True)]
        return _VERDICT(me, mine, now, settle)

    return [(switching, "member_verdict", member_verdict)]


@mutant
def members_go_back_in_no_order() -> list[Patch]:
    return [(verdict, "_back", lambda lost, later, now, settle: MemberVerdict(Verdict.BACK, lost.says))]


@mutant
def a_way_back_is_not_waited_for() -> list[Patch]:
    return [(verdict, "_still_returning", lambda one, now, settle: False)]


@mutant
def nobody_keeps_a_set_together() -> list[Patch]:
    return [(set_cohesion, "keep_together", lambda clouds, versions: False)]


@mutant
def a_lost_member_is_not_looked_for_right_before_the_switch() -> list[Patch]:
    def member_verdict(me: str, found: Sequence[MemberStatus], now: datetime, settle: float) -> MemberVerdict:
        seen = _VERDICT(me, found, now, settle)
        return MemberVerdict(Verdict.GOOD, "") if seen.verdict is Verdict.STOP else seen

    return [(switching, "member_verdict", member_verdict)]


@mutant
def a_member_that_cannot_go_back_is_waited_for() -> list[Patch]:
    at_rest = status._at_rest
    return [(status, "_at_rest", lambda *given: at_rest(*given)._replace(stays=False))]


@mutant
def a_member_that_has_gone_on_counts_as_switched() -> list[Patch]:
    return _taken_for("_at_rest", MemberState.ALONE, MemberState.ACROSS)


@mutant
def two_releases_of_a_set_wait_for_each_other() -> list[Patch]:
    return [(status, "_overtaken", lambda set_release, tag, by: False)]


@mutant
def what_a_member_was_never_given_is_waited_for() -> list[Patch]:
    return _taken_for("_not_begun", MemberState.ABSENT, MemberState.COMING)


@mutant
def a_set_order_stops_whatever_is_in_hand() -> list[Patch]:
    return [(cancelling, "_meant", lambda release, set_release: True)]


@mutant
def who_goes_back_is_not_looked_at_once_more() -> list[Patch]:
    def at_once(clouds: Any, current: Any, back: Any) -> Any:
        for member in reversed(current.services(*set_orders._SWITCHED)):
            yield member, set_orders._back(clouds[member], back)

    return [(set_orders, "_taken_back", at_once)]


@mutant
def a_member_is_said_to_be_unable_to_go_back() -> list[Patch]:
    def apart(record: Record, service: Any, by: str, now: datetime, why: str = "", **given: Any) -> Any:
        return set_cohesion.Outcome(False, record, "not today")

    class Orders:
        abort, rollback = staticmethod(set_cohesion.orders.abort), staticmethod(apart)

    return [(set_cohesion, "orders", Orders)]


def _taken_for(look: str, state: MemberState, other: MemberState) -> list[Patch]:
    """A look at a member takes one place for another."""
    told = getattr(status, look)

    def mistaken(*given: Any) -> MemberStatus:
        found: MemberStatus = told(*given)
        return found._replace(state=other) if found.state is state else found

    return [(status, look, mistaken)]
