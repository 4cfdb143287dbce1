"""Are these one process's counters, or those of several that answer behind one address in turn?

A counter of one process rises, and falls only where the process has started again: to what it has counted since then.
Behind a load balancer, or with several workers on one port, each scrape is answered by another process. Then each
return to the lower counter looks like a start, and each way back up like requests that were never made. Example: pages
that say 40 and 1 failed in turn, with nothing failing, give 39 failures at every second scrape.

Three signs, in one series:

- it falls more than once a minute (or in four intervals, where scrapes are further apart);
- it falls to so much (20, and half of what it was) that a process which has just started would have had to count ten
  times as much as in a usual interval: 1,000, 990 while it counts 5 from scrape to scrape; or
- after it has fallen it comes back, in one step, above where it fell from, and that step is more than twice as large
  as any other since then, so that two sequences that each rise explain it better than one.

A process that starts again and again shows the same. `process_start_time_seconds`, which most client libraries export,
tells the two apart: of one process it rises with every fall, of several it goes back. Where it is not there, nothing is
known, and no data is the right answer: it is neither good nor bad.
"""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bluegreen.clients.time_series import Series

_MINUTE, _INTERVALS = 60.0, 4
_TIMES = 2  # so much larger than any other step
_LEAST, _PART, _USUAL = 20, 0.5, 10
Samples = Sequence[tuple[float, float]]


class Fall(NamedTuple):
    """Between two scrapes, times in seconds since 1970."""

    before: float
    after: float


def doubtful_falls(series: Iterable[Series]) -> list[Fall]:
    """All falls of those series that one process does not explain."""
    found = [(each.samples, _falls(each.samples)) for each in series]
    odd = [
        falls
        for samples, places in found
        if (falls := [_fall(samples, place) for place in places]) and _is_odd(samples, places, falls)
    ]
    return [fall for falls in odd for fall in falls]


def are_restarts(falls: Iterable[Fall], started: Iterable[Series]) -> bool:
    """Whether a process had started anew at every fall, by its own word, and never an older one answered again."""
    told = [dict(each.samples) for each in started]
    rises = all(a <= b for one in told for a, b in itertools.pairwise(value for _, value in sorted(one.items())))
    return bool(told) and rises and all(any(_rose(one, fall) for one in told) for fall in falls)


def shown(series: Iterable[Series]) -> str:
    """The values around a fall, for people."""
    for each in series:
        for place in _falls(each.samples)[:1]:
            around = each.samples[max(place - 2, 0) : place + 3]
            return ", ".join(f"{value:g}" for _, value in around)
    return ""


def _is_odd(samples: Samples, places: list[int], falls: list[Fall]) -> bool:
    often = max(_MINUTE, _INTERVALS * statistics.median(b - a for (a, _), (b, _) in itertools.pairwise(samples)))
    again = any(later.after - earlier.after <= often for earlier, later in itertools.pairwise(falls))
    ends = [*places[1:], len(samples)]
    return (
        again
        or any(_too_high(samples, place) for place in places)
        or any(_returns(samples, place, end) for place, end in zip(places, ends, strict=True))
    )


def _falls(samples: Samples) -> list[int]:
    """Places of the samples that are lower than the one before."""
    return [place for place in range(1, len(samples)) if samples[place][1] < samples[place - 1][1]]


def _fall(samples: Samples, place: int) -> Fall:
    return Fall(samples[place - 1][0], samples[place][0])


def _too_high(samples: Samples, place: int) -> bool:
    """What it falls to is more than a start explains."""
    steps = [b - a for (_, a), (_, b) in itertools.pairwise(samples) if b >= a]
    value = samples[place][1]
    return value >= max(_LEAST, _PART * samples[place - 1][1]) and value > _USUAL * statistics.median(steps or [0.0])


def _returns(samples: Samples, place: int, end: int) -> bool:
    """From the fall on, up to the next one."""
    above = samples[place - 1][1]
    values = [0.0, *(value for _, value in samples[place:end])]
    steps = [(a, b - a, b) for a, b in itertools.pairwise(values)]
    crossing = next(((at, step) for at, (a, step, b) in enumerate(steps) if at and a < above <= b), None)
    if crossing is None:
        return False
    at, step = crossing
    return step > _TIMES * max(other for place, (_, other, _) in enumerate(steps) if place != at)


def _rose(started: dict[float, float], fall: Fall) -> bool:
    before, after = started.get(fall.before), started.get(fall.after)
    return before is not None and after is not None and after > before
