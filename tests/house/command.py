"""`make house`: what the house measures beside its limits, and what a reader enters."""

from typing import Annotated

import typer

from tests.house.limits import WALKS
from tests.house.walks import STORIES, Walk, walk

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_COUNTED = """\
Counted is each `def` of shared/bluegreen that an invocation of
tests/chain/laptop.py enters; a lambda or a comprehension belongs to its `def`."""


@app.command()
def house(
    listed: Annotated[str, typer.Option("--list", help=f"What is entered, in order: {', '.join(STORIES)}.")] = "",
) -> None:
    """Prints what is measured, its limit and the place of the worst."""
    if listed:
        _list(walk(listed))
        return
    print(f"{'a reader enters, files / functions':<36}{'now':>11}{'limit':>11}{'aim':>11}")
    for name, limit in WALKS.items():
        most, aim = f"{limit.files} / {limit.functions}", f"{limit.aim_files} / {limit.aim_functions}"
        print(f"  {STORIES[name].says:<34}{walk(name).size:>11}{most:>11}{aim:>11}")
    print(_COUNTED)


def _list(found: Walk) -> None:
    """A reading guide: every file where it is first entered, with its functions in the order in which they are."""
    for file in found.files:
        print(f"shared/bluegreen/{file}")
        for function in found.functions:
            if function.path == file:
                print(f"  {function.name}")
    print(f"{len(found.files)} files, {len(found.functions)} functions")
