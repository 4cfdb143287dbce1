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

_DOCS = "The docs/ that messages name:\nhttps://github.com/bluegreen-deploy/bluegreen/tree/main/docs"
_EXITS = f"Exit status:\n\n{TABLE}\n\n{_DOCS}"
app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, epilog=_EXITS)

LayoutName = Annotated[
    str, typer.Option(help="default; or hardened: what faces the internet is in a namespace of its own.")
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
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Blue-green deployments for DigitalOcean: see where releases are, act on them, set everything up, try it here."""


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


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def migrations(context: typer.Context) -> None:
    """Judges migrations: may blue and green both run on the schema that they make?"""
    import_module("bluegreen_cli.migrations.command").app(context.args, prog_name="bluegreen migrations")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def setup(context: typer.Context) -> None:
    """Makes what a first release needs, from buckets to the webhook: a plan, a question, and then the plan is done."""
    import_module("bluegreen_cli.setup.command").app(context.args, prog_name="bluegreen setup")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def docs(context: typer.Context) -> None:
    """What may stand in a section of bluegreen.yml, with defaults and what is allowed."""
    import_module("bluegreen_cli.docs.command").app(context.args, prog_name="bluegreen docs")


@app.command()
def stage(
    config: ConfigPath = CONFIG,
    out: Annotated[Path, typer.Option(help="Where the tree is written; what was staged there before goes.")] = Path(
        ".build"
    ),
    python: Annotated[
        str, typer.Option(help="Python of the functions; project.yml's runtime names it, and another is refused.")
    ] = "",
    layout: LayoutName = "default",
) -> None:
    """Writes a tree that `doctl serverless deploy` takes as it is."""
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
    out: Annotated[Path, typer.Option(help="Where the functions are staged.")] = Path(".build"),
    python: Annotated[str, typer.Option(help="Python of the functions' runtime, which project.yml names.")] = "",
) -> None:
    """Looks for faults, stages the functions and deploys them; doctl is not needed. Exit status 1: nothing was."""
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
    as_json: Annotated[bool, typer.Option("--json", help="A list of check, result, what and mend.")] = False,
) -> None:
    """Looks for what would fail, in a deployment or in a release. Exit status: 0 fine, 1 a fault, 3 a doubt."""
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
    name: Annotated[str, typer.Argument(help="Who will use it: the journal keeps this name.")],
    right: Annotated[list[Right], typer.Option(help="read, operate or release; may be given several times.")] = [  # noqa: B006 - typer reads it, nobody changes it
        Right.READ
    ],
) -> None:
    """Makes a token for the page: it is shown once; bluegreen.yml gets its hash."""
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
    otlp: Annotated[str, typer.Option(help="Where to post it: http://127.0.0.1:4318. Without it, it is printed.")] = "",
    header: Annotated[list[str], typer.Option(help="NAME=VALUE to send along.")] = [],  # noqa: B006 - as above
    service: OfService = "",
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """One release as an OpenTelemetry trace: its phases, and each look that was written down."""
    with explained(), opened(config, env) as place:
        document = spans.trace(place, service, release)
        screen.say(spans.sent(document, otlp, header)) if otlp else screen.document(document)


@app.command()
def recover(
    service: Annotated[str, typer.Option(help="Whose journal has lost its newest versions.")],
    active: Annotated[
        Environment | None, typer.Option(help="Where production goes; without it the routers' word counts.")
    ] = None,
    config: ConfigPath = CONFIG,
    env: Annotated[
        Path, typer.Option(help="Where the Spaces key is; the environment goes first.", envvar="BLUEGREEN_ENV")
    ] = ENV,
) -> None:
    """Lets a journal that has lost its newest versions go on from what the routers serve."""
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
