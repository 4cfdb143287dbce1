"""Bakes drawn from a seeded generator: counts for each interval, and how each production check would have ended."""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.arrivals import ARRIVALS
from benchmarks.judge.cases import CASES
from benchmarks.judge.drawn import BAKE, INTERVALS, INTERVALS_BEFORE, WITHIN, Case, Draw, Rates, Sides
from bluegreen.core.judge.evidence import INTERVAL_SECONDS

EVERY = 3  # seconds between two looks of the watch
# When the router multiplies its probes, in intervals and shares of them.
_DOUBT_FAILURES, _DOUBT_RATE, _DOUBT_LASTS, _DOUBT_MOST = 2, 0.01, 6, 60

Counts = NDArray[np.int64]  # a row a run, a column an interval
Flags = NDArray[np.bool_]


class Cell(NamedTuple):
    case: str
    requests_per_s: float


class Batch(NamedTuple):
    """Some runs of a cell. The same batch always gives the same traces, whatever else is run."""

    cell: Cell
    number: int
    runs: int
    seed: int = 1
    probes: float = 5.0  # a second, to each environment
    within: float = WITHIN
    boost: int = 8  # times as many probes while the active environment fails
    clients: int = 0  # whose requests fail, where a router tells it; 0: nothing is told, but of the one client
    arrivals: str = "poisson"


class Traces(NamedTuple):
    users: Counts  # of the active environment, since the switch
    users_failed: Counts
    probes: Counts
    probes_failed: Counts
    baseline: Counts
    baseline_failed: Counts
    before: Counts  # users of the other environment, in the five minutes before the switch
    before_failed: Counts
    check_fails: Flags  # a column a look
    other_check_fails: Flags
    reported: Counts  # how many intervals the source reported before it ended, a run
    one_client: int  # failed requests of the one client, in each interval; they are among the users'
    clients: int
    seed: int  # of whose requests fail
    users_slow: Counts
    before_slow: Counts
    mirrored: Counts  # users' requests that the idle environment was sent as well
    mirrored_failed: Counts


def traces(batch: Batch) -> Traces:
    case = CASES[batch.cell.case]
    rate = batch.cell.requests_per_s
    key = (batch.seed, crc32(batch.cell.case.encode()), round(rate * 1000), batch.number)
    random = np.random.default_rng(key)
    draw = Draw(random, batch.runs, batch.within)
    sides = case.rates(draw)
    now, other = sides.candidate[:, INTERVALS_BEFORE:], sides.baseline[:, INTERVALS_BEFORE:]
    probed = now if sides.probes is None else sides.probes[:, INTERVALS_BEFORE:]
    earlier = sides.baseline[:, :INTERVALS_BEFORE] if sides.before is None else sides.before
    weights = ARRIVALS[batch.arrivals](random, batch.runs, INTERVALS_BEFORE + INTERVALS)
    asked = random.poisson(rate * INTERVAL_SECONDS * weights)
    users, before = asked[:, INTERVALS_BEFORE:], asked[:, :INTERVALS_BEFORE]
    one_client = round(case.one_client * INTERVAL_SECONDS)
    users, users_failed = _asked_again(random, users, now, case.retries)
    steady = np.broadcast_to(_probes(batch.probes), now.shape)
    steady_failed = random.binomial(steady, probed)
    more = _more_probes(users_failed + steady_failed, users + steady) * (batch.boost - 1) * steady
    at = (np.arange(EVERY, BAKE + 1, EVERY) - 1) // INTERVAL_SECONDS
    return Traces(
        users=users + one_client,
        users_failed=users_failed + one_client,
        probes=steady + more,
        probes_failed=steady_failed + random.binomial(more, probed),
        baseline=steady + more,
        baseline_failed=random.binomial(steady + more, other),
        before=before,
        before_failed=random.binomial(before, earlier),
        check_fails=random.random((batch.runs, at.size)) < probed[:, at],
        other_check_fails=random.random((batch.runs, at.size)) < other[:, at],
        reported=random.integers(1, INTERVALS, batch.runs) if case.source_ends else np.full(batch.runs, INTERVALS),
        one_client=one_client,
        clients=batch.clients,
        seed=crc32(repr(key).encode()),
        **_slow(random, case, draw, users, before),
        **_mirrored(random, case, sides, users),
    )


def _asked_again(random: np.random.Generator, users: Counts, rates: Rates, retries: int) -> tuple[Counts, Counts]:
    """Requests and failures, where users ask again an interval later for what failed."""
    if not retries:
        return users, random.binomial(users, rates)
    asked, failed = users.copy(), np.zeros_like(users)
    waiting = np.zeros((retries + 1, len(users)), dtype=np.int64)  # by how often they have asked again
    for place in range(users.shape[1]):
        waiting[0] = users[:, place]
        asked[:, place] = waiting.sum(axis=0)
        lost = random.binomial(waiting, rates[:, place])
        failed[:, place] = lost.sum(axis=0)
        waiting[1:] = lost[:-1]
    return asked, failed


def _mirrored(random: np.random.Generator, case: Case, sides: Sides, users: Counts) -> dict[str, Counts]:
    mirrored = random.binomial(users, case.mirror)
    rates = np.zeros(users.shape) if sides.mirrored is None else sides.mirrored[:, INTERVALS_BEFORE:]
    return {"mirrored": mirrored, "mirrored_failed": random.binomial(mirrored, rates)}


def _slow(random: np.random.Generator, case: Case, draw: Draw, users: Counts, before: Counts) -> dict[str, Counts]:
    if case.slow_rates is not None:
        rates = case.slow_rates(draw)
        now, earlier = rates[:, INTERVALS_BEFORE:], rates[:, :INTERVALS_BEFORE]
        return {"users_slow": random.binomial(users, now), "before_slow": random.binomial(before, earlier)}
    share_before, share = case.slow
    return {"users_slow": random.binomial(users, share), "before_slow": random.binomial(before, share_before)}


def _more_probes(failed: Counts, asked: Counts) -> Counts:
    """1 in intervals for which the router multiplies its probes: in the half minute after an interval in which at least
    two answers and more than 1 % failed, for five minutes at most, which are given back as time passes."""
    failing = (failed >= _DOUBT_FAILURES) & (failed > _DOUBT_RATE * asked)
    on, used = np.zeros_like(failing), np.zeros(len(failed))
    for place in range(1, failing.shape[1]):
        wanted = failing[:, max(0, place - _DOUBT_LASTS) : place].any(axis=1)
        on[:, place] = wanted & (used < _DOUBT_MOST)
        used = np.where(on[:, place], used + 1, np.where(wanted, used, np.maximum(used - 1, 0)))
    return on.astype(np.int64)


def _probes(per_second: float) -> Counts:
    """In each interval: they are sent evenly spread."""
    counts: Counts = np.diff(np.floor(np.arange(INTERVALS + 1) * INTERVAL_SECONDS * per_second + 1e-9).astype(np.int64))
    return counts
