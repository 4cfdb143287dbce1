"""`make bench-migrations`: what the gate says of labelled statements and files, and what it costs."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.migrations import corpus, squawk
from benchmarks.migrations.corpus import Case
from benchmarks.migrations.in_deploy import added
from bluegreen.core.migrations import gate
from bluegreen.core.migrations.gate import MigrationFile

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_BLOCKED_AT_MOST = 0.02  # of the safe ones
_FILES, _AT_MOST = 500, 1.0  # seconds of one core
BYTES, _MILLISECONDS = 1_000_000, 20.0  # that `deploy` may pay for it
_TABLE = (
    "BEGIN;\nCREATE TABLE t_{0} (id bigint PRIMARY KEY, name varchar(50) NOT NULL);\n"
    "CREATE INDEX i_{0} ON t_{0} (name);\nCOMMIT;\n"
)


@app.command()
def bench(
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
) -> None:
    """Exit code 1 where an unsafe statement passes, too many safe ones are blocked, or it costs more than it may."""
    cases = corpus.cases()
    passed, blocked = wrong(cases)
    unsafe = sum(not case.safe for case in cases)
    in_deploy = added()
    figures: dict[str, Any] = {
        "unsafe": unsafe,
        "unsafe_passed": len(passed),
        "safe": len(cases) - unsafe,
        "safe_blocked": len(blocked),
        "seconds_500_files": round(_many_files(), 3),
        "bytes_in_deploy": in_deploy.size,
        "ms_in_deploy": in_deploy.median_ms,
        "ms_in_deploy_least": in_deploy.least_ms,
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
    cheap = figures["seconds_500_files"] <= _AT_MOST and in_deploy.size <= BYTES and in_deploy.least_ms <= _MILLISECONDS
    raise typer.Exit(0 if good and cheap else 1)


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
