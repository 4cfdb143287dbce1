"""The sequential test of a release: interval by interval, until an alarm is raised.

Each signal has a `SignalTest`. Alpha is divided among the signals, so that a release that is no worse than it may be,
or no worse than the idle environment, raises an alarm with a probability below the sum, at any time of the bake
(Ville's inequality and the union bound). The fast alarm of `hard_limits` comes before; the guarantee does not cover
it.

Where a signal shows that too many fail but not that the idle environment would be better, the test notes it: both may
share an outage, or nobody can tell.

Intervals are tested in the order of time, and the first alarm ends the test. So the verdict does not depend on how the
intervals were spread over looks; only a total outage is found some seconds earlier by a look within an interval.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from bluegreen.core.judge.evidence import RETENTION_SECONDS, Doubt, Interval, RunningCounts, SignalState
from bluegreen.core.judge.hard_limits import LEAST_FAILURES, MINUTE, Alarm, Limits, total_outage
from bluegreen.core.judge.proof import ProofCounts
from bluegreen.core.judge.signal_kinds import ANSWERS, BASELINES, FAILURES, REQUESTS, SIGNALS, Signal
from bluegreen.core.judge.signal_test import HARDLY, SignalTest, World
from bluegreen.core.judge.statistics import burstiness, intermittent, mirrored
from bluegreen.core.judge.statistics.exact_tests import significantly_above
from bluegreen.core.judge.statistics.healing import is_healing, is_over
from bluegreen.core.judge.statistics.side_by_side import (
    Comparison,
    Selector,
    difference,
    shared_outage,
    totals,
    trailing,
    window_table,
    window_tables,
)

WINDOWS = (10, 20, 40, 60, 120, 300)  # seconds, trailing: one is shown with an alarm
_UNHEARD_OF = 2  # times the tolerance
_LEAST_IDLE = 2  # failures in a minute: a single one is no rate, and would double what may fail
_DOUBT_LASTS = 30  # seconds between two of them that are one
_AT = itemgetter(0)


class BakeCourse(NamedTuple):
    """What a bake went through, besides what each signal's test has gathered."""

    doubt: Doubt | None
    outage_until: int | None
    minutes: list[tuple[int, int]]


