"""The commands `replay` and `evidence`: their options."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from bluegreen_cli.evidence import kept, replaying
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal.commands import CONFIG, ENV, ConfigPath, EnvPath, Json, OfService, ReleaseArgument
from bluegreen_cli.terminal.exits import explained
from bluegreen_cli.terminal.place import opened


def replay(
    release: Annotated[str, typer.Argument(help="A tag, an id such as web-12, or latest.", show_default="latest")] = "",
    what_if: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Use these thresholds. Without RELEASE: for all releases that are kept."),
    ] = None,
    service: OfService = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Compute every verdict of a release again, from what was seen. Exit status 1: one differs, or the record was
    changed; 3: one differs, and was judged by another version of Bluegreen."""
    with explained(as_json), opened(config, env) as place:
        if what_if is None:
            code = replaying.replay(place, release, service, as_json)
        else:
            code = replaying.what_if(place, release, service, what_if, as_json)
        raise typer.Exit(code.value)


def evidence(
    release: ReleaseArgument,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("."),
    sign: Annotated[
        Path | None, typer.Option(metavar="KEY", help="Sign the statement with this Ed25519 key (PEM).")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Write nothing; check that the files are as they were written.")
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option(metavar="KEY", help="With --verify: the key that must have signed the statement in --out."),
    ] = None,
    service: OfService = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Write a release as a report for people and an in-toto statement for programs; --verify checks both."""
    with explained(as_json), opened(config, env) as place:
        found = kept.load(place, place.service(service or None), release)
        if verify and sign is not None:
            raise Faulty(["`--sign` writes, and `--verify` writes nothing: only one of them is allowed"])
        if verify:
            raise typer.Exit(_saying().verify(place, found, out, key, as_json).value)
        if key is not None:
            raise Faulty(["`--verify` is wanted beside `--key`, which names who has to have signed"])
        raise typer.Exit(_saying().write(place, found, out, sign, as_json).value)


def _saying() -> ModuleType:
    """Loaded when it is asked for: cryptography takes a tenth of the time in which a command starts."""
    return import_module("bluegreen_cli.evidence.saying")


def add_to(app: typer.Typer) -> None:
    app.command()(replay)
    app.command()(evidence)
