"""`make house`: what is measured of the code, beside its limits; and a guide to what a reader enters."""

from typing import Annotated

import typer

from tests.house import bad_input_page, pictures, rules_page, settings_page
from tests.house.measure import Measure
from tests.house.measures import ALL
from tests.house.walks import STORIES, Walk, walk

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_WHAT, _PLACE = 46, 19
_WALKS = """
The last rows: what a reader enters. Counted is each `def` of shared/bluegreen
that an invocation of tests/chain/laptop.py enters, from the entry point on
(lambdas and comprehensions belong to theirs); ARGS='--list rollback' lists them"""


@app.command()
def house(
    listed: Annotated[str, typer.Option("--list", help=f"What is entered, in order: {', '.join(STORIES)}.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Make what is generated in docs/ anew.")] = False,
) -> None:
    """Prints what is measured, its limit and the place of the worst. Not 0 where a limit is not kept."""
    if listed and listed not in STORIES:
        raise typer.BadParameter(f"{listed!r} is not a story (known: {', '.join(STORIES)})")
    if listed:
        typer.echo(_guide(walk(listed)))
        return
    if write:
        pictures.PAGE.write_text(pictures.drawn(pictures.PAGE.read_text()))
        settings_page.PAGE.write_text(settings_page.written())
        bad_input_page.PAGE.write_text(bad_input_page.written())
        rules_page.PAGE.write_text(rules_page.written())
        return
    typer.echo(f"{'what':<{_WHAT}}{'now':>6}{'limit':>7}  place of the worst")
    found = [measure for measures in ALL.values() for measure in measures()]
    for measure in found:
        typer.echo(_line(measure))
    typer.echo(_WALKS)
    raise typer.Exit(0 if all(measure.kept for measure in found) else 1)


def _line(measure: Measure) -> str:
    place = measure.place if measure.aim is None else f"aim {measure.aim:g}"
    place = place if len(place) <= _PLACE else f"…{place[-_PLACE + 1 :]}"
    return f"{measure.what:<{_WHAT}}{measure.now:>6g}{measure.limit:>7g}{' ' if measure.kept else '!'} {place}".rstrip()


def _guide(found: Walk) -> str:
    """Every file where it is first entered, with its functions in the order in which they are."""
    lines = []
    for file in found.files:
        lines.append(f"shared/bluegreen/{file}")
        lines += [f"  {function.name}" for function in found.functions if function.path == file]
    return "\n".join([*lines, f"{len(found.files)} files, {len(found.functions)} functions"])
