"""The sequential test of one signal: three kinds of evidence, of which two are wanted.

1. *Own*: the candidate fails more than it may. p0 is the largest of the tolerance, to which what the idle environment
   shows in the last minute is added, and of what users always got (`usual`).
2. *Critical*: the same with the critical level in the place of the tolerance, and a larger allowance, so that a plain
   fault is found within three or four intervals. It is evidence like the other, not a limit that is tested anew at
   each look.
3. *Compared*: the candidate fails more than the idle environment at the same moments (`twins`): going back would help.

An alarm wants 3, and 1 or 2. A release for which one of the two null hypotheses holds, no worse than it may be or no
worse than the idle environment, raises it with a probability of at most alpha or alpha of the comparison.

Where the idle environment was hardly asked in the last minute, fewer than twenty times, nothing can be compared; as
long as it did not fail, 1 or 2 is enough, and the reason says what is not known.

p0 of users and probes together is the mean of both: only users' requests may fail as they always did.

Evidence is added up when somebody asks: when it is to be written down, or when it may have reached a threshold. Before
that the intervals wait, and only the largest logarithm of each is added up, from zero again where the sum falls below
it. M is at most twice e to that sum s: what had been gathered before grew by e^s at most, and so did each of the
starting points since, whose weights sum to 1. So most intervals of a good release cost next to nothing, and whenever
the evidence is asked for, it is what it would have been all along.
"""

from math import exp, inf, log
from typing import NamedTuple

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval, PreSwitch, SignalState
from bluegreen.core.judge.hard_limits import Limits
from bluegreen.core.judge.signal_kinds import Signal
from bluegreen.core.judge.statistics import allowance, twins
from bluegreen.core.judge.statistics.allowance import capped, refilled, rested
from bluegreen.core.judge.statistics.likelihood import (
    ALTERNATIVES,
    CRITICAL_ALTERNATIVES,
    SLOW_PRIOR,
    SMALL,
    Weighed,
    accumulated,
    critical_weighed,
    mean,
    mixture,
    slow_weighed,
    start_weight,
    weighed,
)

ALPHA = 0.001  # probability of a false alarm per release that is no worse than it may be, all signals together
ALPHA_COMPARED = 0.01  # … per release that is no worse than the idle environment
_OWN = 0.7  # of ALPHA; the rest is the critical level's
_FIRST, _FIRST_SLOW, _FIRST_CRITICAL, _FIRST_COMPARED = 0.25, 0.85, 0.7, 0.5  # prior weight of the first interval
HARDLY = 20  # times in a minute the idle environment is asked: too few to compare with
_HIGHEST = 0.6  # p0
_ROUNDED = 0.002
_LEAST = 1e-300  # has a logarithm
_TWICE = 0.7  # log 2, and more than rounding ever makes
_ALLOWANCES = (allowance.SMALL, allowance.LARGE, allowance.CRITICAL, allowance.COMPARED)
_NO_OWN, _NO_CRITICAL = (0.0,) * len(ALTERNATIVES), (0.0,) * len(CRITICAL_ALTERNATIVES)
_FULL = tuple([each.full for each in _ALLOWANCES])


class World(NamedTuple):
    """What is known of an interval besides the candidate's own answers of it."""

    idle_rate: float  # of the last minute
    hardly_asked: bool  # the idle environment, in that minute, and it did not fail
    correlation: float
    silent: int = 0  # seconds before it in which nothing was counted


class Crossed(NamedTuple):
    too_many: bool  # the candidate fails more than it may
    worse: bool  # and more than the idle environment, or that cannot be asked


_NOTHING = Crossed(too_many=False, worse=False)


