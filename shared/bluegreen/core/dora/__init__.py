"""How delivery goes: DORA's five measures (dora.dev/guides/dora-metrics), from the releases that are over.

A *deployment* is a change that production was pointed at: not a way back, not the undoing of one, not a release that
only stood by. It *failed* where production had to leave it: the judge, an alert or a person took it back, in its bake
or later. Two ends are no failure of the change: a rollback that was undone, since it was a mistake, and one that a
person asked for while both environments failed (a dependency's outage, which going back does not cure).

lead time        from the commit, where GitHub told its time, to the moment at which production was pointed at it
frequency        deployments a day
change fail rate failed deployments, of all
recovery time    from the moment at which production was pointed at a failed deployment until it was back; where it
                 failed after its bake, from the order to go back
rework rate      deployments that followed a failed one, of all: they were made because of it

An example: five deployments in ten days, the third of them taken back after 40 s, an hour after its commit: 0.5 a
day, change fail rate 20 %, recovery 40 s, rework rate 20 % (the fourth).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from bluegreen.core.phases import SERVING, Phase
from bluegreen.core.record import PastRelease

_LEFT = (Phase.ROLLED_BACK, Phase.STUCK)


class Deployed(NamedTuple):
    """A deployment. `lead`, `recovery`: seconds; None where they are not known. `rework`: the one before had failed."""

    id: str
    tag: str
    at: datetime
    failed: bool
    lead: float | None
    recovery: float | None
    rework: bool = False


class DoraMetrics(NamedTuple):
    """Of the deployments in a window of so many days. Times in seconds (medians), rates between 0 and 1."""

    days: float
    deployments: int
    failed: int
    rework: int
    lead_time: float | None
    recovery_time: float | None
    leads_known: int
    recoveries_known: int

    @property
    def frequency(self) -> float:
        return self.deployments / self.days

    @property
    def change_fail_rate(self) -> float | None:
        return self.failed / self.deployments if self.deployments else None

    @property
    def rework_rate(self) -> float | None:
        return self.rework / self.deployments if self.deployments else None


def dora_metrics(past: Iterable[PastRelease], until: datetime, window: timedelta) -> DoraMetrics:
    """Of those that production was pointed at within the window; what came of them may lie behind it."""
    made = [each for each in deployed(past) if until - window < each.at <= until]
    leads = [each.lead for each in made if each.lead is not None]
    recoveries = [each.recovery for each in made if each.recovery is not None]
    return DoraMetrics(
        days=window.total_seconds() / 86_400,
        deployments=len(made),
        failed=sum(each.failed for each in made),
        rework=sum(each.rework for each in made),
        lead_time=median(leads) if leads else None,
        recovery_time=median(recoveries) if recoveries else None,
        leads_known=len(leads),
        recoveries_known=len(recoveries),
    )


def deployed(past: Iterable[PastRelease]) -> list[Deployed]:
    """Every deployment, oldest first."""
    listed = sorted({each.id: each for each in past}.values(), key=lambda each: (each.at, _number(each)))
    made, before_failed = list[Deployed](), False
    changes = sorted((each for each in listed if _is_deployment(each)), key=_pointed)
    for each in changes:
        found = _deployed(each, listed)._replace(rework=before_failed)
        before_failed = found.failed
        made.append(found)
    return made


def _is_deployment(past: PastRelease) -> bool:
    """Those that were over before Bluegreen wrote down when it pointed there count where they stayed."""
    return past.change and (past.switched_at is not None or past.outcome in SERVING)


def _number(past: PastRelease) -> int:
    number = past.id.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def _pointed(past: PastRelease) -> datetime:
    return past.switched_at or past.at


def _deployed(change: PastRelease, listed: Sequence[PastRelease]) -> Deployed:
    at = _pointed(change)
    lead = (at - change.committed_at).total_seconds() if change.committed_at is not None else None
    left = _left(change, listed)
    failed = left is not None and not left.outage
    recovery = _recovery(left, listed) if left is not None and failed else None
    return Deployed(change.id, change.tag, at, failed, lead if lead is not None and lead >= 0 else None, recovery)


def _left(change: PastRelease, listed: Sequence[PastRelease]) -> PastRelease | None:
    """As which production left a change for good; None where it did not, or where that was undone."""
    left = _taken_back(change, listed)
    while left is not None and (undo := _undo(left, change.tag, listed)) is not None:
        left = _taken_back(undo, listed)
    return left


def _taken_back(change: PastRelease, listed: Sequence[PastRelease]) -> PastRelease | None:
    """Itself; or, after its bake, what serves is put in flight once more, as a release of its own, to be taken back."""
    if change.outcome in _LEFT:
        return change
    for each in _after(change, listed):
        if _released_again(each) and _served_before(each, listed) == change.tag:
            return each
        if each.tag == change.tag and _moved_production(each):
            return None
        if each.tag == change.tag and each.outcome in _LEFT:
            return each
    return None


def _released_again(past: PastRelease) -> bool:
    """Production went back to it, and as it stood nowhere any more it was released again."""
    return past.back and past.outcome in SERVING


def _served_before(past: PastRelease, listed: Sequence[PastRelease]) -> str:
    """The tag that production was on; "" where that is not known any more."""
    serving = [""]
    for each in listed[: listed.index(past)]:
        if each.outcome in SERVING:
            serving.append(each.tag)
        elif each.outcome in _LEFT and each.switched_at is None and serving[-1] == each.tag:  # after its bake
            serving.pop()
    return serving[-1]


def _undo(left: PastRelease, tag: str, listed: Sequence[PastRelease]) -> PastRelease | None:
    """What production was pointed at next, where that is the same tag by an undo."""
    following = next(filter(_moved_production, _after(left, listed)), None)
    return following if following is not None and following.undoes and following.tag == tag else None


def _moved_production(past: PastRelease) -> bool:
    return past.switched_at is not None or past.outcome in SERVING


def _after(past: PastRelease, listed: Sequence[PastRelease]) -> Sequence[PastRelease]:
    return listed[listed.index(past) + 1 :]


def _recovery(left: PastRelease, listed: Sequence[PastRelease]) -> float | None:
    """Until production was back; where the way back was not confirmed, until the next release that stayed."""
    if _released_again(left):
        begun, ended = left.requested_at, left.switched_at
        return (ended - begun).total_seconds() if begun is not None and ended is not None else None
    begun = left.switched_at or left.requested_at
    stayed = (_pointed(each) for each in _after(left, listed) if each.outcome in SERVING)
    ended = left.at if left.outcome is Phase.ROLLED_BACK else next(stayed, None)
    return (ended - begun).total_seconds() if begun is not None and ended is not None else None
