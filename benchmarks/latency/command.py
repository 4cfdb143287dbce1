"""`make bench`: what the design promises in numbers, measured on the local cloud."""

import json
import os
from typing import Annotated, Any

import typer

from benchmarks.latency.bar import Bar
from benchmarks.latency.measures import measured
from bluegreen_demo import settings
from bluegreen_demo.command import JsonOption
from bluegreen_demo.printer import Printer
from bluegreen_demo.running import Stopped, explained, running
from bluegreen_demo.watcher import NotHappened

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_LEAST_ROUNDS = 5


@app.command()
def bench(
    json_file: JsonOption = None,
    rounds: Annotated[int, typer.Option(min=_LEAST_ROUNDS, help="Rollbacks to measure.")] = 6,
) -> None:
    """Measures webhooks, rollbacks, the page and the idle watch. Exit code 1 when one is slower than it may be."""
    printer = Printer()
    try:
        with explained(), running(settings.load(), printer, quiet=True) as stage:
            bars = measured(stage, rounds)
    except NotHappened as error:
        printer.lines(str(error), style="red")
        raise typer.Exit(1) from None
    except Stopped as stopped:
        printer.lines(f"Stopped by {stopped}; nothing is left running.")
        raise typer.Exit(130) from None
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores:
        printer.lines(f"This machine is busy (load {load:.1f} on {cores} cores); the times are the worse for it.\n")
    for bar in bars:
        printer.lines(f"  {bar}", style="" if bar.met else "bold red")
    met = all(bar.met for bar in bars)
    printer.lines(
        "\nEvery bar was met." if met else "\nNot every bar was met.", style="bold green" if met else "bold red"
    )
    if json_file:
        json_file.write_text(json.dumps(_as_json(bars), indent=2) + "\n")
    raise typer.Exit(0 if met else 1)


def _as_json(bars: list[Bar]) -> dict[str, Any]:
    return {
        "ok": all(bar.met for bar in bars),
        "bars": [
            {"name": bar.name, "measured": bar.measured, "unit": bar.unit, "at_most": bar.at_most, "met": bar.met}
            | ({"of": [round(one, 3) for one in bar.of]} if bar.of else {})
            for bar in bars
        ],
    }
