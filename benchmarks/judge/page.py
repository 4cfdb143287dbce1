"""The generated part of docs/judge/README.md."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.judge import tables
from benchmarks.judge.cases import CASES
from benchmarks.judge.figures import Figures
from benchmarks.judge.plots import drawn
from benchmarks.judge.targets import results

BEGIN = "<!-- what follows is written by the bench -->"
END = "<!-- what the bench writes ends here -->"


def write(folder: Path, found: Sequence[Figures], command: str) -> list[Path]:
    """The tables into README.md, which keeps what a person wrote around them, and the pictures beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "README.md"
    before, after = _around(page)
    page.write_text(f"{before}{BEGIN}\n\n{_generated(found, command)}\n{END}{after}")
    return [page, *drawn(found, folder)]


def _around(page: Path) -> tuple[str, str]:
    text = page.read_text(encoding="utf-8") if page.exists() else "# The judge, measured\n\n"
    before, begins, rest = text.partition(BEGIN)
    return (before, rest.partition(END)[2]) if begins else (f"{text.rstrip()}\n\n", "\n")


def _generated(found: Sequence[Figures], command: str) -> str:
    runs, measured = max(one.runs for one in found), {one.case for one in found}
    lines = [
        f"`{command}`: {runs:,} runs a cell; a cell is a case at a level of traffic.",
        "",
        *tables.targets(results(found)),
        "![What each rule does](judge.svg)",
        "",
        "| case | what happens |",
        "|---|---|",
        *(f"| {name} | {case.says} |" for name, case in CASES.items() if name in measured),
        "",
    ]
    for table in tables.TABLES:
        lines += tables.markdown(table, found)
    return "\n".join(lines)
