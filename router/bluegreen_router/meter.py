"""From what Envoy has counted since it started to what is new since the last look."""

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS, Counts
from bluegreen_router.engine.admin import Admin
from bluegreen_router.engine.logs import ANSWERED_IN, BROKE_AFTER, FAILED, LEFT_AFTER, PREFIX, REQUESTS
from bluegreen_router.engine.routes import USERS

_TIMES = {f"{name}_bucket" for name in (ANSWERED_IN, BROKE_AFTER, LEFT_AFTER)}
_BOUNDS = {**{f"{bound:g}": at for at, bound in enumerate(BUCKETS_MS)}, "+Inf": len(BUCKETS_MS)}
Total = list[int]  # requests, failed, and how many took no longer than each bound


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
        if name in (REQUESTS, FAILED):
            total[0 if name == REQUESTS else 1] += int(value)
        elif name in _TIMES and labels["le"] in _BOUNDS:
            total[2 + _BOUNDS[labels["le"]]] += int(value)
    return totals


def _nothing() -> Total:
    return [0] * (3 + len(BUCKETS_MS))


def _since(before: Total, now: Total) -> Counts:
    requests, failed, *upto = (max(late - early, 0) for early, late in zip(before, now, strict=True))
    buckets = tuple(max(high - low, 0) for low, high in zip([0, *upto[:-1]], upto, strict=True))
    return Counts(requests=requests, failed=failed, buckets=buckets)
