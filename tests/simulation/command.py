"""The command line of `make simulate`."""

from pathlib import Path
from typing import Annotated

import typer

from tests.simulation import runner

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


Count = Annotated[
    int | None,
    typer.Option("--n", help="How many to run: 5000 schedules, 1000 with --sets, 10000 deliveries with --load."),
]
First = Annotated[int, typer.Option(help="The first seed.")]
Seed = Annotated[int | None, typer.Option(help="Run only this seed, and print all that happens in it.")]
Mutants = Annotated[
    bool, typer.Option("--mutants", help="Check that each deliberate mistake in the product is detected.")
]
Exhaustive = Annotated[
    bool, typer.Option("--exhaustive", help="Each possible fault at each interruption point of each scenario; hours.")
]
Pairs = Annotated[int, typer.Option(metavar="K", help="Crash twice in a good release, at any two of every K-th point.")]
States = Annotated[
    int, typer.Option(metavar="N", help="Explore N states of a small model of the service, breadth first.")
]
Sets = Annotated[bool, typer.Option("--sets", help="Release sets only. Goes with --n, --seed and --exhaustive.")]
Load = Annotated[bool, typer.Option("--load", help="Deliver webhooks late, twice and out of order to twenty services.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")]


@app.command()
def simulate(
    n: Count = None,
    first: First = 0,
    seed: Seed = None,
    mutants: Mutants = False,
    exhaustive: Exhaustive = False,
    pairs: Pairs = 0,
    states: States = 0,
    sets: Sets = False,
    load: Load = False,
    json_file: JsonFile = None,
) -> None:
    """Run whole releases on a simulated cloud while faults are injected.

    The exit status is 1 when an invariant was violated, or a deliberate mistake was not detected.
    """
    if seed is not None:
        held = runner.one(seed, sets)
    elif mutants:
        held = runner.mutants(json_file)
    elif exhaustive:
        held = runner.exhaustive(json_file, sets)
    elif pairs:
        held = runner.all_pairs(pairs, json_file)
    elif states:
        held = runner.states(states)
    elif load:
        held = runner.load(n or 10_000, json_file)
    else:
        held = runner.seeds(n or (1000 if sets else 5000), first, json_file, sets)
    raise typer.Exit(0 if held else 1)