class SignalTest:
    def __init__(self, signal: Signal, before: PreSwitch | None, limits: Limits, state: SignalState) -> None:
        self.signal = signal
        self._limits = limits
        self._tolerance = limits.tolerance(signal)
        self._usual = 0.0
        if before is not None and signal.from_users:
            self._usual = before.usual_slow if signal.slow else before.usual_failed
        self._begun = bool(state.own)
        self._own = state.own or _NO_OWN
        self._critical = state.critical or _NO_CRITICAL
        self._compared = state.compared or twins.NOTHING
        self._small, self._large, self._hard, self._twin = state.left or _FULL
        self._waiting: list[tuple[Interval, World] | None] = []  # None: from here on anew
        self._most = self._most_critical = inf if self._begun else 0.0  # bounds: inf where nobody has asked yet
        alpha = ALPHA * signal.alpha_share * (1.0 if signal.slow else _OWN)
        self._enough = -log(alpha) - _TWICE
        self._enough_critical = inf if signal.slow else -log(ALPHA * signal.alpha_share * (1 - _OWN)) - _TWICE

    def update(self, interval: Interval, world: World) -> Crossed:
        """With one more interval: which evidence has reached its threshold."""
        trials, failures = self.signal.metric.candidate(interval)
        self._waiting.append((interval, world))
        if trials and self._most < inf and (failures or self._most > 0.0):
            self._bound(interval, trials, failures, world)
        if not failures:
            return _NOTHING
        too_few = failures <= trials * self._tolerance
        if too_few or (self._most < self._enough and self._most_critical < self._enough_critical):
            return _NOTHING
        self._add_up()
        alpha = ALPHA * self.signal.alpha_share
        if self.signal.slow:
            too_many = mixture(self._own, SLOW_PRIOR) * alpha >= 1
        else:
            too_many = mixture(self._own) * alpha * _OWN >= 1 or mean(self._critical) * alpha * (1 - _OWN) >= 1
        worse = world.hardly_asked or mean(self._compared) * ALPHA_COMPARED * self.signal.alpha_share >= 1
        return Crossed(too_many, too_many and worse)

    def keep(self, interval: Interval, world: World) -> None:
        """`update` with an interval without failures, of which there is nothing to say."""
        if 0.0 < self._most < inf:
            self.update(interval, world)
        else:
            self._waiting.append((interval, world))

    def begin_anew(self) -> None:
        """Drops what was gathered: M becomes smaller, and the inequality stays."""
        self._waiting.append(None)
        self._most = self._most_critical = 0.0

    def state(self) -> SignalState:
        self._add_up()
        if not self._begun:
            return SignalState()
        left = self._small, self._large, self._hard, self._twin
        return SignalState(self._own, self._critical, self._compared, left)

    def _bound(self, interval: Interval, trials: int, failures: int, world: World) -> None:
        # Half of what is tolerated is below p0, however that is rounded, and so speaks for no alternative.
        if self._most <= 0.0 and self._most_critical <= 0.0 and 2 * failures <= trials * self._tolerance:
            return
        own = self._weighed(interval, trials, failures, world)
        self._most = max(self._most, 0.0) + max(own.most_small, own.most_large)
        if not self.signal.slow:
            critical = self._weighed_critical(interval, trials, failures, world)
            self._most_critical = max(self._most_critical, 0.0) + critical.most_large

    def _add_up(self) -> None:
        for waiting in self._waiting:
            if waiting is None:
                self._own, self._critical, self._compared = _NO_OWN, _NO_CRITICAL, twins.NOTHING
                continue
            interval, world = waiting
            trials, failures = self.signal.metric.candidate(interval)
            if trials:
                if world.silent:
                    self._rest(world)
                self._weigh(interval, trials, failures, world)
                self._compare(interval, trials, failures)
                self._begun = True
        self._waiting.clear()
        self._most, self._most_critical = log(max(*self._own, _LEAST)), log(max(*self._critical, _LEAST))

    def _rest(self, world: World) -> None:
        left, missing = (self._small, self._large, self._hard), world.silent // INTERVAL_SECONDS
        self._small, self._large, self._hard = (
            rested(each, kept, missing, world.correlation) for each, kept in zip(_ALLOWANCES[:3], left, strict=True)
        )
        self._twin = rested(allowance.COMPARED, self._twin, missing, 0.0)

    def _weigh(self, interval: Interval, trials: int, failures: int, world: World) -> None:
        found = self._weighed(interval, trials, failures, world)
        ratios = found.ratios
        if found.most_small > self._small or found.most_large > self._large:
            small, large = capped(found.logs[:SMALL], self._small), capped(found.logs[SMALL:], self._large)
            ratios = _exp(small + large)
        self._small = refilled(allowance.SMALL, self._small, found.most_small, world.correlation)
        self._large = refilled(allowance.LARGE, self._large, found.most_large, world.correlation)
        first = _FIRST_SLOW if self.signal.slow else _FIRST
        self._own = accumulated(self._own, self._start(interval, first), ratios)
        if self.signal.slow:
            return
        found = self._weighed_critical(interval, trials, failures, world)
        ratios = found.ratios if found.most_large <= self._hard else _exp(capped(found.logs, self._hard))
        self._hard = refilled(allowance.CRITICAL, self._hard, found.most_large, world.correlation)
        self._critical = accumulated(self._critical, self._start(interval, _FIRST_CRITICAL), ratios)

    def _weighed(self, interval: Interval, trials: int, failures: int, world: World) -> Weighed:
        p0 = self._p0(self._tolerance, interval, trials, world)
        return (slow_weighed if self.signal.slow else weighed)(trials, failures, p0, world.correlation)

    def _weighed_critical(self, interval: Interval, trials: int, failures: int, world: World) -> Weighed:
        p0 = self._p0(self._limits.critical, interval, trials, world)
        return critical_weighed(trials, failures, p0, world.correlation)

    def _compare(self, interval: Interval, trials: int, failures: int) -> None:
        logs = twins.log_ratios(trials, failures, *self.signal.metric.baseline(interval))
        most = max(logs)
        self._compared = accumulated(
            self._compared, self._start(interval, _FIRST_COMPARED), _exp(capped(logs, self._twin))
        )
        self._twin = refilled(allowance.COMPARED, self._twin, most, 0.0)

    def _start(self, interval: Interval, first: float) -> float:
        return start_weight(interval.at, self._limits.bake, first, is_first=not self._begun)

    def _p0(self, level: float, interval: Interval, trials: int, world: World) -> float:
        """Rounded, so that few different values are computed and cached."""
        asked = level + world.idle_rate
        users = interval.users / trials if self.signal.pooled else 1.0
        p0 = users * max(asked, self._usual) + (1 - users) * asked
        return min(round(p0, 4 if p0 > _ROUNDED else 6), _HIGHEST)


def _exp(logs: tuple[float, ...]) -> tuple[float, ...]:
    return tuple([exp(each) for each in logs])
