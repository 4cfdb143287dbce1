"""The command `bluegreen migrations`."""

from enum import Enum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bluegreen.core.migrations import gate, rules
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.migrations import code, files, shapes
from bluegreen_cli.migrations.proving.command import prove

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


class Format(Enum):
    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


Run = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…", help="The migrations, in the order in which they will run; for a folder, its .sql files."
    ),
]
Earlier = Annotated[
    list[Path] | None,
    typer.Option(help="Files or folders of all earlier migrations, which make the present schema."),
]
CodeOf = Annotated[
    list[Path] | None,
    typer.Option(
        "--code", help="A folder with the code of a release that still runs or may come back. May be repeated."
    ),
]
CodeFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--code-files", help="Which of its files are code: a glob, excluded with `!`. Default: all but prose."
    ),
]


@app.callback()
def migrations() -> None:
    """Check that blue and green can both run on the schema that migrations make."""


@app.command()
def check(
    paths: Run,
    earlier: Earlier = None,
    code_of: CodeOf = None,
    globs: CodeFiles = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: ok, files, statements, objections.")] = False,
    shape: Annotated[Format, typer.Option("--format", help="github: annotations for a pull request.")] = Format.TEXT,
) -> None:
    """Check migrations statement by statement. Exit status: 0 fine, 1 refused, 2 a file cannot be read.

    What PostgreSQL cannot parse is refused too (M901).
    A statement that a person has reviewed passes with a comment before it: -- bluegreen: reviewed WHY
    With --code a drop or rename passes if no such release uses what is dropped or renamed.
    """
    try:
        wanted, before = files.read_both(paths, earlier or [])
        verdict = code.asked(gate.judge(wanted, before), code_of or [], globs or [], [*paths, *(earlier or [])])
    except Faulty as error:
        _not_readable(error)
    if as_json or shape is Format.JSON:
        screen.document(shapes.facts(verdict))
    else:
        for line in shapes.annotations(verdict) if shape is Format.GITHUB else shapes.lines(verdict):
            screen.say(line)
    raise typer.Exit(1 if verdict.refused else 0)


def _not_readable(error: Faulty) -> NoReturn:
    for fault in error.faults:
        screen.entry(fault, 2, err=True)
    raise typer.Exit(2)


app.command()(prove)


@app.command()
def explain(
    named: Annotated[str, typer.Argument(metavar="CODE", help="Code or name of a rule, such as M101.")],
) -> None:
    """Explain a rule: what it guards against, a bad and a good example."""
    rule = next((each for each in rules.ALL.values() if named.lower() in (each.code.lower(), each.name.lower())), None)
    if rule is None:
        screen.tell(f"{named} is no rule, neither a code nor a name (codes: {', '.join(rules.ALL)})", err=True)
        raise typer.Exit(2)
    screen.say(f"{rule.code} {rule.name}\n")
    screen.entry(f"{rule.breaks.format(what='…')}.", 0)
    screen.say("\nThe safe way:")
    for number, step in enumerate(rule.steps, start=1):
        screen.entry(f"  {number}. {step}", 5)
    screen.say(f"\nBad:\n\n{rule.bad}\n\nGood:\n\n{rule.good}")
