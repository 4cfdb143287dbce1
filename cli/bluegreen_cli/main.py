"""The command `bluegreen`."""

from importlib import import_module, metadata
from itertools import tee
from pathlib import Path
from shlex import quote
from typing import Annotated, NoReturn

import typer

from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.inbound.bearers import Right
from bluegreen_cli import config as configuration
from bluegreen_cli import deploy_functions as deploying
from bluegreen_cli import doctor as checkup
from bluegreen_cli import page_token, screen, spans
from bluegreen_cli import recover as recovery
from bluegreen_cli import stage as staging
from bluegreen_cli.doctor.findings import exit_code
from bluegreen_cli.evidence import commands as evidence
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal import commands as terminal
from bluegreen_cli.terminal import directly
from bluegreen_cli.terminal.arranged import Commands, arrange
from bluegreen_cli.terminal.commands import CONFIG, ENV, ConfigPath, EnvPath, OfService, ReleaseArgument
from bluegreen_cli.terminal.exits import TABLE, explained
from bluegreen_cli.terminal.place import opened

_DOCS = "Messages name pages of docs/, which is at:\nhttps://github.com/bluegreen-deploy/bluegreen/tree/main/docs"
_EXITS = f"Exit status:\n\n{TABLE}\n\n{_DOCS}"
app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, epilog=_EXITS)

LayoutName = Annotated[
    str, typer.Option(help="default, or hardened: functions that face the internet get a namespace of their own.")
]
# These start a whole cloud of one kind or another: they are loaded when they are asked for, and read their own options.
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def _version(wanted: bool) -> None:
    if wanted:
        screen.say(f"bluegreen {metadata.version('bluegreen')}")
        raise typer.Exit


@app.callback()
def bluegreen(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Blue-green deployments for DigitalOcean: see releases, act on them, set everything up, try it on this machine."""


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def demo(context: typer.Context) -> None:
    """Show releases and rollbacks in a local cloud on this machine."""
    import_module("bluegreen_demo.command").app(context.args, prog_name="bluegreen demo")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def judge(context: typer.Context) -> None:
    """Run the judge of releases over a recorded trace (CSV)."""
    import_module("bluegreen_cli.trace.command").app(context.args, prog_name="bluegreen judge")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def init(context: typer.Context) -> None:
    """Write the files that a set-up begins with. Existing files are kept."""
    import_module("bluegreen_cli.init.command").app(context.args, prog_name="bluegreen init")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def migrations(context: typer.Context) -> None:
    """Check migrations: can blue and green both run on the schema that they make?"""
    import_module("bluegreen_cli.migrations.command").app(context.args, prog_name="bluegreen migrations")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def setup(context: typer.Context) -> None:
    """Create what a first release needs, from buckets to the webhook. Shows its plan and asks first."""
    import_module("bluegreen_cli.setup.command").app(context.args, prog_name="bluegreen setup")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def docs(context: typer.Context) -> None:
    """Print a section of bluegreen.yml: its settings, their defaults, and what is allowed."""
    import_module("bluegreen_cli.docs.command").app(context.args, prog_name="bluegreen docs")


@app.command()
def stage(
    config: ConfigPath = CONFIG,
    out: Annotated[
        Path, typer.Option(help="Where to write the tree; one that was staged there before is replaced.")
    ] = Path(".build"),
    python: Annotated[
        str, typer.Option(help="Python of the functions' runtime; it must be the one in project.yml.")
    ] = "",
    layout: LayoutName = "default",
) -> None:
    """Write a tree for `doctl serverless deploy`."""
    try:
        sizes = staging.stage(configuration.read(config), out, python, kind=layout)
    except Faulty as error:
        _refuse(error)
    for name, size in sizes.items():
        screen.say(f"{name:20} {size / 1e6:5.1f} MB zipped")
    if layout == "default":
        screen.say(f"staged in {out}; next: doctl serverless deploy {quote(str(out))} --env .env")
        return
    screen.say(f"staged in {out}, for two namespaces; next, connected to the one and then to the other:")
    for part in ("private", "hooks"):
        screen.say(f"doctl serverless connect NAMESPACE && doctl serverless deploy {quote(str(out / part))} --env .env")


@app.command("deploy-functions")
def deploy_functions(
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
    out: Annotated[Path, typer.Option(help="Where to stage the functions.")] = Path(".build"),
    python: Annotated[
        str, typer.Option(help="Python of the functions' runtime; it must be the one in project.yml.")
    ] = "",
) -> None:
    """Look for faults, then stage and deploy the functions, without doctl. Exit status 1: nothing was deployed."""
    try:
        deploying.run(config, env, out, python, screen.say)
    except Faulty as error:
        for fault in error.faults:
            screen.entry(fault, err=True)
        raise typer.Exit(1) from None
    screen.say("next: push a release tag, and look with `bluegreen status --direct`")


@app.command()
def doctor(
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
    layout: LayoutName = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list of check, result, what and mend.")] = False,
) -> None:
    """Find what would make a deployment or a release fail. Exit status: 0 fine, 1 a fault, 3 a doubt."""
    told, kept = tee(checkup.examine(config, env, kind=layout))
    if not as_json:
        for each in checkup.lines(told):
            screen.entry(each)
    found = [*kept]
    if as_json:
        screen.document([each.facts for each in found])
    raise typer.Exit(exit_code([each.finding.result for each in found]))


directly.add_to(app)
terminal.add_to(app)
evidence.add_to(app)


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Who will use it. The journal keeps this name.")],
    right: Annotated[list[Right], typer.Option(help="read, operate or release. May be repeated.")] = [  # noqa: B006 - typer reads it, nobody changes it
        Right.READ
    ],
) -> None:
    """Make a token for the dashboard. It is shown once; bluegreen.yml gets its hash."""
    try:
        secret, settings = page_token.lines(name, right)
    except Faulty as error:
        _refuse(error)
    screen.say(
        f"{secret}\n\nGive it to {name}; it cannot be shown again. "
        f"For bluegreen.yml, then `bluegreen deploy-functions`:\n\n{settings}"
    )


@app.command()
def trace(
    release: ReleaseArgument,
    otlp: Annotated[
        str, typer.Option(help="Send it to this collector, such as http://127.0.0.1:4318, instead of printing it.")
    ] = "",
    header: Annotated[list[str], typer.Option(help="A header for the collector, NAME=VALUE. May be repeated.")] = [],  # noqa: B006 - as above
    service: OfService = "",
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Print a release as an OpenTelemetry trace: its phases, and each look that was recorded."""
    with explained(), opened(config, env) as place:
        document = spans.trace(place, service, release)
        screen.say(spans.sent(document, otlp, header)) if otlp else screen.document(document)


@app.command()
def recover(
    service: Annotated[str, typer.Option(help="The service whose journal has lost its newest versions.")],
    active: Annotated[
        Environment | None, typer.Option(help="Where production goes. Default: where the routers send it.")
    ] = None,
    config: ConfigPath = CONFIG,
    env: Annotated[
        Path,
        typer.Option(help="File with the Spaces key; environment variables take precedence.", envvar="BLUEGREEN_ENV"),
    ] = ENV,
) -> None:
    """Continue a journal that has lost its newest versions, from what the routers serve."""
    try:
        screen.say(recovery.recover(config, env, service, active))
    except Faulty as error:
        _refuse(error)
    except BluegreenError as error:
        _refuse(Faulty([str(error)]))


arrange(app)


def _refuse(error: Faulty) -> NoReturn:
    for fault in error.faults:
        screen.entry(fault, 2, err=True)
    raise typer.Exit(2)
