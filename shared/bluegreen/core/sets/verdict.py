"""What follows for one member of a set release from where all its members stand.

Every member has a journal of its own, and no transaction spans two journals: nobody can write "all of them switch now".
So each member decides for itself from the newest records of all, and writes nothing but its own journal. What it has
read of the others may be outdated when it writes. That does no harm, because a member is lost only by what is final for
the release (it was rolled back, or ended before the switch): whoever reads later finds it lost too, and follows.

Example, a set of api, web and admin in this order. All three are ready: api finds all ready and none before it, so it
switches; web waits until api is across, admin until web is. Now web is rolled back. admin, still ready, stops, and api
goes back. Had admin switched already, it would go back first, and api after it: last switched, first back.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bluegreen.core.finding import Verdict
from bluegreen.core.sets.status import MemberState, MemberStatus

_SERVES = (MemberState.MOVING, MemberState.ACROSS)
_SWITCHED = (MemberState.ACROSS, MemberState.ALONE)
_LOST = (MemberState.RETURNING, MemberState.BACK, MemberState.OUT)


class MemberVerdict(NamedTuple):
    """GOOD: its turn to switch. STOP: ends before the switch. BACK: goes back. WAIT: none of these yet."""

    verdict: Verdict
    says: str
    goes_back: bool = False  # it goes back as soon as the members after it have


class _Standing(NamedTuple):
    """The set as one member sees it. `earlier` are switched before it, `later` after it."""

    mine: MemberStatus
    earlier: Sequence[MemberStatus]
    later: Sequence[MemberStatus]
    now: datetime
    settle: float

    def first(self, *states: MemberState) -> MemberStatus | None:
        """The first of the other members in one of these states."""
        return next((other for other in (*self.earlier, *self.later) if other.state in states), None)


def member_verdict(me: str, statuses: Sequence[MemberStatus], now: datetime, settle: float) -> MemberVerdict:
    """The verdict of the first rule that applies. `settle`: seconds that a rollback of a later member is waited for."""
    index = next(n for n, status in enumerate(statuses) if status.service == me)
    standing = _Standing(statuses[index], statuses[:index], statuses[index + 1 :], now, settle)
    verdicts = (rule(standing) for rule in _RULES)
    switch = MemberVerdict(Verdict.GOOD, "all of the set are ready, and all before it are switched")
    return next((verdict for verdict in verdicts if verdict), switch)


def _follow_back(standing: _Standing) -> MemberVerdict | None:
    """It is switched, and another member is lost."""
    lost = standing.first(*_LOST)
    if lost is None or standing.mine.state not in _SERVES:
        return None
    return _back(lost, standing.later, standing.now, standing.settle)


def _stop_with_lost(standing: _Standing) -> MemberVerdict | None:
    """It is not switched, and another member is lost."""
    lost = standing.first(*_LOST)
    if lost is None or standing.mine.state in (*_LOST, MemberState.ALONE):
        return None
    return MemberVerdict(Verdict.STOP, f"nothing of the set is switched: {lost.says}")


def _stop_for_absent(standing: _Standing) -> MemberVerdict | None:
    """It is ready, and another member will never be."""
    absent = standing.first(MemberState.ABSENT)
    if absent is None or standing.mine.state not in (MemberState.READY, MemberState.HELD, MemberState.PAUSED):
        return None
    return MemberVerdict(Verdict.STOP, f"nothing of the set is switched: {absent.says}")


def _wait_until_ready(standing: _Standing) -> MemberVerdict | None:
    """Or paused, where another has switched already: its production and theirs belong together."""
    mine = standing.mine
    goes = mine.state is MemberState.READY or (mine.state is MemberState.PAUSED and standing.first(*_SERVES))
    return None if goes else MemberVerdict(Verdict.WAIT, mine.says)


def _wait_for_others(standing: _Standing) -> MemberVerdict | None:
    """It is ready: first all become ready, then those before it switch."""
    paused = () if standing.first(*_SERVES) else (MemberState.PAUSED,)
    awaited = standing.first(MemberState.COMING, MemberState.HELD, *paused)
    awaited = awaited or next((other for other in standing.earlier if other.state not in _SWITCHED), None)
    return MemberVerdict(Verdict.WAIT, f"ready; waiting for the others of the set: {awaited.says}") if awaited else None


_RULES: tuple[Callable[[_Standing], MemberVerdict | None], ...] = (
    _follow_back,
    _stop_with_lost,
    _stop_for_absent,
    _wait_until_ready,
    _wait_for_others,
)


def _back(lost: MemberStatus, later: Sequence[MemberStatus], now: datetime, settle: float) -> MemberVerdict:
    """Later members go back first; one that cannot go back is not waited for."""
    awaited = [other for other in later if other.state in _SERVES and not other.stays]
    awaited += [other for other in later if _still_returning(other, now, settle)]
    if awaited:
        return MemberVerdict(Verdict.WAIT, f"goes back after {awaited[0].service}: {lost.says}", goes_back=True)
    return MemberVerdict(Verdict.BACK, lost.says)


def _still_returning(status: MemberStatus, now: datetime, settle: float) -> bool:
    recent = status.since is not None and (now - status.since).total_seconds() < settle
    return status.state is MemberState.RETURNING and recent
