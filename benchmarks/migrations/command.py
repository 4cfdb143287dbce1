"""`make bench-migrations`: what the gate says of labelled statements and files, and what it costs."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.migrations import corpus, squawk
from benchmarks.migrations.corpus import Case
from bluegreen.core.migrations import gate
from bluegreen.core.migrations.gate import MigrationFile

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_BLOCKED_AT_MOST = 0.02  # of the safe ones
_FILES, _AT_MOST = 500, 1.0  # seconds of one core
_TABLE = (
    "BEGIN;\nCREATE TABLE t_{0} (id bigint PRIMARY KEY, name varchar(50) NOT NULL);\n"
    "CREATE INDEX i_{0} ON t_{0} (name);\nCOMMIT;\n"
)


@app.command()
def bench(
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
) -> None:
    """Exit code 1 where an unsafe statement passes, or too many safe ones are blocked."""
    cases = corpus.cases()
    passed, blocked = wrong(cases)
    unsafe = sum(not case.safe for case in cases)
    figures: dict[str, Any] = {
        "unsafe": unsafe,
        "unsafe_passed": len(passed),
        "safe": len(cases) - unsafe,
        "safe_blocked": len(blocked),
        "seconds_500_files": round(_many_files(), 3),
        "seconds_import_and_first": round(_first(), 3),
    }
    beside = squawk.objected(cases)
    if beside is not None:
        figures["squawk_unsafe_passed"] = sum(not case.safe and n not in beside for n, case in enumerate(cases))
        figures["squawk_safe_blocked"] = sum(case.safe and n in beside for n, case in enumerate(cases))
    for case in passed:
        typer.echo(f"passed, but unsafe ({' '.join(case.codes)}): {case.shown}")
    for case in blocked:
        typer.echo(f"blocked, but safe ({' '.join(o.rule.code for o in case.judged().refused)}): {case.shown}")
    for name, value in figures.items():
        typer.echo(f"{name:26} {value}")
    if beside is None:
        typer.echo("squawk is not installed (pip install squawk-cli): not compared")
    if json_file:
        json_file.write_text(json.dumps(figures, indent=2) + "\n")
    good = not passed and len(blocked) <= _BLOCKED_AT_MOST * figures["safe"]
    raise typer.Exit(0 if good and figures["seconds_500_files"] <= _AT_MOST else 1)


def wrong(cases: list[Case]) -> tuple[list[Case], list[Case]]:
    """Unsafe ones that pass, or are refused for another reason than the label's; and safe ones that are refused."""
    passed, blocked = [], []
    for case in cases:
        refused = {found.rule.code for found in case.judged().refused}
        if case.safe and refused:
            blocked.append(case)
        elif not case.safe and not (refused and refused >= set(case.codes)):
            passed.append(case)
    return passed, blocked


def _many_files() -> float:
    """Seconds of processor time for a long history, all of it read before one new file is judged."""
    files = [MigrationFile(f"V{number}__x.sql", _TABLE.format(number)) for number in range(_FILES)]
    began = time.process_time()
    gate.judge([MigrationFile("V999__y.sql", "ALTER TABLE t_1 ADD COLUMN note text;")], files)
    return time.process_time() - began


def _first() -> float:
    """Seconds of processor time that a fresh process pays for the gate and its first statement."""
    script = (
        "import time, pydantic; began = time.process_time(); from bluegreen.core.migrations import gate;"
        "gate.judge([gate.MigrationFile('a.sql', 'SELECT 1')]); print(time.process_time() - began)"
    )
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", script]
    # The best of some: bytecode is written by the first, as it is staged for a function.
    times = [subprocess.run(command, capture_output=True, text=True, check=True, env=kept).stdout for _ in range(5)]
    return min(map(float, times))
