"""Counters as they were scraped → whole requests per scrape interval. Nothing is extrapolated, nothing is guessed."""

import itertools
import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from bluegreen.clients.matrix import Series
from bluegreen.core.errors import Refused
from bluegreen.core.judge.telemetry import BUCKETS_MS, Counts

Target = tuple[str, str]
Key = tuple[tuple[str, str], ...]  # the labels of a series
Before = Callable[[list[Key]], Mapping[Key, int]]  # where series that begin late stood before; new ones are missing
_LONGEST_SILENCE = 45.0  # seconds, or three times what is usual between two scrapes


class History(NamedTuple):
    """One target: when it was scraped, and what it counted in each interval between two scrapes."""

    times: tuple[float, ...]
    counts: tuple[Counts, ...]

    def lives(self, now: float) -> bool:
        """Whether the next scrape may still come; a target that is gone must not hold up the others."""
        gaps = [later - earlier for earlier, later in itertools.pairwise(self.times)]
        return now - self.times[-1] <= max(_LONGEST_SILENCE, 3 * statistics.median(gaps or [0.0]))


class Scraped(NamedTuple):
    """All series of one target in the window."""

    times: tuple[float, ...]
    series: tuple[Series, ...]

    @property
    def in_step(self) -> bool:
        """One series has a sample at every time, as a page that is scraped whole gives it.

        Where pages carry times of their own nothing can be said about a series that is not there.
        """
        return any(len(one.samples) == len(self.times) for one in self.series)


def targets(found: Iterable[Series]) -> dict[Target, Scraped]:
    grouped: dict[Target, list[Series]] = {}
    for one in found:
        if one.samples:
            grouped.setdefault((one.labels.get("job", ""), one.labels.get("instance", "")), []).append(one)
    return {
        target: Scraped(tuple(sorted({at for one in group for at, _ in one.samples})), tuple(group))
        for target, group in grouped.items()
    }


def same_pages(requests: Mapping[Target, Scraped], others: Mapping[Target, Scraped], what: str) -> None:
    """Raises Refused where the other counters do not come from the pages that the requests come from.

    They are asked for after the requests: what was scraped in between is not there in the requests, and waits.
    """
    for target, scraped in others.items():
        known = requests[target].times if target in requests else ()
        last = known[-1] if known else math.inf
        strange = [at for at in scraped.times if at <= last and at not in known]
        if len(strange) > (0 if known else 1):
            raise Refused(f"{what} and requests do not come from the same scrapes (instance {target[1] or 'unknown'})")


def rises(times: Sequence[float], scraped: Scraped, whole: bool, before: Before) -> list[tuple[Series, list[int]]]:
    """Per series what it rose by in each interval. `whole`: a series that is missing at a time was not on the page."""
    late = [key(one) for one in scraped.series if one.samples[0][0] > times[0]]
    stood = before(late) if whole and late else {}
    found = []
    for one in scraped.series:
        samples = {at: math.floor(value) for at, value in one.samples}
        start = stood.get(key(one), 0) if whole and key(one) in late else None
        found.append((one, _rises(times, samples, start)))
    return found


def key(one: Series) -> Key:
    return tuple(sorted((label, value) for label, value in one.labels.items() if label != "__name__"))


def summed(found: Iterable[list[int]], intervals: int) -> list[int]:
    return [sum(column) for column in zip(*found, strict=True)] or [0] * intervals


def bucketed(found: Sequence[tuple[Series, list[int]]], intervals: int) -> list[tuple[int, ...]]:
    """A histogram's cumulative buckets (`le`, seconds) as ours.

    An answer goes where its bucket's lower bound is: it certainly took longer than that.
    """
    bounds = sorted({_bound(one) for one, _ in found})
    below = {bound: summed([rise for one, rise in found if _bound(one) == bound], intervals) for bound in bounds}
    lower_bounds = [0.0, *bounds][: len(bounds)]
    places = [sum(ours <= lower * 1000 for ours in BUCKETS_MS) for lower in lower_bounds]
    buckets = []
    for interval in range(intervals):
        row, least = [0] * (len(BUCKETS_MS) + 1), 0
        for place, bound in zip(places, bounds, strict=True):
            row[place] += max(0, below[bound][interval] - least)
            least = max(least, below[bound][interval])
        buckets.append(tuple(row))
    return buckets


def _rises(times: Sequence[float], samples: Mapping[float, int], before: int | None) -> list[int]:
    """A counter that falls has started again at 0. With nothing known from before, the first sample is only a start."""
    last, found = samples.get(times[0], before), []
    for at in times[1:]:
        value = samples.get(at)
        if value is None:
            found.append(0)
            continue
        found.append(0 if last is None else value - last if value >= last else value)
        last = value
    return found


def _bound(one: Series) -> float:
    try:
        return float(one.labels["le"])
    except (KeyError, ValueError):
        raise Refused("the latency query gives series without `le`: buckets of a histogram are wanted") from None
