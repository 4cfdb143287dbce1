"""The command `bluegreen migrations`."""

import json
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from bluegreen.core.migrations import gate, rules
from bluegreen_cli.faults import Faulty
from bluegreen_cli.migrations import files, shapes

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


class Format(Enum):
    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@app.callback()
def migrations() -> None:
    """May blue and green both run on the schema that migrations make?"""


@app.command()
def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="What is to be run, in this order; of a folder its .sql files."),
    ],
    earlier: Annotated[
        list[Path] | None,
        typer.Option(help="Files or folders that were run before, from the beginning: what is known of the schema."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: ok, files, statements, objections.")] = False,
    shape: Annotated[Format, typer.Option("--format", help="github: annotations of a pull request.")] = Format.TEXT,
) -> None:
    """Judges migrations statement by statement. Exit status: 0 fine, 1 refused, 2 not readable.

    A statement that a person has looked at passes with a line before it: -- bluegreen: reviewed WHY
    """
    try:
        wanted, before = files.read(paths), files.read(earlier or [])
    except Faulty as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(2) from None
    run = {Path(file.path).resolve() for file in wanted}
    verdict = gate.judge(wanted, [file for file in before if Path(file.path).resolve() not in run])
    if as_json or shape is Format.JSON:
        typer.echo(json.dumps(shapes.facts(verdict), indent=2, ensure_ascii=False))
    else:
        for line in shapes.annotations(verdict) if shape is Format.GITHUB else shapes.lines(verdict):
            typer.echo(line)
    raise typer.Exit(1 if verdict.refused else 0)


@app.command()
def explain(code: Annotated[str, typer.Argument(help="Of a rule, such as M101.")]) -> None:
    """Prints a rule: what it guards, a bad and a good example."""
    rule = rules.ALL.get(code.upper())
    if rule is None:
        print(f"{code} is no rule (known: {', '.join(rules.ALL)})", file=sys.stderr)
        raise typer.Exit(2)
    steps = "\n".join(f"  {number}. {step}" for number, step in enumerate(rule.steps, start=1))
    typer.echo(f"{rule.code} {rule.name}\n\n{rule.breaks.format(what='…')}.\n\nThe safe way:\n{steps}\n")
    typer.echo(f"Bad:\n\n{rule.bad}\n\nGood:\n\n{rule.good}")
