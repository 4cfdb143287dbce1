"""The figures as one picture: what is rolled back without reason, and how soon a fault is found."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks.judge.cases import CASES
from benchmarks.judge.figures import Figures
from benchmarks.judge.measuring import OURS, RULES

_COLOURS = ("#0b6e4f", "#c1121f", "#e07a00", "#7b2cbf", "#b983d9", "#3a7ca5", "#6c757d")
_MARKERS = ("o", "s", "D", "^", "v", "P", "X")
_NEVER = 3600.0  # seconds
_Value = Callable[[Figures], float]


def drawn(found: Sequence[Figures], folder: Path) -> list[Path]:
    """`judge.png` and `judge.svg`. A point is the median of the levels of traffic, its line goes from least to most."""
    figure = Figure(figsize=(13, 6.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    measured = {one.case for one in found}
    good = [case for case in CASES if CASES[case].fault is None and case in measured]
    faulty = [case for case in CASES if CASES[case].fault is not None and case in measured]
    _points(left, found, good, lambda one: 100 * one.rolled_back)
    _points(right, found, faulty, _delay)
    left.set_title("The release is not at fault: rolled back all the same", loc="left")
    left.set_xscale("symlog", linthresh=0.1)
    left.set_xlim(-0.02, 130)
    left.set_xticks([0, 0.1, 1, 10, 100], ["0", "0.1", "1", "10", "100 %"])
    right.set_title("The release is at fault: seconds until it is rolled back", loc="left")
    right.set_xscale("log")
    right.set_xticks([5, 10, 20, 60, 300, 1200, _NEVER], ["5", "10", "20", "60", "300", "1200", "never"])
    right.minorticks_off()
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=len(RULES), frameon=False)
    figure.suptitle("Median over the levels of traffic from 0.05 to 1,000 requests a second; lines: least to most")
    return _saved(figure, folder)


def _points(axes: Any, found: Sequence[Figures], cases: Sequence[str], value: _Value) -> None:
    for place, rule in enumerate(RULES):
        offset = 0.32 - 0.64 * place / (len(RULES) - 1)
        for row, case in enumerate(cases):
            values = [value(one) for one in found if one.case == case and one.rule == rule]
            if not values:
                continue
            y = len(cases) - 1 - row + offset
            axes.plot([min(values), max(values)], [y, y], color=_COLOURS[place], lw=2 if rule == OURS else 1, alpha=0.6)
            label = rule if row == 0 else None
            size = 8 if rule == OURS else 5.5
            axes.plot(np.median(values), y, _MARKERS[place], color=_COLOURS[place], ms=size, label=label)
    axes.set_yticks(range(len(cases)), list(reversed(cases)))
    axes.set_ylim(-0.6, len(cases) - 0.4)
    for row in range(0, len(cases), 2):
        axes.axhspan(row - 0.5, row + 0.5, color="#f1f3f5", zorder=0)
    axes.grid(axis="x", color="#d0d4d8", lw=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _delay(one: Figures) -> float:
    """Missed by half of the runs or more is never."""
    late = one.delay_median_s is None or (one.missed or 0) >= 0.5
    return _NEVER if late else float(one.delay_median_s or 0)


def _saved(figure: Figure, folder: Path) -> list[Path]:
    paths = [folder / "judge.png", folder / "judge.svg"]
    figure.savefig(paths[0], dpi=110, metadata={"Software": None})
    figure.savefig(paths[1], metadata={"Date": None, "Creator": None})
    return paths
