"""Would going back help? Both environments' failures of the same moment, weighed against each other.

The quantity. In one interval the candidate answers n_a trials with x_a failures, the idle environment n_b trials with
x_b failures. Nobody knows what rate the world imposes on both at this moment; it may be anything, and another in each
interval. Given the number of failures of both together, x = x_a + x_b, it does not matter: if both fail alike, any x of
the n_a + n_b trials are the failures with the same chance, so x_a has a hypergeometric distribution. If the odds of a
failure are t times as high on the candidate, its distribution is Fisher's noncentral one, and the ratio is

    L = t^x_a / sum over k of P(k) · t^k,      P(k) = C(n_a, k) · C(n_b, x - k) / C(n_a + n_b, x)

The inequality. The mean of L over the hypergeometric distribution is 1, whatever the world does. So the mixture over
the odds t = 2, 4, 10, 30 and over all starting points is a non-negative supermartingale as long as the candidate does
not fail more than the idle environment (safe testing of 2x2 tables and strata: Turner and Grünwald 2023; Lindon and
Malek 2022), and reaches 1/0.01 with a probability of at most 1 %, over all looks. A shared outage of any shape costs
nothing. An interval without a failure says nothing: L = 1.

Idle environments are asked little, which limits what can be known. With one clean trial over there, nine failures of
99 trials here say next to nothing: L is at most 1.10. With half of the trials each failure counts almost double.

A shared outage may be shown a few seconds apart. `allowance` bounds what two intervals can give to 4.4, and more than 6
is needed.

An example: 75 trials here, 4 of them failed, and none of 25 over there. For t = 4 an interval gives L = 2.32: without a
difference all four would be the candidate's with a probability of 0.31.
"""

from functools import lru_cache
from math import exp, lgamma, log

ODDS = (2.0, 4.0, 10.0, 30.0)
_LOG_ODDS = tuple([log(odds) for odds in ODDS])
NOTHING = (0.0,) * len(ODDS)
_MOST_TERMS = 2000
_LARGEST = 10**8


@lru_cache(maxsize=65536)
def log_ratios(trials: int, failures: int, other_trials: int, other_failures: int) -> tuple[float, ...]:
    """Of one interval, for each of the odds."""
    if not trials or not other_trials or not failures + other_failures:
        return NOTHING
    trials, failures, other_trials, other_failures = _countable(trials, failures, other_trials, other_failures)
    logs = _hypergeometric(trials, other_trials, failures + other_failures)
    return tuple([failures * odds - _log_mean(logs, odds) for odds in _LOG_ODDS])


@lru_cache(maxsize=4096)
def fisher_p_value(failures: int, trials: int, other_failures: int, other_trials: int) -> float:
    """Fisher's exact test (1922), one-sided: so many failures of the candidate, or more, though both fail alike.

    An example: 50 of 1,000 requests against 0 of 100: by chance all 50 would be the candidate's with 0.0076.
    """
    trials, failures, other_trials, other_failures = _countable(trials, failures, other_trials, other_failures)
    logs = _hypergeometric(trials, other_trials, failures + other_failures)
    return min(sum([exp(logged) for k, logged in logs if k >= failures]), 1.0)


def _countable(trials: int, failures: int, other_trials: int, other_failures: int) -> tuple[int, int, int, int]:
    """As many as can be added up one by one, and told apart by a float, in proportion: fewer say less.

    A source may report any number."""
    trials, failures = _told_apart(trials, failures)
    other_trials, other_failures = _told_apart(other_trials, other_failures)
    scale = max(min(failures + other_failures, other_trials) / _MOST_TERMS, 1.0)
    counts = (trials, failures, other_trials, other_failures)
    return counts if scale == 1.0 else tuple([int(each / scale) for each in counts])  # type: ignore[return-value]


def _told_apart(trials: int, failures: int) -> tuple[int, int]:
    """Of one side: the logarithm of 10^15 factorial is rounded by four."""
    return (trials, failures) if trials <= _LARGEST else (_LARGEST, int(failures * (_LARGEST / trials)))


def _hypergeometric(trials: int, other_trials: int, total: int) -> list[tuple[int, float]]:
    """Failures of the candidate, and the logarithm of their probability."""
    whole = _log_choose(trials + other_trials, total)
    return [
        (total - others, _log_choose(trials, total - others) + _log_choose(other_trials, others) - whole)
        for others in range(max(0, total - trials), min(other_trials, total) + 1)
    ]


def _log_mean(logs: list[tuple[int, float]], odds: float) -> float:
    """Of t^k, scaled by its largest term so that nothing overflows."""
    terms = [logged + k * odds for k, logged in logs]
    largest = max(terms)
    return largest + log(sum([exp(term - largest) for term in terms]))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
