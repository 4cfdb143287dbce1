"""From what Envoy has counted since it started to what is new since the last look."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS, Counts
from bluegreen_router.engine.admin import Admin, Sample
from bluegreen_router.engine.logs import ANSWERED, ENDED, FAILED, LEFT, LEFT_WHOLE, LOST, PREFIX
from bluegreen_router.engine.routes import COPIED, MIRRORED, STREAMED, USERS

_BOUNDS = (*(f"{bound:g}" for bound in BUCKETS_MS), "+Inf")
_PATTERN = rf"^{PREFIX}\."  # nothing else of Envoy's thousand numbers is asked for
Total = Counter[tuple[str, str]]  # by name, and by the bucket's upper bound, else ""


class News(NamedTuple):
    """By environment. `mirrored`: the same requests at both; those of the active one are among `users`' too."""

    users: dict[Environment, Counts]
    mirrored: dict[Environment, Counts]


class Meter:
    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        self._seen: dict[tuple[str, Environment], Total] = {}
        self._early: tuple[dict[Environment, int], ...] = ({}, {})

    def look(self) -> News:
        """Raises `OSError` where Envoy does not answer, and loses nothing by it."""
        totals = _totals(self._admin.samples(_PATTERN))
        fresh = {key: total - self._seen.get(key, Counter()) for key, total in totals.items()}
        self._seen = totals
        found = (_each(fresh, kinds) for kinds in ((USERS, MIRRORED, STREAMED), (MIRRORED, COPIED)))
        return News(*map(_with_requests, found, self._early))


def _with_requests(found: dict[Environment, Counts], waiting: dict[Environment, int]) -> dict[Environment, Counts]:
    """Envoy counts a failure a moment after its request, and tells one while it counts the other: the failure waits."""
    for environment, counts in found.items():
        failed = waiting.pop(environment, 0) + counts.failed
        if early := max(failed - counts.requests, 0):
            waiting[environment] = early
        found[environment] = counts.model_copy(update={"failed": failed - early})
    return {environment: counts for environment, counts in found.items() if counts != Counts()}


def _each(fresh: dict[tuple[str, Environment], Total], kinds: Iterable[str]) -> dict[Environment, Counts]:
    found: dict[Environment, Counts] = {}
    for (kind, environment), total in fresh.items():
        counts = _READ[kind](total) if kind in kinds else Counts()
        if counts != Counts():
            found[environment] = found.get(environment, Counts()) + counts
    return found


def _totals(samples: list[Sample]) -> dict[tuple[str, Environment], Total]:
    totals: dict[tuple[str, Environment], Total] = {}
    for name, labels, value in samples:
        if environment := labels.get("environment"):
            short = name.removeprefix(f"{PREFIX}_").removesuffix("_bucket")
            total = totals.setdefault((labels.get("route", ""), Environment(environment)), Counter())
            total[short, labels.get("le", "")] += int(value)
    return totals


def _users(fresh: Total) -> Counts:
    return _counts(fresh, fresh[ENDED, ""])


def _copied(fresh: Total) -> Counts:
    """Without those that were never sent. None has a body that an answer could come before."""
    return _counts(fresh, fresh[ANSWERED, "+Inf"] + fresh[LOST, "+Inf"])


def _counts(fresh: Total, ended: int) -> Counts:
    """A request that its client left before it had come whole is nobody's. Which of the waits were such ones is not
    told, so the lengths of all that ended so are left out where there was one."""
    whole = fresh[LEFT_WHOLE, "+Inf"]
    timed = (ANSWERED, LOST, LEFT) if whole == fresh[LEFT, "+Inf"] else (ANSWERED, LOST)
    return Counts(requests=ended + whole, failed=fresh[FAILED, ""], unanswered=whole, buckets=_buckets(fresh, timed))


def _streamed(fresh: Total) -> Counts:
    """What Envoy tells of streams at their end, which may be hours later: those that failed, and waits that were given
    up. Those that began well are counted by `Streams` as they begin."""
    failed, whole = fresh[FAILED, ""], fresh[LEFT_WHOLE, "+Inf"]
    return Counts(requests=failed + whole, failed=failed, unanswered=whole)


def _buckets(fresh: Total, timed: Iterable[str]) -> tuple[int, ...]:
    upto = [sum(fresh[name, bound] for name in timed) for bound in _BOUNDS]
    return tuple(high - low for low, high in zip([0, *upto[:-1]], upto, strict=True))


_READ = {USERS: _users, MIRRORED: _users, COPIED: _copied, STREAMED: _streamed}
