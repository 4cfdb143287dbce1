"""The sequential test of a release: interval by interval, until an alarm is raised.

What is tested. Each signal has a `SignalTest` that accumulates evidence M against "the failure rate is at most p0" (see
`likelihood`). p0 is the largest of the tolerance, what users got before the switch, and what the baseline shows now.

The guarantee. ALPHA = 0.001 is divided among the signals: signal s crosses its threshold when M >= 1 / (ALPHA · share).
By Ville's inequality and the union bound, a release that is no worse than p0 crosses any threshold, at any time of the
bake, with a probability of at most 0.001. For the signal "failed", with a share of 0.65, the threshold is 1,538.

Crossing is not enough for an alarm: the candidate must also differ from the baseline (`side_by_side`). Where it does
not, and the baseline fails too, the outage is shared and not the release's fault. `hard_limits` may raise an alarm
earlier; the guarantee does not cover these.

Intervals are tested in the order of time, and the first alarm ends the test. So the verdict does not depend on how the
intervals were spread over looks.
"""

from collections.abc import Sequence

from bluegreen.core.judge.dispersion import RECENT
from bluegreen.core.judge.evidence import (
    RETENTION_SECONDS,
    Interval,
    RunningCounts,
    SignalState,
)
from bluegreen.core.judge.exact_tests import significantly_above
from bluegreen.core.judge.hard_limits import (
    LEAST_FAILURES,
    MINUTE,
    Alarm,
    Limits,
    above_critical,
    no_probe_answered,
)
from bluegreen.core.judge.likelihood import start_weight
from bluegreen.core.judge.proof import ProofCounts
from bluegreen.core.judge.side_by_side import (
    BASELINE_MEMORY,
    Comparison,
    Selector,
    baseline_rate,
    shared_outage,
    significant_difference,
    window_table,
)
from bluegreen.core.judge.signal_kinds import ANSWERS, BASELINES, SIGNALS, SLOW, Signal
from bluegreen.core.judge.signal_test import ALPHA, SignalTest, StartWeights, null_hypothesis

_RULE = f"worse than the release before, with a chance of a false alarm below 1 in {1 / ALPHA:,.0f}"
_ANSWERS, _SLOW = SIGNALS.index(ANSWERS), SIGNALS.index(SLOW)


class SequentialTest:
    """All signals' tests, and the last five minutes of intervals."""

    def __init__(self, counts: RunningCounts, limits: Limits) -> None:
        self._initial = counts
        self._limits = limits
        self._intervals = [interval for interval in counts.rows if interval.at < counts.judged]
        states = counts.streams or (SignalState(),) * len(SIGNALS)
        self._tests = [
            SignalTest(signal, null_hypothesis(signal, counts.before, limits), state)
            for signal, state in zip(SIGNALS, states, strict=True)
        ]
        self._unspent = counts.unspent
        self._proof = ProofCounts(counts)
        self._baseline_failed_at = {baseline: _last_failure(baseline, self._intervals) for baseline in BASELINES}
        self._had_failures = bool(self._intervals) and _failures(self._intervals[-1]) > 0
        self.shared: Alarm | None = None

    @property
    def intervals(self) -> Sequence[Interval]:
        """Those that were tested, of the last five minutes."""
        return self._intervals

    def add(self, interval: Interval) -> Alarm | None:
        self._intervals.append(interval)
        if interval.at - self._intervals[0].at >= RETENTION_SECONDS:
            del self._intervals[0]
        self.shared = None
        has_failures = _failures(interval) > 0
        crossed = self._crossed(interval)
        alarm = self._alarm(interval, crossed) if has_failures and self._above_tolerance(interval) else None
        if has_failures or self._had_failures:
            for test in self._tests:
                test.note_failures(interval)
        self._note_old_failures()
        self._count(interval, has_failures)
        self._had_failures = has_failures
        return alarm

    def counts(self, waiting: list[Interval]) -> RunningCounts:
        changes = {
            "judged": self._intervals[-1].end if self._intervals else self._initial.judged,
            "rows": (*self._intervals, *waiting),
            "streams": tuple(test.state() for test in self._tests),
            "unspent": self._unspent,
        }
        return self._initial.model_copy(update=changes | self._proof.fields())

    def _crossed(self, interval: Interval) -> list[Signal]:
        """The signals whose evidence has reached its threshold."""
        past, now = 1.0 - self._unspent, start_weight(interval.at, self._limits.bake)
        self._unspent = max(self._unspent - now, 0.0)
        weights, rates = StartWeights(past, now, self._unspent), self._baseline_rates(interval)
        return [
            test.signal
            for test in self._tests
            if test.update(interval, rates.get(test.signal.metric.baseline, 0.0), weights)
        ]

    def _baseline_rates(self, interval: Interval) -> dict[Selector, float]:
        """Only of those that had a failure of late."""
        rates = {}
        for baseline, failed_at in self._baseline_failed_at.items():
            if baseline(interval)[1]:
                failed_at = self._baseline_failed_at[baseline] = interval.at
            if interval.at - failed_at <= BASELINE_MEMORY:
                rates[baseline] = baseline_rate(baseline, self._intervals)
        return rates

    def _above_tolerance(self, interval: Interval) -> bool:
        """An alarm is raised only in an interval that itself exceeds the tolerance, never while all is well again."""
        failed, slow = self._limits.tolerated, self._limits.tolerated_slow
        fails = interval.users_failed > interval.users * failed or interval.probes_failed > interval.probes * failed
        return (
            fails
            or interval.users_slow > interval.users_timed * slow
            or interval.probes_slow > interval.probes_timed * slow
        )

    def _alarm(self, interval: Interval, crossed: list[Signal]) -> Alarm | None:
        failed_before, slow_before = self._tests[_ANSWERS].null.rate, self._tests[_SLOW].null.rate
        return (
            no_probe_answered(interval)
            or above_critical(self._intervals, self._limits, failed_before, slow_before)
            or self._compared(crossed)
        )

    def _compared(self, crossed: list[Signal]) -> Alarm | None:
        """The first signal in which candidate and baseline differ; else notes whether an outage is shared."""
        end = self._intervals[-1].end
        for signal in crossed:
            if window_table(signal.metric, self._intervals, RETENTION_SECONDS).failures < LEAST_FAILURES:
                continue
            comparison = significant_difference(signal.metric, self._intervals, self._limits.tolerance(signal))
            if comparison is not None:
                return Alarm(signal, comparison, end, _RULE)
            table = window_table(signal.metric, self._intervals, MINUTE)
            if significantly_above(table.baseline_failures, table.baseline_trials, self._limits.tolerated):
                self.shared = Alarm(signal, Comparison(MINUTE, table), end, "shared")
                self._proof.exclude_outage(end, self._intervals)
        return None

    def _note_old_failures(self) -> None:
        old = self._intervals[-1 - RECENT] if len(self._intervals) > RECENT else None
        if old is not None and _failures(old):
            for test in self._tests:
                test.note_old_failures(old)

    def _count(self, interval: Interval, has_failures: bool) -> None:
        both_fail = interval.baseline_failed and has_failures
        if both_fail and shared_outage(ANSWERS.metric, self._intervals, self._limits.warning):
            self._proof.exclude_outage(interval.end, self._intervals)
        self._proof.add(interval)


def _failures(interval: Interval) -> int:
    """Of the candidate, in any signal."""
    return interval[2] + interval[4] + interval[6] + interval[8]


def _last_failure(baseline: Selector, intervals: list[Interval]) -> int:
    return max((interval.at for interval in intervals if baseline(interval)[1]), default=-BASELINE_MEMORY - 1)
