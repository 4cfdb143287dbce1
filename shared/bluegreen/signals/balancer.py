"""Rates that DigitalOcean measures at a load balancer → whole requests per sample. All of them are production's."""

import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bluegreen.clients.time_series import Series
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts
from bluegreen.signals.statuses import status_class


def blocks(responses: Sequence[Series], p95: Sequence[Series], active: Environment) -> tuple[Block, ...]:
    """A sample stands for the seconds since the one before; after a gap, for no more than the usual ones.

    `responses` are answers a second by status or class, `p95` seconds. Raises Refused where a series says no class.
    """
    classes = [(_class(series), series) for series in responses]
    counted = [(found, series) for found, series in classes if found]
    step = _step(series for _, series in counted)
    slow = {at: value for series in p95 for at, value in series.samples}
    made = []
    for at in _complete([series for _, series in counted])[1:]:
        rates = [(found, dict(series.samples).get(at, 0.0)) for found, series in counted]
        requests = round(sum(rate for _, rate in rates) * step)
        failed = min(requests, round(sum(rate for found, rate in rates if found == "5") * step))
        counts = Counts(requests=requests, failed=failed, buckets=_buckets(requests, slow.get(at)))
        begun = datetime.fromtimestamp(at, UTC) - timedelta(seconds=step)
        made.append(Block(at=begun, seconds=step, users={active: counts}))
    return tuple(made)


def _class(series: Series) -> str:
    """The first digit of the statuses; "" for what had none. The label's name is not documented."""
    values = [value for label, value in series.labels.items() if label != "lb_id"]
    for value in values:
        if found := status_class(value):
            return found
    if "other" in values:
        return ""
    known = ", ".join(sorted(series.labels)) or "none"
    raise Refused(f"DigitalOcean's series of responses does not say which status it counts (labels: {known})")


def _step(found: Iterable[Series]) -> float:
    gaps = [b - a for series in found for (a, _), (b, _) in itertools.pairwise(series.samples)]
    return min(gaps, default=0.0)


def _complete(found: Sequence[Series]) -> list[float]:
    """The times at which no series has a hole. A class that has not occurred yet, or no more, is none."""
    times = sorted({at for series in found for at, _ in series.samples})
    spans = [
        (series.samples[0][0], series.samples[-1][0], {at for at, _ in series.samples})
        for series in found
        if series.samples
    ]
    return [at for at in times if all(at in own for first, last, own in spans if first <= at <= last)]


def _buckets(requests: int, p95: float | None) -> tuple[int, ...]:
    """What p95 (seconds) says for certain: that many took at least as long. No p95: nothing is known of any."""
    row = [0] * (len(BUCKETS_MS) + 1)
    if requests and p95 is not None:
        slow = requests - math.ceil(requests * 95 / 100) + 1
        row[sum(bound < p95 * 1000 for bound in BUCKETS_MS)] += slow
        row[0] += requests - slow
    return tuple(row)
