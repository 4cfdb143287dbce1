"""From what Envoy has counted since it started to what is new since the last look."""

from collections import Counter

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS, Counts
from bluegreen_router.engine.admin import Admin
from bluegreen_router.engine.logs import ANSWERED, FAILED, LEFT, LEFT_WHOLE, LOST, PREFIX
from bluegreen_router.engine.routes import USERS

_BOUNDS = (*(f"{bound:g}" for bound in BUCKETS_MS), "+Inf")
Total = Counter[tuple[str, str]]  # by name, and by the bucket's upper bound; a counter has "" for it


class Meter:
    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        self._seen: dict[Environment, Total] = {}

    def look(self) -> dict[Environment, Counts]:
        """By environment; raises `OSError` where Envoy does not answer, and loses nothing by it."""
        totals = _totals(self._admin.samples(PREFIX))
        fresh = {one: _counts(total - self._seen.get(one, Counter())) for one, total in totals.items()}
        self._seen = totals
        return {one: counts for one, counts in fresh.items() if counts != Counts()}


def _totals(samples: list[tuple[str, dict[str, str], float]]) -> dict[Environment, Total]:
    totals: dict[Environment, Total] = {}
    for name, labels, value in samples:
        if labels.get("route") == USERS and labels.get("environment"):
            total = totals.setdefault(Environment(labels["environment"]), Counter())
            total[name.removesuffix("_bucket"), labels.get("le", "")] += int(value)
    return totals


def _counts(fresh: Total) -> Counts:
    """A request that its client left before it had come whole is nobody's. Which of the waits were such ones is not
    told, so the lengths of all that ended so are left out where there was one."""
    whole = fresh[LEFT_WHOLE, "+Inf"]
    timed = (ANSWERED, LOST, LEFT) if whole == fresh[LEFT, "+Inf"] else (ANSWERED, LOST)
    upto = [sum(fresh[name, bound] for name in timed) for bound in _BOUNDS]
    return Counts(
        requests=fresh[ANSWERED, "+Inf"] + fresh[LOST, "+Inf"] + whole,
        failed=fresh[FAILED, ""],
        unanswered=whole,
        buckets=tuple(high - low for low, high in zip([0, *upto[:-1]], upto, strict=True)),
    )
