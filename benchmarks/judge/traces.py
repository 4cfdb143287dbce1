"""Bakes drawn from a seeded generator: counts for each interval, and how each production check would have ended."""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.cases import (
    BAKE,
    CASES,
    INTERVALS,
    INTERVALS_BEFORE,
    WITHIN,
    Draw,
)
from bluegreen.core.judge.evidence import INTERVAL_SECONDS

EVERY = 3  # seconds between two looks of the watch

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
    clients: int = 0  # whose requests fail, where a router tells it; 0: nothing is told, but of the one client


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


def traces(batch: Batch) -> Traces:
    case = CASES[batch.cell.case]
    rate = batch.cell.requests_per_s
    key = (batch.seed, crc32(batch.cell.case.encode()), round(rate * 1000), batch.number)
    random = np.random.default_rng(key)
    candidate, baseline = case.rates(Draw(random, batch.runs, batch.within))
    now, other = candidate[:, INTERVALS_BEFORE:], baseline[:, INTERVALS_BEFORE:]
    earlier = baseline[:, :INTERVALS_BEFORE]
    requests = rate * INTERVAL_SECONDS
    users, before = random.poisson(requests, now.shape), random.poisson(requests, earlier.shape)
    one_client = round(case.one_client * INTERVAL_SECONDS)
    probes = _probes(batch.probes)
    at = (np.arange(EVERY, BAKE + 1, EVERY) - 1) // INTERVAL_SECONDS
    return Traces(
        users=users + one_client,
        users_failed=random.binomial(users, now) + one_client,
        probes=np.broadcast_to(probes, now.shape),
        probes_failed=random.binomial(probes, now),
        baseline=np.broadcast_to(probes, now.shape),
        baseline_failed=random.binomial(probes, other),
        before=before,
        before_failed=random.binomial(before, earlier),
        check_fails=random.random((batch.runs, at.size)) < now[:, at],
        other_check_fails=random.random((batch.runs, at.size)) < other[:, at],
        reported=random.integers(1, INTERVALS, batch.runs) if case.source_ends else np.full(batch.runs, INTERVALS),
        one_client=one_client,
        clients=batch.clients,
        seed=crc32(repr(key).encode()),
    )


def _probes(per_second: float) -> Counts:
    """In each interval: they are sent evenly spread."""
    counts: Counts = np.diff(np.floor(np.arange(INTERVALS + 1) * INTERVAL_SECONDS * per_second + 1e-9).astype(np.int64))
    return counts
