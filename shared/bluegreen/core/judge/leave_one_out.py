"""Convicts only what would be convicted without any one client on any one path.

The statistics of `sequential_test` say whether requests fail, not whose requests. A URL that fails in every release,
asked by one client again and again, convicts any release: the baseline is not asked for it, and before the switch
nobody asked. So an alarm needs failures of several clients or on several paths, or of probes.

How many are several is not counted but tested. For each of the clients on paths that failed most in the last five
minutes (the suspects) the whole test is made again as if it had not asked: all signals, all windows, the same limits.
Where a suspect has more than a third of the failures, an alarm stands only if the test without it raises one too; else
it is withheld. With a third or less it cannot have brought a tolerated release over: the whole then fails at most 1.5
times as often as is tolerated, where the nearest alternative gathers next to nothing (1.5 · ln 2 - 1 = 0.04 a failure
that is tolerated).

Leaving out can only take alarms away, so the guarantee of `sequential_test` stays. A fault that many meet has no
suspect with a third, and is found as fast as without this rule.

Failures of nobody known (probes, routers of before, other sources of signals) are in every test. Where no client is
told, there is no suspect, and an alarm is an alarm.

An example: 780 requests in 20 s, 30 of them failed, all of one client on one path. Without it 0 of 750 failed, and the
alarm is withheld. Of thirty clients that failed once each, 29 of 779 are left: convicted in the same interval.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from bluegreen.core.judge.client_paths import KEPT, heaviest
from bluegreen.core.judge.evidence import RETENTION_SECONDS, Interval, LeftOut, PreSwitch, RunningCounts, Withheld
from bluegreen.core.judge.hard_limits import Alarm, Limits, total_outage
from bluegreen.core.judge.sequential_test import SequentialTest
from bluegreen.core.judge.signal_kinds import ANSWERS
from bluegreen.core.judge.statistics.side_by_side import totals, trailing

_SUSPECTS = 3  # each costs a test and a kilobyte of the record; a fourth client or path is "several" anyway


class SequentialResult(NamedTuple):
    counts: RunningCounts
    alarm: Alarm | None  # the release is worse
    shared: Alarm | None  # a signal has crossed its threshold, but the baseline shows the same


class Extend(Protocol):
    def __call__(
        self, counts: RunningCounts, fresh: Iterable[Interval], until: float, limits: Limits
    ) -> SequentialResult:
        """The test with newly counted intervals, as far as they are complete. `until`: seconds since the switch."""


def extended(counts: RunningCounts, fresh: Iterable[Interval], until: float, limits: Limits) -> SequentialResult:
    """With what is written down of the test until then."""
    return LeaveOneOut(counts, limits).extended(untested(counts.judged, counts.rows, fresh), until)


def untested(judged: int, waiting: Iterable[Interval], fresh: Iterable[Interval]) -> list[Interval]:
    """From `judged` on, in the order of time."""
    found = {interval.at: interval for interval in waiting if interval.at >= judged}
    for interval in fresh:
        at = interval.at
        if at >= judged:
            found[at] = found[at].plus(interval) if at in found else interval
    return [found[at] for at in sorted(found)]


class Unbroken:
    """As `extended`, for the looks at one bake in one process: between them nothing is written down and read again.

    Not `apart`: no suspect is left out. Then `alarmed` says whether that could have made a difference.
    """

    def __init__(self, apart: bool) -> None:
        self._apart, self.alarmed = apart, False
        self._test: LeaveOneOut | None = None
        self._given: tuple[PreSwitch | None, Limits] | None = None

    def extended(
        self, counts: RunningCounts, fresh: Iterable[Interval], until: float, limits: Limits
    ) -> SequentialResult:
        given = counts.before, limits
        if self._test is None or given != self._given:
            written = counts if self._test is None else self._test.counts([])
            written = written.model_copy(update={"before": counts.before})
            self._test, self._given = LeaveOneOut(written, limits, self._apart), given
        found = self._test.extended(untested(counts.judged, counts.rows, fresh), until, written=False)
        self.alarmed = self.alarmed or self._test.alarmed
        return found


class LeaveOneOut:
    """The test of all that was counted, and one without each suspect."""

    def __init__(self, counts: RunningCounts, limits: Limits, apart: bool = True) -> None:
        self._limits, self._apart = limits, apart
        self._all = SequentialTest(counts, limits)
        self._without = {left_out.key: self._test_without(left_out, counts) for left_out in counts.left_out}
        self._withheld = counts.withheld
        self.alarmed = False  # the test of all was

    @property
    def doubted(self) -> bool:
        """Something was in doubt, or an outage was shared, at any time."""
        return self._all.doubted

    def extended(self, waiting: list[Interval], until: float, written: bool = True) -> SequentialResult:
        """`written`: the counts hold all that another process needs to go on."""
        alarm = shared = None
        while waiting and waiting[0].end <= until and alarm is None:
            alarm = self.add(waiting.pop(0))
            shared = self._all.shared or shared
        if alarm is None and waiting and waiting[0].at < until:
            alarm = self.outage_so_far(waiting[0], int(until) - waiting[0].at)
        return SequentialResult(self.counts(waiting, written), alarm, None if alarm else shared)

    def add(self, interval: Interval) -> Alarm | None:
        if self._apart and (interval.client_paths or self._without):
            self._choose(interval)
        alarm = self._all.add(interval)
        self.alarmed = self.alarmed or alarm is not None
        alarms = {key: test.add(interval.without(key)) for key, test in self._without.items()}
        if alarm is None:
            return None
        only = next((key for key in self._decisive(alarm) if alarms[key] is None), None)
        if only is None:
            return alarm
        self._withheld = _withheld(only, interval, self._withheld)
        return None

    def outage_so_far(self, part: Interval, elapsed: int) -> Alarm | None:
        """Of an interval that is not complete: what fails for one client only is no outage of probes."""
        return total_outage([*self._all.intervals, part], elapsed)

    def counts(self, waiting: list[Interval], written: bool = True) -> RunningCounts:
        states = ((key, test.counts([])) for key, test in self._without.items() if written)
        left_out = tuple(LeftOut(key, state.tests, state.bursts) for key, state in states)
        found = self._all.counts(waiting, written)
        if (left_out, self._withheld) == (found.left_out, found.withheld):
            return found
        return found.model_copy(update={"left_out": left_out, "withheld": self._withheld})

    def _choose(self, interval: Interval) -> None:
        """The suspects, heaviest first. A new one's failures so far, few by then, stay in its test."""
        told = [each for row in (*self._all.intervals, interval) for each in row.client_paths]
        keys = [key for key, _ in heaviest(told, _SUSPECTS)]
        fresh = [key for key in keys if key not in self._without]
        before = self._all.counts([]) if fresh else None
        tests = {key: self._test_without(LeftOut(key, before.tests, before.bursts), before) for key in fresh if before}
        self._without = {key: tests.get(key) or self._without[key] for key in keys}

    def _decisive(self, alarm: Alarm) -> Iterator[int]:
        """Suspects with more than a third of the failures: where the alarm was seen, or in the last five minutes."""
        for seconds in (alarm.comparison.seconds, RETENTION_SECONDS):
            rows = trailing(self._all.intervals, seconds)
            _, failures = totals(ANSWERS.metric.candidate, rows)
            own = dict(heaviest((each for row in rows for each in row.client_paths), len(rows) * KEPT))
            yield from (key for key in self._without if 3 * own.get(key, 0) > failures)

    def _test_without(self, one: LeftOut, counts: RunningCounts) -> SequentialTest:
        changes = {
            "rows": tuple(interval.without(one.key) for interval in counts.rows),
            "tests": one.tests,
            "bursts": one.bursts,
        }
        return SequentialTest(counts.model_copy(update=changes), self._limits)


def _withheld(key: int, interval: Interval, before: Withheld | None) -> Withheld:
    """One more, of the same spell if the last was less than five minutes ago."""
    lasts = before is not None and interval.at - before.until < RETENTION_SECONDS
    return Withheld(key, before.since if before is not None and lasts else interval.at, interval.end)
