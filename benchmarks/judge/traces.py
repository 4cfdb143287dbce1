"""Bakes out of a seeded generator: counts by five seconds, and how each production check would have ended."""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.cases import (
    BAKE,
    BEFORE,
    CASES,
    ROWS,
    WITHIN,
    Draw,
)
from bluegreen.core.judge.evidence import INTERVAL_SECONDS

EVERY = 3  # seconds between two looks of the watch

Counts = NDArray[np.int64]  # a row a run, a column a row of five seconds
Flags = NDArray[np.bool_]


class Cell(NamedTuple):
    case: str
    requests_per_s: float


class Batch(NamedTuple):
    """Some runs of a cell. The same batch is always the same traces, whatever else is run."""

    cell: Cell
    number: int
    runs: int
    seed: int = 1
    probes: float = 5.0  # a second, to each side
    within: float = WITHIN


class Traces(NamedTuple):
    users: Counts  # of the active environment, since the switch
    users_bad: Counts
    probes: Counts
    probes_bad: Counts
    theirs: Counts
    their_bad: Counts
    before: Counts  # users of the other environment, in the five minutes before the switch
    before_bad: Counts
    check_fails: Flags  # a column a look
    other_check_fails: Flags
    told: Counts  # rows that the source lived to tell, a run


def traces(batch: Batch) -> Traces:
    case = CASES[batch.cell.case]
    rate = batch.cell.requests_per_s
    key = (batch.seed, crc32(batch.cell.case.encode()), round(rate * 1000), batch.number)
    random = np.random.default_rng(key)
    ours, theirs = case.shares(Draw(random, batch.runs, batch.within))
    now, other, earlier = ours[:, BEFORE:], theirs[:, BEFORE:], theirs[:, :BEFORE]
    users, before = (
        random.poisson(rate * INTERVAL_SECONDS, now.shape),
        random.poisson(rate * INTERVAL_SECONDS, earlier.shape),
    )
    probes = _probes(batch.probes)
    at = (np.arange(EVERY, BAKE + 1, EVERY) - 1) // INTERVAL_SECONDS
    return Traces(
        users=users,
        users_bad=random.binomial(users, now),
        probes=np.broadcast_to(probes, now.shape),
        probes_bad=random.binomial(probes, now),
        theirs=np.broadcast_to(probes, now.shape),
        their_bad=random.binomial(probes, other),
        before=before,
        before_bad=random.binomial(before, earlier),
        check_fails=random.random((batch.runs, at.size)) < now[:, at],
        other_check_fails=random.random((batch.runs, at.size)) < other[:, at],
        told=random.integers(1, ROWS, batch.runs) if case.source_ends else np.full(batch.runs, ROWS),
    )


def _probes(per_second: float) -> Counts:
    """Of each row: they are sent at even intervals."""
    found: Counts = np.diff(np.floor(np.arange(ROWS + 1) * INTERVAL_SECONDS * per_second + 1e-9).astype(np.int64))
    return found
