"""`make simulate`: the chain under every crash, duplicate, delay and lie that can be thought of."""

from pathlib import Path
from typing import Annotated

import typer

from tests.simulation import runner

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def simulate(
    n: Annotated[
        int | None, typer.Option("--n", help="How many schedules (5000; of sets 1000), or deliveries (10000).")
    ] = None,
    first: Annotated[int, typer.Option(help="The first seed.")] = 0,
    seed: Annotated[int | None, typer.Option(help="Tell this one, line by line.")] = None,
    mutants: Annotated[bool, typer.Option(help="Is every deliberate mistake noticed?")] = False,
    exhaustive: Annotated[bool, typer.Option(help="Every single fault at every passage of every story.")] = False,
    pairs: Annotated[int, typer.Option(help="Pairs of deaths on the happy path, at every so manieth passage.")] = 0,
    sets: Annotated[bool, typer.Option(help="Release sets: also with --seed, and with --exhaustive.")] = False,
    load: Annotated[bool, typer.Option(help="Webhook deliveries over twenty services.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Plays schedules of releases with faults. Not 0 when something broke that must hold, or a mistake survived."""
    if seed is not None:
        held = runner.one(seed, sets)
    elif mutants:
        held = runner.mutants(json_file)
    elif exhaustive:
        held = runner.exhaustive(json_file, sets)
    elif pairs:
        held = runner.all_pairs(pairs, json_file)
    elif load:
        held = runner.load(n or 10_000, json_file)
    else:
        held = runner.seeds(n or (1000 if sets else 5000), first, json_file, sets)
    raise typer.Exit(0 if held else 1)
