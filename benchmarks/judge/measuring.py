"""Every rule over the same traces, in several processes."""

import gc
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.cases import CASES
from benchmarks.judge.judged import TOLERATED, judged
from benchmarks.judge.rivals import RIVALS
from benchmarks.judge.rivals.windows import Seconds
from benchmarks.judge.traces import Batch, Cell, Traces, traces
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.evidence import INTERVAL_SECONDS

OURS = "bluegreen"
RULES = (OURS, *RIVALS)
_RUNS = 50  # in a batch


class Measured(NamedTuple):
    """One batch; each array has a value a run. Rollbacks are in seconds after the switch, NaN where there was none."""

    cell: Cell
    rolled_back: dict[str, Seconds]
    bad_served: dict[
        str, Seconds
    ]  # failures served to users from the beginning of the fault to the rollback, or to the end
    proven: NDArray[np.bool_]
    held: NDArray[np.bool_]
    cpu_seconds: float
    probes_per_s: float = 5.0
    proven_above: NDArray[np.bool_] | None = None  # although more of users' requests failed than is tolerated


def batches(cells: Sequence[Cell], runs: int, settings: Batch) -> list[Batch]:
    return [
        settings._replace(cell=cell, number=number, runs=min(_RUNS, runs - first))
        for cell in cells
        for number, first in enumerate(range(0, runs, _RUNS))
    ]


def measured_batches(work: Sequence[Batch], processes: int, library: Path | None = None) -> Iterator[Measured]:
    """`library`: the folder from which the processes import the product; None: from where this process does."""
    if processes == 1 and library is None:
        yield from map(measure, work)
        return
    if library is not None:
        sys.path.insert(0, str(library))  # the new processes inherit it
    # The judge makes no reference cycles, so the garbage collector would only cost time.
    with multiprocessing.get_context("spawn").Pool(processes, initializer=gc.disable) as pool:
        yield from pool.imap_unordered(measure, work)


def measure(batch: Batch) -> Measured:
    begun = time.process_time()
    drawn = traces(batch)
    outcomes = [judged(drawn, run) for run in range(batch.runs)]
    proven = np.array([outcome.verdict is Verdict.GOOD for outcome in outcomes])
    above = drawn.users_failed.sum(axis=1) > TOLERATED * drawn.users.sum(axis=1)
    ours = np.array([outcome.at if outcome.verdict is Verdict.BAD else np.nan for outcome in outcomes])
    seen = drawn.users, drawn.users_failed, drawn.reported
    rolled_back = {OURS: ours} | {name: rule(*seen) for name, rule in RIVALS.items()}
    return Measured(
        batch.cell,
        rolled_back,
        {name: _served(drawn, CASES[batch.cell.case].fault, at) for name, at in rolled_back.items()},
        proven,
        np.array([outcome.held for outcome in outcomes]),
        time.process_time() - begun,
        batch.probes,
        proven & above,
    )


def _served(drawn: Traces, fault: float | None, rolled_back: Seconds) -> Seconds:
    """Failures served; of the interval in which the rollback falls, in proportion to its time."""
    total = np.pad(np.cumsum(drawn.users_failed, axis=1), ((0, 0), (1, 0))).astype(np.float64)
    begin = int(fault or 0) // INTERVAL_SECONDS
    end = np.nan_to_num(rolled_back / INTERVAL_SECONDS, nan=total.shape[1] - 1).clip(begin, total.shape[1] - 1)
    whole = end.astype(np.int64)
    every = np.arange(len(total))
    part = (end - whole) * (total[every, np.minimum(whole + 1, total.shape[1] - 1)] - total[every, whole])
    served: Seconds = total[every, whole] + part - total[:, begin]
    return served