class SequentialTest:
    """All signals' tests, and the last five minutes of intervals."""

    def __init__(self, counts: RunningCounts, limits: Limits) -> None:
        self._initial = counts
        self._limits = limits
        self._intervals = [interval for interval in counts.rows if interval.at < counts.judged]
        states = counts.tests or (SignalState(),) * len(SIGNALS)
        self._tests = [
            SignalTest(signal, counts.before, limits, state) for signal, state in zip(SIGNALS, states, strict=True)
        ]
        self._bursts = counts.bursts
        self._doubt = counts.doubt
        self._proof = ProofCounts(counts)
        self._minutes = [*counts.minutes]
        self._baseline_failed_at = {baseline: _last_failure(baseline, self._intervals) for baseline in BASELINES}
        self._doubts = False  # whether the newest interval left something in doubt
        self._withheld: bool | None = None  # whether its alarms of users are withheld; None: nobody has asked

    @property
    def intervals(self) -> Sequence[Interval]:
        """Those that were tested, of the last five minutes."""
        return self._intervals

    @property
    def judged(self) -> int:
        return self._intervals[-1].end if self._intervals else self._initial.judged

    @property
    def course(self) -> BakeCourse:
        return BakeCourse(self._doubt, self._proof.outage_until, self._minutes)

    def follow(self, course: BakeCourse) -> None:
        """The bake took that course, whatever is left out in this test."""
        self._doubt, self._proof.outage_until, self._minutes = course

    def add(self, interval: Interval) -> Alarm | None:
        self._end_a_minute(interval)
        self._intervals.append(interval)
        if interval.at - self._intervals[0].at >= RETENTION_SECONDS:
            del self._intervals[0]
        self._doubts, self._withheld = False, None
        # Noted for an interval whose alarm is withheld, too: the next process finds it among the rows.
        self._baseline_failed_at |= {baseline: interval.at for baseline in BASELINES if baseline(interval)[1]}
        alarm = total_outage(self._intervals) or self._weighed(interval)
        self._learn(interval)
        self._count(interval)
        return alarm

    def counts(self, waiting: list[Interval], written: bool = True) -> RunningCounts:
        changes = {
            "judged": self.judged,
            "rows": (*self._intervals, *waiting),
            "streams": (),
            "suspects": (),
            "tests": tuple([test.state() for test in self._tests]) if written else (),
            "bursts": self._bursts,
            "doubt": self._doubt,
            "minutes": tuple(self._minutes),
        }
        return self._initial.model_copy(update=changes | self._proof.fields())

    def _weighed(self, interval: Interval) -> Alarm | None:
        silent = interval.at - (self._intervals[-2].end if len(self._intervals) > 1 else interval.at)
        well = World(0.0, False, burstiness.correlation(self._bursts), silent)
        worlds = {baseline: self._world(baseline, interval, well) for baseline in BASELINES}
        found = self._crossed(interval, worlds) if any(FAILURES(interval)) else self._keep(interval, worlds)
        if not self._doubts and self._is_unheard_of():
            self._doubted(REQUESTS)
        if is_over(self._intervals):
            self._forget_a_start_that_healed()
        return found

    def _keep(self, interval: Interval, worlds: Mapping[Selector, World]) -> Alarm | None:
        """Most intervals: no signal counts a failure in it, so none can have reached its threshold."""
        for test in self._tests:
            test.keep(interval, worlds[test.signal.metric.baseline])
        return None

    def _crossed(self, interval: Interval, worlds: Mapping[Selector, World]) -> Alarm | None:
        """Every signal's test goes on, though an earlier one has raised an alarm."""
        found = None
        for test in self._tests:
            alone = worlds[test.signal.metric.baseline].hardly_asked
            crossed = test.update(interval, worlds[test.signal.metric.baseline])
            if not (crossed.too_many and self._enough_failed(test.signal, alone)):
                continue
            if crossed.worse:
                if not test.signal.slow and self._is_withheld():
                    self._doubted(test.signal)
                elif found is None and not self._is_healing(test.signal):
                    found = self._alarm(test.signal, alone)
            elif not self._doubts:
                self._doubted(test.signal)
        return found

    def _enough_failed(self, signal: Signal, alone: bool) -> bool:
        """In the longest of the windows, so in the one that is shown: a few failures are no alarm."""
        failed = 0
        for row in reversed(trailing(self._intervals, MINUTE if alone else WINDOWS[-1])):
            failed += signal.metric.candidate(row)[1]
            if failed >= LEAST_FAILURES:
                return True
        return False

    def _is_healing(self, signal: Signal) -> bool:
        return is_healing(signal.metric, self._intervals, self._limits.tolerance(signal))

    def _is_unheard_of(self) -> bool:
        """Users fail as they did not before the switch, but so few asked then that it may have been usual."""
        before = self._initial.before
        if before is None or before.usual_failed <= self._limits.tolerated * _UNHEARD_OF:
            return False
        users, failed = totals(REQUESTS.metric.candidate, self._intervals)
        enough = failed >= LEAST_FAILURES and before.failed <= self._limits.tolerated * before.users
        return enough and significantly_above(failed, users, self._limits.tolerated * _UNHEARD_OF)

    def _forget_a_start_that_healed(self) -> None:
        for test in self._tests:
            if self._is_healing(test.signal):
                test.begin_anew()

    def _world(self, baseline: Selector, interval: Interval, well: World) -> World:
        """The idle environment's last minute. Its rate is computed only where it failed twice."""
        trials, _ = baseline(interval)
        failed = interval.at - self._baseline_failed_at[baseline] < MINUTE
        if not failed and trials * MINUTE > 2 * HARDLY * (interval.end - interval.at):
            return well
        window = trailing(self._intervals, MINUTE)
        trials, failures = totals(baseline, window)
        few = trials * MINUTE < HARDLY * min(MINUTE, interval.end - window[0].at)
        rate = failures / trials if failures >= _LEAST_IDLE else 0.0
        return well._replace(idle_rate=rate, hardly_asked=few and not failures)

    def _alarm(self, signal: Signal, alone: bool) -> Alarm:
        """With the window that shows the difference most plainly; without one, of what was looked at."""
        metric, end = signal.metric, self._intervals[-1].end
        windows = [seconds for seconds in WINDOWS if not alone or seconds <= MINUTE]
        tables = zip(windows, window_tables(metric, self._intervals, windows), strict=True)
        seconds, table = max(tables, key=lambda each: (each[1].failures >= LEAST_FAILURES, difference(each[1])))
        return Alarm(signal, Comparison(min(seconds, end), table), end, "", alone)

    def _is_withheld(self) -> bool:
        """Users' failures that the idle environment may show as well, were it asked for the same. One answer for all
        signals of an interval."""
        if self._withheld is None:
            self._withheld = self._would_be_shared()
        return self._withheld

    def _would_be_shared(self) -> bool:
        tolerated, before = self._limits.tolerated, self._initial.before
        if mirrored.are_asked(self._intervals):
            return mirrored.speak_against(self._intervals, self._in_doubt(self._intervals[-1].end), tolerated)
        if before is None:
            return False
        since = (*self._minutes, intermittent.minute_of(self._intervals))
        comes_and_goes = intermittent.comes_and_goes(before.minutes, since, max(tolerated, before.usual_failed))
        return comes_and_goes and intermittent.only_users_meet_it(self._intervals, tolerated)

    def _end_a_minute(self, interval: Interval) -> None:
        """One of a shared outage, which comes and goes with the world, does not count."""
        if not self._intervals or interval.at // MINUTE == self._intervals[-1].at // MINUTE:
            return
        begins, outage = self._intervals[-1].at // MINUTE * MINUTE, self._proof.outage_until
        if outage is None or outage <= begins:
            self._minutes = [*self._minutes, intermittent.minute_of(self._intervals)][-intermittent.KEPT :]

    def _in_doubt(self, at: int) -> int:
        lasts = self._doubt is not None and at - self._doubt.until <= _DOUBT_LASTS
        return at - self._doubt.since if self._doubt is not None and lasts else 0

    def _doubted(self, signal: Signal) -> None:
        """Too many fail here, and nothing shows that fewer would over there."""
        at = self._intervals[-1].end
        self._doubts, self._doubt = True, Doubt(at - self._in_doubt(at), at)
        table = window_table(signal.metric, self._intervals, MINUTE)
        asked, failed = mirrored.counted(trailing(self._intervals, MINUTE))
        over_there = (table.baseline_failures, table.baseline_trials), (failed, asked)
        if any(significantly_above(*counts, self._limits.tolerated) for counts in over_there):
            self._proof.exclude_outage(at, self._intervals)

    def _learn(self, interval: Interval) -> None:
        old = interval.at - burstiness.AGE
        index = bisect_left(self._intervals, old, key=_AT)
        if index < len(self._intervals) and self._intervals[index].at == old:
            self._bursts = burstiness.taught(self._bursts, self._intervals, index)

    def _count(self, interval: Interval) -> None:
        both_fail = interval.baseline_failed and (interval.users_failed or interval.probes_failed)
        if both_fail and shared_outage(ANSWERS.metric, self._intervals, self._limits.warning):
            self._proof.exclude_outage(interval.end, self._intervals)
        self._proof.add(interval)


def _last_failure(baseline: Selector, intervals: list[Interval]) -> int:
    return max((interval.at for interval in intervals if baseline(interval)[1]), default=-RETENTION_SECONDS)
