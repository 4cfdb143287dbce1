"""How much evidence a burst may give: a leaky bucket.

A worker that restarts or a pool that runs dry makes many failures of one cause, within seconds. As independent
failures they would convict any release. So what intervals may add to the logarithm of the e-value is drawn from an
allowance that is full at first, and refilled with every interval:

    added = min(log L, left),   left <- min(full, left - added + refill)

A fault that lasts for k intervals adds at most full + (k - 1) · refill, whatever its size: how long it lasts is what
counts. Evidence *for* the release is never capped. By the cap each ratio only becomes smaller, so the inequality of
`likelihood` stays.

Time refills it, also where nothing was counted: of a source that tells of each minute in one interval (a server that
scrapes every 60 s) eleven of twelve are missing, and what lasts for ten minutes has been seen in ten. Each of these
adds at most `full`, as a burst would that stands between two good minutes.

Where both environments have been seen to fail in bursts of their own, intraclass correlation r (`burstiness`), the
refill is divided by 1 + 30·r: there a fault has to last longer to be told from a burst.

An example: full 3, refill 1.25. A burst of ten seconds adds at most 4.25, and one of 20 s at most 6.75, where even a
fault from the first interval on needs 10.9. With r = 0.05 the refill is 0.5, and the burst of 20 s adds 4.5.
"""

from typing import NamedTuple

_SLOWER = 30.0


class Allowance(NamedTuple):
    full: float
    refill: float  # in an interval


SMALL = LARGE = Allowance(3.0, 1.25)  # for the small alternatives of `likelihood`, and for the others
CRITICAL = Allowance(4.0, 4.0)
COMPARED = Allowance(3.0, 1.4)  # for `twins`


def capped(logs: tuple[float, ...], left: float) -> tuple[float, ...]:
    return tuple([each if each < left else left for each in logs])


def refilled(allowance: Allowance, left: float, most: float, correlation: float) -> float:
    """What is left after an interval; `most`: of what was to be added for each alternative, the largest."""
    used = min(most, left) if most > 0.0 else 0.0
    return min(allowance.full, left - used + allowance.refill / (1 + _SLOWER * correlation))


def rested(allowance: Allowance, left: float, missing: int, correlation: float) -> float:
    """What is left after so many intervals in which nothing was counted."""
    return min(allowance.full, left + missing * allowance.refill / (1 + _SLOWER * correlation))
