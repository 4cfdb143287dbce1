"""How much failures cluster, and so how much less they prove than as many independent ones.

The quantity. The index of dispersion: the variance of the failures per interval over their mean. Independent failures
are nearly Poisson, and give 1; bursts give more. With dispersion d a likelihood ratio L counts as L^(1/d), as in
quasi-likelihood (Wedderburn, Biometrika 61, 1974): n failures in bursts are worth about n/d independent ones.

Why. The inequality of `likelihood` wants failures that are independent of each other. A retry storm or a worker that
restarts breaks that: without this correction bursts raised false alarms in a quarter to nine tenths of the hours
measured. The correction is an estimate and guarantees nothing: what is left of the false alarms is measured
(`make bench-judge`, case "clustered").

The estimate is the larger of two, and at least 1:
- half the mean squared difference of neighbouring intervals, over the mean (von Neumann, Annals of Mathematical
  Statistics 12, 1941). A fault that begins and lasts changes one difference only, so it is not taken for a cluster;
- the variance over the mean of all intervals more than a minute old, which sees clusters longer than one interval. The
  last minute is left out because a fault that has just begun must not excuse itself.

An example: 20 failures in one interval of twenty, none in the others. The mean is 1, the variance 19, so the dispersion
is 19: the twenty failures count as one.
"""

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, SignalState

RECENT = 12  # intervals: a minute
_FADING = 0.99  # weight of an interval, relative to the next
_FEW = 3  # fewer failures show no pattern


def with_failures(state: SignalState, at: int, failures: int, least: float) -> SignalState:
    """With an interval that has failures, or follows one that has. The new dispersion serves the next interval."""
    passed = (at - state.last_at) // INTERVAL_SECONDS
    neighbour = state.last_failures if passed <= 1 else 0
    faded = _FADING ** max(passed, 0)
    squared_differences = state.squared_differences * faded + (failures - neighbour) ** 2
    recent_failures = state.recent_failures * faded + failures
    dispersion = _dispersion(state, squared_differences, recent_failures, at, least)
    old = state.old_failures, state.old_squares
    return SignalState(state.sums, dispersion, at, failures, squared_differences, recent_failures, *old)


def with_old_failures(state: SignalState, failures: int) -> SignalState:
    """With the failures of an interval that has become a minute old."""
    sums, dispersion, at, last, squared_differences, recent, old_failures, old_squares = state
    old = old_failures + failures, old_squares + failures * failures
    return SignalState(sums, dispersion, at, last, squared_differences, recent, *old)


def variance_over_mean(failures: list[int]) -> float:
    """Of the failures per interval, at least 1; 1 where there are too few to tell."""
    if sum(failures) < _FEW or len(failures) <= RECENT:
        return 1.0
    mean = sum(failures) / len(failures)
    return max(1.0, sum((each - mean) ** 2 for each in failures) / len(failures) / mean)


def _dispersion(state: SignalState, squared_differences: float, recent_failures: float, at: int, least: float) -> float:
    """In quarters, so that few different values are computed and cached."""
    found = max(least, (squared_differences / 2 + 1) / (recent_failures + 1))
    intervals = at // INTERVAL_SECONDS - RECENT
    if state.old_failures >= _FEW and intervals > RECENT:
        mean = state.old_failures / intervals
        found = max(found, (state.old_squares / intervals - mean * mean) / mean)
    return round(max(1.0, found) * 4) / 4
