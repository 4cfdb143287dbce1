"""Counters as they were scraped → whole requests per scrape interval. Nothing is extrapolated, nothing is guessed."""

import itertools
import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from bluegreen.clients.time_series import Series
from bluegreen.core.errors import Refused
from bluegreen.core.judge.telemetry import BUCKETS_MS, Counts

Target = tuple[str, str]
SeriesKey = tuple[tuple[str, str], ...]  # the labels of a series
# Where series stood that begin late in the window; those that are new are missing.
EarlierCounts = Callable[[list[SeriesKey]], Mapping[SeriesKey, int]]
Increases = list[tuple[Series, list[int]]]  # a series, and what it rose by in each interval
_MOST = 2.0**53  # above it a float cannot count by ones
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
        return any(len(series.samples) == len(self.times) for series in self.series)


def targets(found: Iterable[Series]) -> dict[Target, Scraped]:
    """Raises Refused where a series counts nothing."""
    grouped: dict[Target, list[Series]] = {}
    for series in _joined(found):
        if odd := next((value for _, value in series.samples if not 0 <= value <= _MOST), None):
            raise Refused(
                f"{series.labels.get('__name__', 'a series')} says {odd:g}: a counter is wanted, from 0 to 2^53"
            )
        grouped.setdefault((series.labels.get("job", ""), series.labels.get("instance", "")), []).append(series)
    return {
        target: Scraped(tuple(sorted({at for series in group for at, _ in series.samples})), tuple(group))
        for target, group in grouped.items()
    }


def _joined(found: Iterable[Series]) -> list[Series]:
    """One of each series that has samples: the bucket `1` is written `1.0` from Prometheus 3 on, and is the same."""
    joined: dict[tuple[str, SeriesKey], Series] = {}
    for series in found:
        place = series.labels.get("__name__", ""), key(series)
        known = joined.get(place)
        samples = dict(known.samples if known else ()) | dict(series.samples)
        if samples:
            joined[place] = Series(series.labels, tuple(sorted(samples.items())))
    return list(joined.values())


def require_same_scrapes(requests: Mapping[Target, Scraped], others: Mapping[Target, Scraped], what: str) -> None:
    """Raises Refused where the other counters do not come from the pages that the requests come from.

    They are asked for after the requests: what was scraped in between is not there in the requests, and waits.
    """
    for target, scraped in others.items():
        known = requests[target].times if target in requests else ()
        last = known[-1] if known else math.inf
        strange = [at for at in scraped.times if at <= last and at not in known]
        if len(strange) > (0 if known else 1):
            raise Refused(f"{what} and requests do not come from the same scrapes (instance {target[1] or 'unknown'})")


def increases(times: Sequence[float], scraped: Scraped, whole: bool, before: EarlierCounts) -> Increases:
    """Per series what it rose by in each interval. `whole`: a series that is missing at a time was not on the page."""
    late = [key(series) for series in scraped.series if series.samples[0][0] > times[0]]
    stood = before(late) if whole and late else {}
    found = []
    for series in scraped.series:
        samples = {at: math.floor(value) for at, value in series.samples}
        start = stood.get(key(series), 0) if whole and key(series) in late else None
        found.append((series, _rises(times, samples, start)))
    return found


def key(series: Series) -> SeriesKey:
    labels = {**series.labels, "le": f"{_bound(series)}"} if "le" in series.labels else series.labels
    return tuple(sorted((label, value) for label, value in labels.items() if label != "__name__"))


def summed(found: Iterable[list[int]], intervals: int) -> list[int]:
    return [sum(column) for column in zip(*found, strict=True)] or [0] * intervals


def bucketed(found: Sequence[tuple[Series, list[int]]], intervals: int) -> list[tuple[int, ...]]:
    """A histogram's cumulative buckets (`le`, seconds) as ours.

    An answer goes where its bucket's lower bound is: it certainly took longer than that.
    """
    bounds = sorted({_bound(series) for series, _ in found})
    if bounds and bounds[-1] != math.inf:
        raise Refused('the latency query leaves out the bucket le="+Inf": whatever took longest would be missing')
    below = {bound: summed([rise for series, rise in found if _bound(series) == bound], intervals) for bound in bounds}
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


def _bound(series: Series) -> float:
    try:
        bound = float(series.labels["le"])
    except (KeyError, ValueError):
        bound = math.nan
    if math.isnan(bound):
        raise Refused("the latency query gives series without `le`: buckets of a histogram are wanted")
    return bound
