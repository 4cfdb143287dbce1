"""The command `bluegreen`."""

import json
import sys
from importlib import import_module, metadata
from pathlib import Path
from shlex import quote
from typing import Annotated, NoReturn

import typer

from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.inbound.bearers import Right
from bluegreen_cli import config as configuration
from bluegreen_cli import direct as direct_calls
from bluegreen_cli import doctor as checkup
from bluegreen_cli import page_token, spans
from bluegreen_cli import recover as recovery
from bluegreen_cli import stage as staging
from bluegreen_cli.doctor.findings import exit_code
from bluegreen_cli.faults import Faulty

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

LayoutName = Annotated[
    str, typer.Option(help="default; or hardened: what faces the internet is in a namespace of its own.")
]
EnvPath = Annotated[Path, typer.Option(help="Settings as doctl reads them; the environment goes first.")]
Direct = Annotated[bool, typer.Option("--direct", help="By the journal and the Spaces key, without any function.")]
ConfigPath = Annotated[Path, typer.Option(help="What the services are.")]

# These start a whole cloud of one kind or another: they are loaded when they are asked for, and read their own options.
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bluegreen {metadata.version('bluegreen')}")
        raise typer.Exit


@app.callback()
def bluegreen(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Blue-green deployments for DigitalOcean: a demo on this machine, and what a deployment needs beforehand."""


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def demo(context: typer.Context) -> None:
    """Shows releases and rollbacks on a cloud that runs on this machine."""
    import_module("bluegreen_demo.command").app(context.args, prog_name="bluegreen demo")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def judge(context: typer.Context) -> None:
    """Runs the judge over a trace that somebody else recorded."""
    import_module("bluegreen_cli.trace.command").app(context.args, prog_name="bluegreen judge")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def init(context: typer.Context) -> None:
    """Writes what a set-up begins with into a folder; nothing is written over."""
    import_module("bluegreen_cli.init.command").app(context.args, prog_name="bluegreen init")


@app.command()
def stage(
    config: ConfigPath = Path("bluegreen.yml"),
    out: Annotated[Path, typer.Option(help="Where the tree is written; what was staged there before goes.")] = Path(
        ".build"
    ),
    python: Annotated[str, typer.Option(help="Python of the functions' runtime.")] = "3.11",
    layout: LayoutName = "default",
) -> None:
    """Writes a tree that `doctl serverless deploy` takes as it is."""
    try:
        sizes = staging.stage(configuration.read(config), out, python, kind=layout)
    except Faulty as error:
        _refuse(error)
    for name, size in sizes.items():
        typer.echo(f"{name:20} {size / 1e6:5.1f} MB zipped")
    if layout == "default":
        typer.echo(f"staged in {out}; next: doctl serverless deploy {quote(str(out))} --env .env")
        return
    typer.echo(f"staged in {out}, for two namespaces; next, connected to the one and then to the other:")
    for part in ("private", "hooks"):
        typer.echo(f"doctl serverless connect NAMESPACE && doctl serverless deploy {quote(str(out / part))} --env .env")


@app.command()
def doctor(
    config: ConfigPath = Path("bluegreen.yml"),
    env: EnvPath = Path(".env"),
    layout: LayoutName = "default",
    as_json: Annotated[bool, typer.Option("--json", help="A list of check, result, what and mend.")] = False,
) -> None:
    """Looks for what would fail, in a deployment or in a release. Exit status: 0 fine, 1 a fault, 3 a doubt."""
    found = []
    for each in checkup.examine(config, env, kind=layout):
        found.append(each)
        if not as_json:
            typer.echo(each.finding.line)
    if as_json:
        typer.echo(json.dumps([each.facts for each in found], indent=2, ensure_ascii=False))
    raise typer.Exit(exit_code([each.finding.result for each in found]))


@app.command()
def rollback(
    direct: Direct = False,
    service: Annotated[str, typer.Option(help="Which one, where there are several.")] = "",
    reason: Annotated[str, typer.Option(help="Told to people, and kept.")] = "",
    config: ConfigPath = Path("bluegreen.yml"),
    env: EnvPath = Path(".env"),
) -> None:
    """Break-glass: takes production back when functions cannot be called."""
    given = {"service": service, "reason": reason}
    _directly("rollback", direct, config, env, {name: value for name, value in given.items() if value})


@app.command()
def status(
    direct: Direct = False,
    service: Annotated[str, typer.Option(help="One of them.")] = "",
    seen: Annotated[str, typer.Option(help="true, or the id of an undelivered notice: it is not tried any more.")] = "",
    config: ConfigPath = Path("bluegreen.yml"),
    env: EnvPath = Path(".env"),
) -> None:
    """Where everything is, when functions cannot be called."""
    given = {"service": service, "seen": seen}
    _directly("status", direct, config, env, {name: value for name, value in given.items() if value})


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Who will use it: the journal keeps this name.")],
    right: Annotated[list[Right], typer.Option(help="read, operate or release; may be given several times.")] = [  # noqa: B006 - typer reads it, nobody changes it
        Right.READ
    ],
) -> None:
    """Makes a token for the page: it is shown once; bluegreen.yml gets its hash."""
    secret, settings = page_token.lines(name, right)
    typer.echo(
        f"{secret}\n\nGive it to {name}; it cannot be shown again. For bluegreen.yml, then `make deploy`:\n\n{settings}"
    )


@app.command()
def trace(
    release: Annotated[str, typer.Argument(help="Its id, such as web-7, or its tag.")],
    otlp: Annotated[str, typer.Option(help="Where to post it: http://127.0.0.1:4318. Without it, it is printed.")] = "",
    header: Annotated[list[str], typer.Option(help="NAME=VALUE to send along.")] = [],  # noqa: B006 - as above
    service: Annotated[str, typer.Option(help="Which one, where there are several.")] = "",
    config: ConfigPath = Path("bluegreen.yml"),
    env: EnvPath = Path(".env"),
) -> None:
    """One release as an OpenTelemetry trace: its phases, and each look that was written down."""
    headers = dict(each.split("=", 1) for each in header if "=" in each)
    try:
        document, says = spans.trace(configuration.read(config), checkup.given(env), release, service, otlp, headers)
    except Faulty as error:
        _refuse(error)
    typer.echo(says if otlp else json.dumps(document, indent=2, ensure_ascii=True))


def _directly(what: str, direct: bool, config: Path, env: Path, event: dict[str, str]) -> None:
    """As the function of that name, on this machine. Not 0 where its answer is not ok."""
    try:
        if not direct:
            usual = f"doctl serverless functions invoke {what}"
            raise Faulty([f"{usual} is the usual way; --direct does without functions"])
        answer = direct_calls.run(what, configuration.read(config), checkup.given(env), event)
    except Faulty as error:
        _refuse(error)
    typer.echo(f"{answer['what']}\nnext: {answer['next']}")
    if not answer["ok"]:
        raise typer.Exit(1)


@app.command()
def recover(
    service: Annotated[str, typer.Option(help="Whose journal has lost its newest versions.")],
    active: Annotated[
        Environment | None, typer.Option(help="Where production goes; without it the routers' word counts.")
    ] = None,
    config: ConfigPath = Path("bluegreen.yml"),
    env: Annotated[Path, typer.Option(help="Where the Spaces key is; the environment goes first.")] = Path(".env"),
) -> None:
    """Lets a journal that has lost its newest versions go on from what the routers serve."""
    try:
        typer.echo(recovery.recover(config, env, service, active))
    except Faulty as error:
        _refuse(error)
    except BluegreenError as error:
        _refuse(Faulty([str(error)]))


def _refuse(error: Faulty) -> NoReturn:
    for fault in error.faults:
        print(fault, file=sys.stderr)
    raise typer.Exit(2)
