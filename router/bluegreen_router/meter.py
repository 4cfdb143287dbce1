"""From what Envoy has counted since it started to what is new since the last look."""

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS, Counts
from bluegreen_router.engine.admin import Admin
from bluegreen_router.engine.logs import ANSWERED, FAILED, LEFT, LOST, PREFIX
from bluegreen_router.engine.routes import USERS

# What stands in which place of a total: a request is in one of the three.
_PLACES = {FAILED: (1,), f"{ANSWERED}_count": (0,), f"{LOST}_count": (0,), f"{LEFT}_count": (0, 2)}
_TIMES = {f"{name}_bucket" for name in (ANSWERED, LOST, LEFT)}
_BOUNDS = {**{f"{bound:g}": at for at, bound in enumerate(BUCKETS_MS)}, "+Inf": len(BUCKETS_MS)}
Total = list[int]  # requests, failed, unanswered, and how many took no longer than each bound


class Meter:
    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        self._seen: dict[Environment, Total] = {}

    def look(self) -> dict[Environment, Counts]:
        """By environment; raises `OSError` where Envoy does not answer, and loses nothing by it."""
        totals = _totals(self._admin.samples(PREFIX))
        fresh = {one: _since(self._seen.get(one, _nothing()), total) for one, total in totals.items()}
        self._seen = totals
        return {one: counts for one, counts in fresh.items() if counts != Counts()}


def _totals(samples: list[tuple[str, dict[str, str], float]]) -> dict[Environment, Total]:
    totals: dict[Environment, Total] = {}
    for name, labels, value in samples:
        if labels.get("route") != USERS or not labels.get("environment"):
            continue
        total = totals.setdefault(Environment(labels["environment"]), _nothing())
        for place in _PLACES.get(name, ()):
            total[place] += int(value)
        if name in _TIMES:
            total[3 + _BOUNDS[labels["le"]]] += int(value)
    return totals


def _nothing() -> Total:
    return [0] * (4 + len(BUCKETS_MS))


def _since(before: Total, now: Total) -> Counts:
    requests, failed, unanswered, *upto = (max(late - early, 0) for early, late in zip(before, now, strict=True))
    buckets = tuple(max(high - low, 0) for low, high in zip([0, *upto[:-1]], upto, strict=True))
    return Counts(requests=requests, failed=failed, unanswered=unanswered, buckets=buckets)
