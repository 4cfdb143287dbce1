"""The scales: each row of five seconds is weighed in order, and the first one that convicts ends the weighing.

So the verdict is the same however the rows were spread over looks.
"""

from collections.abc import Iterable
from typing import NamedTuple

from bluegreen.core.judge import dispersion, likelihood
from bluegreen.core.judge.evidence import (
    INTERVAL_SECONDS,
    RETENTION_SECONDS,
    Interval,
    PreSwitch,
    RunningCounts,
    SignalState,
)
from bluegreen.core.judge.exact_tests import significantly_above, upper_bound
from bluegreen.core.judge.hard_limits import (
    LEAST_BAD,
    MINUTE,
    Alarm,
    Limits,
    above_critical,
    no_probe_answered,
)
from bluegreen.core.judge.side_by_side import (
    LONGEST_MEMORY,
    Comparison,
    Selector,
    baseline_rate,
    shared_outage,
    significant_difference,
    window_table,
)
from bluegreen.core.judge.signal_kinds import (
    ANSWERS,
    SIDES,
    SIGNALS,
    SLOW,
    Signal,
)

ALPHA = 0.001  # of a false rollback, per release
_BROKEN = 0.5  # a world in which more than every second answer is bad tells nothing about the release
_ANSWERS, _SLOW = SIGNALS.index(ANSWERS), SIGNALS.index(SLOW)
_AFTERWARDS = 20  # seconds after both suffered that do not count for the proof
_WORSE = "worse than the release before, with a chance of a false alarm below 1 in"


class SequentialResult(NamedTuple):
    """`guilt`: the release is worse. `shared`: the evidence is there, but the other environment shows the same."""

    counted: RunningCounts
    guilt: Alarm | None
    shared: Alarm | None


def extended(counted: RunningCounts, fresh: Iterable[Interval], until: float, limits: Limits) -> SequentialResult:
    """Adds what was newly counted, and weighs the rows that are complete. `until`: seconds since the switch."""
    scales = SequentialTest(counted, limits)
    waiting = _merged(counted, fresh)
    guilt = shared = None
    while waiting and waiting[0].at + INTERVAL_SECONDS <= until and guilt is None:
        guilt = scales.add(waiting.pop(0))
        shared = scales.shared or shared
    return SequentialResult(scales.counted(waiting), guilt, None if guilt else shared)


def _merged(counted: RunningCounts, fresh: Iterable[Interval]) -> list[Interval]:
    """The rows that are not weighed yet, ordered by time."""
    found = {row.at: row for row in counted.rows if row.at >= counted.judged}
    for row in fresh:
        if row.at >= counted.judged:
            found[row.at] = found[row.at].plus(row) if row.at in found else row
    return [found[at] for at in sorted(found)]


