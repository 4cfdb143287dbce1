"""`python -m benchmarks.judge.curve`: what the allowance costs and gains, as a curve.

The more evidence an interval may add, the sooner a fault of 5 % is found, and the more bursts that a sound release has
by itself take it back. The default is one point of that curve.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from matplotlib.figure import Figure

from benchmarks.judge.measuring import OURS, batches, measure
from benchmarks.judge.traces import Batch, Cell
from bluegreen.core.judge.statistics import allowance
from bluegreen.core.judge.statistics.allowance import Allowance
from bluegreen_cli.stage import ROOT

_REFILLS = (0.9, 1.1, 1.25, 1.5, 2.0)
_LEVEL = 10.0
_FAULT = "fault 5%"
_BURSTS = ("apart 20s", "apart 10s")


class Point(NamedTuple):
    refill: float
    delay: float  # seconds, median
    taken_back: tuple[float, ...]  # shares, a case of bursts each

    def __str__(self) -> str:
        shares = "  ".join(f"{name} {share:.1%}" for name, share in zip(_BURSTS, self.taken_back, strict=True))
        return f"refill {self.refill:<5g} 5 % found in {self.delay:.0f} s  taken back: {shares}"


def points(runs: int, refills: Sequence[float] = _REFILLS) -> list[Point]:
    usual = allowance.SMALL, allowance.LARGE
    try:
        return [_point(refill, runs) for refill in refills]
    finally:
        allowance.SMALL, allowance.LARGE = usual


def _point(refill: float, runs: int) -> Point:
    allowance.SMALL = allowance.LARGE = Allowance(allowance.LARGE.full, refill)
    delay = float(np.nanmedian(_rolled_back(_FAULT, runs)))
    return Point(refill, delay, tuple(float(np.isfinite(_rolled_back(name, runs)).mean()) for name in _BURSTS))


def _rolled_back(case: str, runs: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    cell = Cell(case, _LEVEL)
    return np.concatenate([measure(batch).rolled_back[OURS] for batch in batches([cell], runs, Batch(cell, 0, runs))])


def drawn(found: Sequence[Point], file: Path) -> None:
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    for place, name in enumerate(_BURSTS):
        shares = [100 * point.taken_back[place] for point in found]
        axes.plot([point.delay for point in found], shares, "o-", label=f"bursts: {name}")
    for point in found:
        at = point.delay, 100 * max(point.taken_back)
        axes.annotate(f"{point.refill:g}", at, textcoords="offset points", xytext=(4, 6))
    axes.set_xlabel("seconds until a fault of 5 % is found, median; at the points: the refill")
    axes.set_ylabel("% of sound releases taken back")
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Date": None, "Creator": None})


def main(
    runs: Annotated[int, typer.Option(min=1, help="Bakes of a point and case.")] = 100,
    out: Annotated[Path, typer.Option(help="Where the picture goes.")] = ROOT / "docs" / "judge" / "bursts.svg",
) -> None:
    """What the refill of the allowance costs and gains."""
    found = points(runs)
    for point in found:
        typer.echo(str(point))
    drawn(found, out)
    typer.echo(f"written to {out}")


if __name__ == "__main__":
    typer.run(main)
