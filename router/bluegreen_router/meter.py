"""From what Envoy has counted since it started to what is new since the last look."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS, Counts
from bluegreen_router.engine.admin import Admin, Sample
from bluegreen_router.engine.logs import (
    ANSWERED,
    ANSWERED_WITH_BODY,
    ENDED,
    FAILED,
    LEFT,
    LEFT_WHOLE,
    LOST,
    LOST_WITH_BODY,
    PREFIX,
)
from bluegreen_router.engine.routes import COPIED, MIRRORED, STREAMED, USERS

_BOUNDS = (*(f"{bound:g}" for bound in BUCKETS_MS), "+Inf")
_PATTERN = rf"^{PREFIX}\."  # nothing else of Envoy's thousand numbers is asked for
_WAITS = 10.0  # seconds; Envoy flushes every 5
Clock = Callable[[], float]
Total = Counter[tuple[str, str]]  # by name, and by the bucket's upper bound, else ""


class News(NamedTuple):
    """By environment. `mirrored`: the same requests at both; those of the active one are among `users`' too."""

    users: dict[Environment, Counts]
    mirrored: dict[Environment, Counts]


class Meter:
    def __init__(self, admin: Admin, clock: Clock = time.monotonic) -> None:
        self._admin = admin
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, Environment], Total] = {}
        self._early = _Early(clock), _Early(clock)

    def look(self) -> News:
        """Raises `OSError` where Envoy does not answer, and loses nothing by it. Two threads look while it stops."""
        with self._lock:
            return self._news()

    def _news(self) -> News:
        totals = _totals(self._admin.samples(_PATTERN))
        fresh = {key: total - self._seen.get(key, Counter()) for key, total in totals.items()}
        self._seen = totals
        found = (_each(fresh, kinds) for kinds in ((USERS, MIRRORED, STREAMED), (MIRRORED, COPIED)))
        return News(*(early.settle(counts) for early, counts in zip(self._early, found, strict=True)))


class _Early:
    """Failures that wait for their requests: Envoy counts a failure at once and its request, by a histogram, at a later
    flush. One whose request is still not counted has none. It is counted as one, and is held against no other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[Environment, tuple[int, float]] = {}  # how many, and since when

    def settle(self, found: dict[Environment, Counts]) -> dict[Environment, Counts]:
        for environment in {*found, *self._waiting}:
            waiting, since = self._waiting.pop(environment, (0, self._clock()))
            counts = found.get(environment, Counts())
            failed = waiting + counts.failed
            early = max(failed - counts.requests, 0)
            if early and self._clock() - since < _WAITS:
                self._waiting[environment] = early, since
                failed -= early
            requests = max(counts.requests, failed)
            found[environment] = counts.model_copy(update={"failed": failed, "requests": requests})
        return {environment: counts for environment, counts in found.items() if counts != Counts()}


def _each(fresh: dict[tuple[str, Environment], Total], kinds: Iterable[str]) -> dict[Environment, Counts]:
    found: dict[Environment, Counts] = {}
    for (kind, environment), total in fresh.items():
        counts = (_streamed if kind == STREAMED else _counts)(total) if kind in kinds else Counts()
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


def _counts(fresh: Total) -> Counts:
    """A request that its client left before it had come whole is nobody's. Which of the waits were such ones is not
    told, so the lengths of all that ended so are left out where there was one."""
    whole = fresh[LEFT_WHOLE, "+Inf"]
    timed = (ANSWERED, ANSWERED_WITH_BODY, LOST, LOST_WITH_BODY)
    return Counts(
        requests=fresh[ANSWERED, "+Inf"] + fresh[LOST, "+Inf"] + fresh[ENDED, ""] + whole,
        failed=fresh[FAILED, ""],
        unanswered=whole,
        buckets=_buckets(fresh, (*timed, LEFT) if whole == fresh[LEFT, "+Inf"] else timed),
    )


def _streamed(fresh: Total) -> Counts:
    """What Envoy tells of streams at their end, which may be hours later: those that failed, and waits that were given
    up. Those that began well are counted by `Streams` as they begin."""
    failed, whole = fresh[FAILED, ""], fresh[LEFT_WHOLE, "+Inf"]
    return Counts(requests=failed + whole, failed=failed, unanswered=whole)


def _buckets(fresh: Total, timed: Iterable[str]) -> tuple[int, ...]:
    upto = [sum(fresh[name, bound] for name in timed) for bound in _BOUNDS]
    return tuple(high - low for low, high in zip([0, *upto[:-1]], upto, strict=True))
