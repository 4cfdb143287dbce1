"""Is the same counter there twice, because two servers scrape the same process?

Prometheus is often run as a pair, and where nobody takes the two for one (Thanos, Mimir and VictoriaMetrics each have a
setting for that) every series is there twice, told apart by one label: `prometheus_replica`, `replica`, `__replica__`,
or `job` where one target is found in two ways. Counted side by side each request would be two, and a verdict would rest
on twice the evidence that there is.

Two readings of one counter fit into each other: whatever one says stands between what the other said before and after.
That alone proves nothing: two instances of an idle environment, asked by the same health checks, count the same. So
it is asked only of series of one address (`instance`) that differ in a label which tells scrapers apart, by its name;
and an address such as `localhost:8080`, which agents beside the application write, is many processes'.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bluegreen.clients.time_series import Series

_NAMED, _ALSO = "replica", frozenset({"prometheus", "job"})
_OF_MANY = ("", "localhost", "127.0.0.1", "[")  # hosts that are another one on each machine
_PAIRS = 200  # that are compared at most: what is doubled is doubled everywhere
_LEAST = 3  # samples that fit
_FITS = 10  # times as many as those that do not: two servers' clocks differ by a little


class Twice(NamedTuple):
    """The label by which the two differ, and what it says of them."""

    label: str
    values: tuple[str, str]


def twice(series: Sequence[Series]) -> Twice | None:
    """None where each counter is there once."""
    values: dict[str, set[str]] = {}
    for each in series:
        for label, value in each.labels.items():
            values.setdefault(label, set()).add(value)
    several = (label for label, said in sorted(values.items()) if len(said) > 1 and _tells_scrapers_apart(label))
    return next((found for label in several if (found := _by(label, series))), None)


def _tells_scrapers_apart(label: str) -> bool:
    return _NAMED in label.lower() or label in _ALSO


def _by(label: str, series: Sequence[Series]) -> Twice | None:
    pairs = list(islice(_pairs(label, series), _PAIRS))
    told = [_fits(one, other) for one, other in pairs]
    inside, outside = sum(fits for fits, _ in told), sum(not_ for _, not_ in told)
    if inside < _LEAST or outside * _FITS > inside:
        return None
    first, second = (each.labels[label] for each in pairs[0])
    return Twice(label, (first, second))


def _pairs(label: str, series: Iterable[Series]) -> Iterator[tuple[Series, Series]]:
    """Two series of one address that differ in this label only."""
    known: dict[tuple[tuple[str, str], ...], Series] = {}
    for each in series:
        rest = tuple(sorted(pair for pair in each.labels.items() if pair[0] != label))
        first = known.setdefault(rest, each)
        if first is not each and _is_one_address(each) and label in first.labels and label in each.labels:
            yield first, each


def _fits(one: Series, other: Series) -> tuple[int, int]:
    """How many samples of the other stand between those of the one around it, and how many do not. 0 says nothing."""
    times, fits, not_ = [at for at, _ in one.samples], 0, 0
    for at, value in other.samples:
        before, after = bisect_right(times, at) - 1, bisect_left(times, at)
        if before < 0 or after == len(times) or not value:
            continue
        low, high = one.samples[before][1], one.samples[after][1]
        if low <= high:  # else it has started again in between
            inside = low <= value <= high
            fits, not_ = fits + inside, not_ + (not inside)
    return fits, not_


def _is_one_address(series: Series) -> bool:
    return series.labels.get("instance", "").partition(":")[0].lower() not in _OF_MANY
