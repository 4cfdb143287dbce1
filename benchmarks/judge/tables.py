"""The figures as tables: to print, and in Markdown."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.judge.cases import CASES
from benchmarks.judge.figures import Figures
from benchmarks.judge.measuring import OURS, RULES
from benchmarks.judge.targets import TargetResult


class Table(NamedTuple):
    title: str
    wants: Callable[[Figures], bool]
    value: Callable[[Figures], str]
    missing: str = "-"


def _share(found: Figures) -> str:
    """Of ours with its bounds; those of the others are in the JSON."""
    share = _percent(found.rolled_back)
    if found.rule != OURS:
        return share
    return f"{share} ({100 * found.rolled_back_low:.2g}-{100 * found.rolled_back_high:.2g} %)"


def _percent(share: float) -> str:
    return "0" if share == 0 else f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def _delay(found: Figures) -> str:
    if found.delay_median_s is None or found.delay_p95_s is None:
        return "never"
    return f"{found.delay_median_s:.0f}/{found.delay_p95_s:.0f}"


def _missed(found: Figures) -> str:
    return _percent(found.missed or 0.0)


def _served(found: Figures) -> str:
    value = found.bad_served_median or 0.0
    return f"{value:.1f}" if 0 < value < 10 else f"{value:.0f}"


def _good(found: Figures) -> bool:
    return CASES[found.case].fault is None


def _faulty(found: Figures) -> bool:
    return not _good(found)


TABLES = (
    Table("Rolled back although the release was not at fault, of all runs; ours with its 95 % bounds", _good, _share),
    Table("Seconds from the fault to the rollback, median/p95, of the runs in which it was found", _faulty, _delay),
    Table("Missed: not rolled back for the fault, of all runs", _faulty, _missed),
    Table("Bad answers that users got between the fault and the rollback, median", _faulty, _served),
)


def printed(table: Table, found: Sequence[Figures]) -> list[str]:
    """Lines of at most 100 columns."""
    rows = _rows(table, found)
    if not rows:
        return []
    head = ["case", "req/s", *RULES]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = [f"{table.title}:"]
    for row in (head, *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append(" ".join(cells).rstrip())
    return lines


def markdown(table: Table, found: Sequence[Figures]) -> list[str]:
    rows = _rows(table, found)
    lines = [f"### {table.title}", "", _line(["case", "req/s", *RULES]), _line(["---", *["--:"] * (len(RULES) + 1)])]
    return [*lines, *map(_line, rows), ""]


def targets(met: Sequence[TargetResult]) -> list[str]:
    lines = ["| target | worst cell of ours | |", "|---|---|---|"]
    for one in met:
        line = str(one)[8:].split("; ", 1)
        lines.append(f"| {line[0]} | {line[1]} | {'met' if one.met else '**missed**'} |")
    return [*lines, ""]


def _rows(table: Table, found: Sequence[Figures]) -> list[list[str]]:
    cells: dict[tuple[str, float], dict[str, str]] = {}
    for one in filter(table.wants, found):
        cells.setdefault((one.case, one.requests_per_s), {})[one.rule] = table.value(one)
    return [
        [case, f"{level:g}", *(by_rule.get(rule, table.missing) for rule in RULES)]
        for (case, level), by_rule in cells.items()
    ]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
