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
from bluegreen.core.judge.evidence import RETENTION_SECONDS, Interval, LeftOut, RunningCounts, Withheld
from bluegreen.core.judge.hard_limits import Alarm, Limits, total_outage
from bluegreen.core.judge.sequential_test import BakeCourse, SequentialTest
from bluegreen.core.judge.signal_kinds import ANSWERS
from bluegreen.core.judge.statistics.side_by_side import totals, trailing

_SUSPECTS = 3  # each costs a test and a kilobyte of the record; a fourth client or path is "several" anyway


class SequentialResult(NamedTuple):
    counts: RunningCounts
    alarm: Alarm | None  # the release is worse


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


class LeaveOneOut:
    """The test of all that was counted, and one without each suspect; not `apart`: no client is a suspect."""

    def __init__(self, counts: RunningCounts, limits: Limits, apart: bool = True) -> None:
        self._limits, self._apart = limits, apart
        self._all = SequentialTest(counts, limits)
        self._without = {left_out.key: _Suspect(left_out, counts, limits) for left_out in counts.left_out}
        self._withheld = counts.withheld
        self.alarmed = False  # the test of all has raised an alarm, whatever became of it

    @property
    def judged(self) -> int:
        """Intervals that begin before this are tested, in seconds since the switch."""
        return self._all.judged

    @property
    def troubled_until(self) -> int | None:
        """Until when something was in doubt, an outage shared, or an alarm withheld because of one client."""
        doubt, outage_until, _ = self._all.course
        ends = [each.until for each in (doubt, self._withheld) if each is not None]
        ends += [outage_until] if outage_until is not None else []
        return max(ends, default=None)

    def extended(self, waiting: list[Interval], until: float) -> SequentialResult:
        alarm = self.advanced(waiting, until)
        return SequentialResult(self.counts(waiting), alarm)

    def advanced(self, waiting: list[Interval], until: float) -> Alarm | None:
        """Takes out of `waiting` what is complete by then, up to the first alarm."""
        alarm = None
        while waiting and waiting[0].end <= until and alarm is None:
            alarm = self.add(waiting.pop(0))
        if alarm is None and waiting and waiting[0].at < until:
            alarm = self._outage_so_far(waiting[0], int(until) - waiting[0].at)
        return alarm

    def add(self, interval: Interval) -> Alarm | None:
        if self._apart and (interval.client_paths or self._without):
            self._choose(interval)
        for suspect in self._without.values():
            suspect.add(interval, self._all.course)
        alarm = self._all.add(interval)
        self.alarmed = self.alarmed or alarm is not None
        if alarm is None:
            return None
        only = next((key for key in self._decisive(alarm) if self._without[key].alarm is None), None)
        if only is None:
            return alarm
        self._withheld = _withheld(only, interval, self._withheld)
        return None

    def _outage_so_far(self, part: Interval, elapsed: int) -> Alarm | None:
        """Of an interval that is not complete: what fails for one client only is no outage of probes."""
        return total_outage([*self._all.intervals, part], elapsed)

    def counts(self, waiting: list[Interval], written: bool = True) -> RunningCounts:
        """`written`: they hold all that another process needs to go on."""
        left_out = tuple(suspect.state() for suspect in self._without.values() if written)
        found = self._all.counts(waiting, written)
        if (left_out, self._withheld) == (found.left_out, found.withheld):
            return found
        return found.model_copy(update={"left_out": left_out, "withheld": self._withheld})

    def _choose(self, interval: Interval) -> None:
        """The suspects, heaviest first. A new one's failures so far, few by then, stay in its test."""
        told = [each for row in (*self._all.intervals, interval) for each in row.client_paths]
        keys = [key for key, _ in heaviest(told, _SUSPECTS)]
        fresh = [key for key in keys if key not in self._without]
        if fresh:
            before = self._all.counts([])
            for key in fresh:
                self._without[key] = _Suspect(LeftOut(key, before.tests, before.bursts), before, self._limits)
        self._without = {key: self._without[key] for key in keys}

    def _decisive(self, alarm: Alarm) -> Iterator[int]:
        """Suspects with more than a third of the failures: where the alarm was seen, or in the last five minutes."""
        for seconds in (alarm.comparison.seconds, RETENTION_SECONDS):
            rows = trailing(self._all.intervals, seconds)
            _, failures = totals(ANSWERS.metric.candidate, rows)
            own = dict(heaviest((each for row in rows for each in row.client_paths), len(rows) * KEPT))
            yield from (key for key in self._without if 3 * own.get(key, 0) > failures)


class _Suspect:
    """The test without one client on one path: made once somebody asks what it says, for most are never decisive.

    Until then intervals wait, each with the course that the bake had taken, which this test does not find by itself.
    """

    def __init__(self, left_out: LeftOut, counts: RunningCounts, limits: Limits) -> None:
        self._left_out, self._counts, self._limits = left_out, counts, limits
        self._test: SequentialTest | None = None
        self._waiting: list[tuple[Interval, BakeCourse]] = []
        self._alarm: Alarm | None = None

    def add(self, interval: Interval, course: BakeCourse) -> None:
        """`course`: of the whole bake until then."""
        self._waiting.append((interval, course))

    @property
    def alarm(self) -> Alarm | None:
        """Of the newest interval."""
        self._added()
        return self._alarm

    def state(self) -> LeftOut:
        counts = self._added().counts([])
        return LeftOut(self._left_out.key, counts.tests, counts.bursts)

    def _added(self) -> SequentialTest:
        test = self._test = self._test or self._begun()
        for interval, course in self._waiting:
            test.follow(course)
            self._alarm = test.add(interval.without(self._left_out.key))
        self._waiting.clear()
        return test

    def _begun(self) -> SequentialTest:
        key, tests, bursts = self._left_out
        rows = tuple(interval.without(key) for interval in self._counts.rows)
        return SequentialTest(
            self._counts.model_copy(update={"rows": rows, "tests": tests, "bursts": bursts}), self._limits
        )


def _withheld(key: int, interval: Interval, before: Withheld | None) -> Withheld:
    """One more, of the same spell if the last was less than five minutes ago."""
    lasts = before is not None and interval.at - before.until < RETENTION_SECONDS
    return Withheld(key, before.since if before is not None and lasts else interval.at, interval.end)
