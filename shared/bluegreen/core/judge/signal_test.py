"""The sequential test of one signal: its evidence, its dispersion and its threshold."""

from typing import NamedTuple

from bluegreen.core.judge.dispersion import with_failures, with_old_failures
from bluegreen.core.judge.evidence import Interval, PreSwitch, SignalState
from bluegreen.core.judge.exact_tests import upper_bound
from bluegreen.core.judge.hard_limits import Limits
from bluegreen.core.judge.likelihood import UNINFORMATIVE, accumulated, likelihood_ratios, mixture
from bluegreen.core.judge.signal_kinds import Signal

ALPHA = 0.001  # probability of a false alarm per release, all signals together
_BROKEN = 0.5  # where the baseline fails more often than this, the interval says nothing about the release


class StartWeights(NamedTuple):
    """Prior weight of the starting points: those past, this interval, and those to come."""

    past: float
    now: float
    unspent: float


class NullHypothesis(NamedTuple):
    """The release fails no more often than this, and its failures cluster at least so much."""

    rate: float
    dispersion: float


class SignalTest:
    def __init__(self, signal: Signal, null: NullHypothesis, state: SignalState) -> None:
        self.signal = signal
        self.null = null
        self._state = state
        self._sums = state.sums

    def update(self, interval: Interval, baseline_rate: float, weights: StartWeights) -> bool:
        """With one more interval: whether the evidence has reached the threshold."""
        trials, failures = self.signal.metric.candidate(interval)
        sums = self._sums
        if not sums:
            if not trials:
                return False
            sums = (weights.past,) * len(UNINFORMATIVE)
        p0 = max(baseline_rate, self.null.rate)
        informative = p0 <= _BROKEN
        ratios = likelihood_ratios(trials, failures, p0, self._state.dispersion) if informative else UNINFORMATIVE
        self._sums = sums = accumulated(sums, weights.now, ratios)
        return bool(failures) and mixture(sums, weights.unspent) * ALPHA * self.signal.alpha_share >= 1

    def note_failures(self, interval: Interval) -> None:
        """For the dispersion: an interval that has failures, or follows one that has."""
        failures = self.signal.metric.candidate(interval)[1]
        if failures or self._state.last_failures:
            self._state = with_failures(self._state, interval.at, failures, self.null.dispersion)

    def note_old_failures(self, interval: Interval) -> None:
        """For the dispersion: an interval that has become a minute old."""
        failures = self.signal.metric.candidate(interval)[1]
        if failures:
            self._state = with_old_failures(self._state, failures)

    def state(self) -> SignalState:
        return self._state._replace(sums=self._sums)


def null_hypothesis(signal: Signal, before: PreSwitch | None, limits: Limits) -> NullHypothesis:
    """The tolerated rate; where the signal counts users, at least the rate that they got before the switch."""
    rate = limits.tolerance(signal)
    if before is None or not signal.from_users:
        return NullHypothesis(rate, 1.0)
    trials, failures = (before.timed, before.slow) if signal.slow else (before.users, before.failed)
    return NullHypothesis(max(rate, upper_bound(failures, trials)) if failures else rate, before.dispersion)
