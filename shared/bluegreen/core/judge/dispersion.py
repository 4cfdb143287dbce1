"""How much the bad ones cluster: errors that come in bursts are less evidence than as many that come alone.

Taken for independent they gave false alarms in a quarter to nine tenths of all hours.
"""

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, SignalState

OLD = 12  # rows: a fault that has just begun must not count as the way the bad ones have always clustered
_FADING = 0.99
_FEW = 3


def noted(stream: SignalState, at: int, bad: int, least: float) -> SignalState:
    """With a row that has bad ones, or follows one that has. What it changes holds from the next row on."""
    passed = (at - stream.at) // INTERVAL_SECONDS
    neighbour = stream.bad_before if passed <= 1 else 0
    faded = _FADING ** max(passed, 0)
    jumps = stream.jumps * faded + (bad - neighbour) ** 2
    total = stream.bad * faded + bad
    scatter = _scatter(stream, jumps, total, at, least)
    return SignalState(stream.grown, scatter, at, bad, jumps, total, stream.old_bad, stream.old_squares)


def aged(stream: SignalState, bad: int) -> SignalState:
    """With the bad ones of a row that has become a minute old."""
    grown, scatter, at, before, jumps, total, old_bad, old_squares = stream
    return SignalState(grown, scatter, at, before, jumps, total, old_bad + bad, old_squares + bad * bad)


def variance_over_mean(bad: list[int]) -> float:
    """Of the bad ones per row; 1 where there are too few to tell."""
    if sum(bad) < _FEW or len(bad) <= OLD:
        return 1.0
    mean = sum(bad) / len(bad)
    return max(1.0, sum((one - mean) ** 2 for one in bad) / len(bad) / mean)


def _scatter(stream: SignalState, jumps: float, bad: float, at: int, least: float) -> float:
    """Variance over mean of the bad ones per row, in quarters, at least 1.

    The larger of two: neighbouring rows compared (von Neumann 1941), which a lasting fault disturbs once only, and
    the variance of what is older than a minute, which sees clusters that last longer than a row.
    """
    found = max(least, (jumps / 2 + 1) / (bad + 1))
    rows = at // INTERVAL_SECONDS - OLD
    if stream.old_bad >= _FEW and rows > OLD:
        mean = stream.old_bad / rows
        found = max(found, (stream.old_squares / rows - mean * mean) / mean)
    return round(max(1.0, found) * 4) / 4