class SequentialTest:
    """The running numbers while rows are added."""

    def __init__(self, counted: RunningCounts, limits: Limits) -> None:
        self._before = counted
        self._limits = limits
        self._rows = [row for row in counted.rows if row.at < counted.judged]
        self._streams = list(counted.streams) or [SignalState()] * len(SIGNALS)
        self._grown = [stream.grown for stream in self._streams]
        self._unspent = counted.unspent
        self._suffering = counted.suffering
        self._heard = counted.heard
        self._sums = [counted.requests, counted.bad, counted.asked, counted.refused]
        self._known = _known_before(counted.before, limits)
        self._their_last = {theirs: _last_bad(theirs, self._rows) for theirs in SIDES}
        self._calm = not self._rows or not bad_ones(self._rows[-1])
        self.shared: Alarm | None = None

    def add(self, row: Interval) -> Alarm | None:
        """Weighs one row; what convicts, if anything does."""
        rows = self._rows
        rows.append(row)
        if row.at - rows[0].at >= RETENTION_SECONDS:
            del rows[0]
        self.shared = None
        calm = not bad_ones(row)
        crossed = self._grow(row)
        wrong = not calm and self._wrong(row)
        guilt = no_probe_answered(row) or self._too_high() or self._compared(crossed) if wrong else None
        if not calm or not self._calm:
            self._note(row)
        self._age()
        self._count(row, calm)
        self._calm = calm
        return guilt

    def counted(self, waiting: list[Interval]) -> RunningCounts:
        requests, bad, asked, refused = self._sums
        streams = zip(self._streams, self._grown, strict=True)
        changes = {
            "heard": self._heard,
            "judged": self._rows[-1].at + INTERVAL_SECONDS if self._rows else self._before.judged,
            "rows": (*self._rows, *waiting),
            "streams": tuple(stream._replace(grown=grown) for stream, grown in streams),
            "unspent": self._unspent,
            "requests": requests,
            "bad": bad,
            "asked": asked,
            "refused": refused,
            "shared_outage": self._suffering,
        }
        return self._before.model_copy(update=changes)

    def _grow(self, row: Interval) -> list[Signal]:
        """The signals whose evidence has reached its bar."""
        started, start = 1.0 - self._unspent, likelihood.weight(row.at, self._limits.bake)
        self._unspent = unspent = max(self._unspent - start, 0.0)
        worlds, crossed = self._worlds(row), []
        for place, signal in enumerate(SIGNALS):
            n, bad = signal.kind.ours(row)
            before = self._grown[place]
            if not before:
                if not n:
                    continue
                before = (started,) * len(likelihood.NONE)
            p0, known = worlds.get(signal.kind.theirs, 0.0), self._known[place][0]
            p0 = p0 if p0 > known else known
            factors = likelihood.factors(n, bad, p0, self._streams[place].scatter) if p0 <= _BROKEN else likelihood.NONE
            self._grown[place] = grown = likelihood.grown(before, start, factors)
            if bad and likelihood.mass(grown, unspent) * ALPHA * signal.part >= 1:
                crossed.append(signal)
        return crossed

    def _worlds(self, row: Interval) -> dict[Selector, float]:
        """What the other environment shows now, where it had a bad one of late, for each way to look at it."""
        found = {}
        for theirs, last in self._their_last.items():
            if theirs(row)[1]:
                last = self._their_last[theirs] = row.at
            if row.at - last <= LONGEST_MEMORY:
                found[theirs] = baseline_rate(theirs, self._rows)
        return found

    def _wrong(self, row: Interval) -> bool:
        """More than a tolerable share is bad in this very row: while nothing is wrong nothing convicts."""
        failed, slow = self._limits.failed, self._limits.slow
        fails = row.users_bad > row.users * failed or row.probes_bad > row.probes * failed
        return fails or row.users_slow > row.users_timed * slow or row.probes_slow > row.probes_timed * slow

    def _note(self, row: Interval) -> None:
        for place, stream in enumerate(self._streams):
            bad = SIGNALS[place].kind.ours(row)[1]
            if bad or stream.bad_before:
                self._streams[place] = dispersion.noted(stream, row.at, bad, self._known[place][1])

    def _age(self) -> None:
        """A row becomes a minute old."""
        old = self._rows[-1 - dispersion.OLD] if len(self._rows) > dispersion.OLD else None
        if old is None or not bad_ones(old):
            return
        for place, signal in enumerate(SIGNALS):
            bad = signal.kind.ours(old)[1]
            if bad:
                self._streams[place] = dispersion.aged(self._streams[place], bad)

    def _too_high(self) -> Alarm | None:
        failed, slow = self._known[_ANSWERS][0], self._known[_SLOW][0]
        return above_critical(self._rows, self._limits, failed, slow)

    def _compared(self, crossed: list[Signal]) -> Alarm | None:
        for signal in crossed:
            if window_table(signal.kind, self._rows, RETENTION_SECONDS).bad < LEAST_BAD:
                continue
            found, at = (
                significant_difference(signal.kind, self._rows, self._limits.tolerated(signal)),
                self._rows[-1].at + INTERVAL_SECONDS,
            )
            if found is not None:
                return Alarm(signal, found, at, f"{_WORSE} {1 / ALPHA:,.0f}")
            window = window_table(signal.kind, self._rows, MINUTE)
            if significantly_above(window.their_bad, window.theirs, self._limits.failed):
                self.shared, self._suffering = Alarm(signal, Comparison(MINUTE, window), at, "shared"), at
        return None

    def _count(self, row: Interval, calm: bool) -> None:
        """What the proof is made of: not the time in which both suffer."""
        if row.their_bad and not calm and shared_outage(ANSWERS.kind, self._rows, self._limits.warning):
            self._suffering = row.at + INTERVAL_SECONDS
        if row.users or row.probes:
            self._heard = row.at + INTERVAL_SECONDS
        sums = self._sums
        sums[0] += row.users
        sums[1] += row.users_bad
        if self._suffering is None or row.at >= self._suffering + _AFTERWARDS:
            sums[2] += row.users + row.probes
            sums[3] += row.users_bad + row.probes_bad


def bad_ones(row: Interval) -> int:
    """Of the active environment, of any signal."""
    return row[2] + row[4] + row[6] + row[8]


def _last_bad(theirs: Selector, rows: list[Interval]) -> int:
    return max((row.at for row in rows if theirs(row)[1]), default=-LONGEST_MEMORY - 1)


def _known_before(before: PreSwitch | None, limits: Limits) -> list[tuple[float, float]]:
    """Per signal the least p0 and the least scatter: what users got before the switch is no fault of the release."""
    found = []
    for signal in SIGNALS:
        least, scatter = getattr(limits, signal.limit), 1.0
        if signal.users and before is not None:
            n, bad = (before.users, before.bad) if signal.limit == "failed" else (before.timed, before.slow)
            least = max(least, upper_bound(bad, n)) if bad else least
            scatter = before.scatter
        found.append((least, scatter))
    return found
