"""`make bench-judge`: the product's judge and six rules of others on the same traces."""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.judge import compiled, example, page, tables
from benchmarks.judge.arrivals import ARRIVALS
from benchmarks.judge.cases import CASES
from benchmarks.judge.drawn import LEVELS, WITHIN
from benchmarks.judge.figures import Figures, figures
from benchmarks.judge.measuring import Measured, batches, measured_batches
from benchmarks.judge.targets import results
from benchmarks.judge.traces import Batch, Cell
from bluegreen_cli.stage import ROOT

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_RUNS = 500
_SEED = 1
_PROBES = 5.0
_BOOST = 8
_WORTH_COMPILING = 20_000  # bakes: compiling takes as long as a thousand of them


@app.command()
def bench_judge(
    runs: Annotated[int, typer.Option(min=1, help="Bakes of a cell.")] = _RUNS,
    cases: Annotated[str, typer.Option(help="Only cases that begin so, with commas between: clean,fault 20%")] = "",
    levels: Annotated[str, typer.Option(help="Only these requests a second, with commas between: 0.3,100")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other traces.")] = _SEED,
    probes: Annotated[float, typer.Option(min=0, help="A second, to each environment.")] = _PROBES,
    boost: Annotated[
        int, typer.Option(min=1, max=100, help="Times as many while the active environment fails; 1: steady.")
    ] = _BOOST,
    within: Annotated[
        float, typer.Option(min=1, max=WITHIN, help="Seconds after the switch before which shared outages begin.")
    ] = WITHIN,
    clients: Annotated[
        int, typer.Option(min=0, max=100_000, help="Whose requests fail is told, of so many; 0: it is not.")
    ] = 0,
    arrivals: Annotated[str, typer.Option(help=f"How users' requests arrive: {', '.join(ARRIVALS)}.")] = "poisson",
    processes: Annotated[int, typer.Option(min=1)] = min(2, os.cpu_count() or 1),
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the cells to this file.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the page and the pictures go: docs/judge when all cells are measured.")
    ] = None,
    example_file: Annotated[
        Path | None, typer.Option("--example", help="Only write a trace to this file, for `bluegreen judge`.")
    ] = None,
) -> None:
    """Measures false rollbacks and delays. Exit code 1 when a target is missed."""
    if example_file:
        example_file.write_text(example.trace(seed))
        return
    if arrivals not in ARRIVALS:
        raise typer.BadParameter(f"{arrivals}: {', '.join(ARRIVALS)} are wanted", param_hint="--arrivals")
    cells = _cells(cases, levels)
    settings = Batch(cells[0], 0, runs, seed, probes, within, boost, clients, arrivals)
    measured = _run(batches(cells, runs, settings), processes)
    if json_file:
        json_file.write_text(json.dumps([each.as_json() for each in measured], indent=1) + "\n")
    folder = out or (None if cases or levels else ROOT / "docs" / "judge")
    raise typer.Exit(0 if _told(measured, folder, _command(runs, settings, cases, levels)) else 1)


def _told(measured: Sequence[Figures], folder: Path | None, command: str) -> bool:
    """Tables, page and targets; whether all of these were met."""
    _print(measured)
    if folder:
        page.write(folder, measured, command)
        typer.echo(f"\nwritten to {folder}: README.md, judge.png, judge.svg")
    targets = results(measured)
    typer.echo("")
    for target in targets:
        typer.echo(str(target))
    return all(target.met for target in targets)


def _cells(cases: str, levels: str) -> list[Cell]:
    """The slowest first: a slow cell at the end would run alone while the other process waits."""
    begins = tuple(part.strip() for part in cases.split(",")) if cases else ("",)
    named = [name for name, case in CASES.items() if name.startswith(begins) and not (case.by_name_only and not cases)]
    unknown = [begin for begin in begins if not any(case.startswith(begin) for case in CASES)]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]} is no case; there are {', '.join(CASES)}", param_hint="--cases")
    try:
        chosen = [float(level) for level in levels.split(",")] if levels else list(LEVELS)
    except ValueError:
        raise typer.BadParameter(f"{levels}: numbers with commas between are wanted", param_hint="--levels") from None
    if not all(0 < level <= 100_000 for level in chosen):
        raise typer.BadParameter(f"{levels}: more than 0 and at most 100000 are wanted", param_hint="--levels")
    return [Cell(case, level) for level in sorted(set(chosen), reverse=True) for case in named]


def _run(work: list[Batch], processes: int) -> list[Figures]:
    runs, total = 0, sum(batch.runs for batch in work)
    folder = compiled.library() if total >= _WORTH_COMPILING else None
    begun, done = time.monotonic(), list[Measured]()
    with typer.progressbar(length=total, label=f"{total:,} bakes", width=30) as bar:
        for batch in measured_batches(work, processes, folder):
            done.append(batch)
            bar.update(batch.proven.size)
            runs += batch.proven.size
    cpu = sum(batch.cpu_seconds for batch in done)
    took = f"{time.monotonic() - begun:.0f} s, {cpu:.0f} s of CPU, {processes} processes"
    typer.echo(f"{runs:,} bakes in {took}, {'compiled' if folder else 'interpreted'}")
    return figures(done)


def _print(measured: Sequence[Figures]) -> None:
    for table in tables.TABLES:
        for line in ("", *tables.printed(table, measured)):
            typer.echo(line)


def _command(runs: int, settings: Batch, cases: str, levels: str) -> str:
    """The command that reproduces these figures."""
    arguments = [f'--{name} "{value}"' for name, value in (("cases", cases), ("levels", levels)) if value]
    arguments += [
        f"--{name} {value:g}"
        for name, value, usual in (
            ("seed", settings.seed, _SEED),
            ("probes", settings.probes, _PROBES),
            ("boost", settings.boost, _BOOST),
            ("within", settings.within, WITHIN),
            ("clients", settings.clients, 0),
        )
        if value != usual
    ]
    arguments += [f"--arrivals {settings.arrivals}"] if settings.arrivals != "poisson" else []
    command = ["make bench-judge"] + ([f"RUNS={runs}"] if runs != _RUNS else [])
    return " ".join([*command, *([f"ARGS='{' '.join(arguments)}'"] if arguments else [])])
