"""What convicts at a glance, before any evidence has piled up: no probe is answered, or a critical level is passed."""

from collections.abc import Sequence
from typing import NamedTuple

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval
from bluegreen.core.judge.exact_tests import significantly_above
from bluegreen.core.judge.side_by_side import (
    Comparison,
    ContingencyTable,
    significant_difference,
    totals,
    trailing,
)
from bluegreen.core.judge.signal_kinds import (
    ANSWERS,
    PROBES,
    REQUESTS,
    SLOW,
    Signal,
)

LEAST_BAD = 3
MINUTE = 60
_TWO_ROWS = 2 * INTERVAL_SECONDS
_FAR = 3  # so many times above the critical level two rows are enough


class Limits(NamedTuple):
    """Shares between 0 and 1."""

    failed: float  # nobody would wake up for it
    slow: float
    warning: float  # the thresholds table's levels of the error rate
    critical: float
    slow_critical: float
    least: int  # answers in a minute below which the critical level decides nothing
    bake: float  # seconds

    def tolerated(self, signal: Signal) -> float:
        share: float = getattr(self, signal.limit)
        return share


class Alarm(NamedTuple):
    """A signal that convicts: the window that shows it, and when, in seconds since the switch."""

    signal: Signal
    significant_difference: Comparison
    at: int
    rule: str


def no_probe_answered(row: Interval) -> Alarm | None:
    """Every probe of a row failed, and over there none did."""
    asked = min(row.probes, row.theirs) >= LEAST_BAD
    if not asked or row.probes_bad < row.probes or row.their_bad:
        return None
    share = ContingencyTable(row.probes, row.probes_bad, row.theirs, row.their_bad)
    return Alarm(PROBES, Comparison(INTERVAL_SECONDS, share), row.at + INTERVAL_SECONDS, "no probe is answered")


def above_critical(rows: Sequence[Interval], limits: Limits, failed_before: float, slow_before: float) -> Alarm | None:
    """Above the critical level in the newest row's windows while nothing fails over there.

    `failed_before`, `slow_before`: what users got before the switch raises the level.
    """
    row, found = rows[-1], None
    if row.users_bad or row.probes_bad:
        level = max(limits.critical, failed_before)
        found = _above(ANSWERS, _FAR * level, _TWO_ROWS, rows, limits, moments=2)
        found = found or _above(REQUESTS, _FAR * level, _TWO_ROWS, rows, limits, moments=2)
        found = found or _above(ANSWERS, level, MINUTE, rows, limits)
    if row.users_slow and found is None:
        found = _above(SLOW, max(limits.slow_critical, slow_before), MINUTE, rows, limits)
    return found


def _above(
    signal: Signal, level: float, seconds: int, rows: Sequence[Interval], limits: Limits, moments: int = 3
) -> Alarm | None:
    window = trailing(rows, seconds)
    theirs, their_bad = totals(signal.kind.theirs, window)
    if not theirs or their_bad:
        return None
    n, bad = totals(signal.kind.ours, window)
    if n < limits.least or not significantly_above(bad, n, level):
        return None
    found = significant_difference(signal.kind, rows, limits.tolerated(signal), moments)
    return found and Alarm(signal, found, rows[-1].at + INTERVAL_SECONDS, "above the critical level")
