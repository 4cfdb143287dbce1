"""The command `bluegreen setup`: a plan, a question, and then the plan is done."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bluegreen.core.errors import BluegreenError
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.setup.doing import Work, do
from bluegreen_cli.setup.outside import Outside
from bluegreen_cli.setup.plan import plan
from bluegreen_cli.setup.seen import Look, written
from bluegreen_cli.setup.steps import Act, Step, exit_code
from bluegreen_cli.setup.wanted import wanted
from bluegreen_cli.terminal.exits import Exit

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
NEXT = "bluegreen deploy-functions"
_TOKENS = "https://github.com/bluegreen-deploy/bluegreen/blob/main/docs/setup.md#tokens"
AGAIN = "put that right, then bluegreen setup"  # without its apps the doctor stops a deployment

ConfigPath = Annotated[
    Path, typer.Option(help="What the services are; `bluegreen init` writes it.", envvar="BLUEGREEN_CONFIG")
]
EnvPath = Annotated[Path, typer.Option(help="Where the secrets are kept, for doctl.", envvar="BLUEGREEN_ENV")]
PlanOnly = Annotated[bool, typer.Option("--plan", help="Only say what would be done; 2 where that is something.")]
AsJson = Annotated[bool, typer.Option("--json", help="A list of act, what and why.")]


@app.callback(invoke_without_command=True)
def setup(
    context: typer.Context,
    config: ConfigPath = Path("bluegreen.yml"),
    env: EnvPath = Path(".env"),
    plan_only: PlanOnly = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Makes all that a first release needs: buckets, keys, namespace, branches, apps, router, webhook.

    It may be stopped at any time and run again. Exit status: 0 all is as it should be, 1 something cannot be done, 2
    bluegreen.yml or a token cannot be used; with --plan 2 says that something is to do, and 1 all else.
    """
    if context.invoked_subcommand:
        return
    try:
        usable = opened(config, env)
    except Faulty as error:
        refuse(error.faults, _unusable(plan_only))
    try:
        with usable as work:
            steps = _run(work, plan_only, yes, as_json)
    except Faulty as error:
        refuse(error.faults)
    except BluegreenError as error:
        refuse([str(error), "what was done stays; run it again and it goes on from there"])
    raise typer.Exit(exit_code(steps, plan_only))


@app.command()
def domain(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="What the services are.")] = None,
    env: Annotated[Path | None, typer.Option(help="Where the secrets are kept.")] = None,
    back: Annotated[str, typer.Option(help="The way back: `blue` or `green`, whose app gets the domain.")] = "",
    resolver: Annotated[str, typer.Option(help="Whom to ask by DNS, as address:port; this machine's.")] = "",
    plan_only: PlanOnly = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do each act without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Moves the domain to the router: TTL, proof, move, record, certificate, proof from outside. Each act asks.

    It may be stopped at any time and run again. Exit status: 0 the domain is there, 1 something is left, 2 with --plan
    something is to do.
    """
    from bluegreen_cli.setup.domain import command, lookup

    asked = command.Asked(resolver or lookup.resolver(), back, yes, plan_only, as_json)
    before = context.parent.params if context.parent else {}
    try:
        usable = opened(config or before["config"], env or before["env"])
    except Faulty as error:
        refuse(error.faults, _unusable(plan_only))
    try:
        with usable as work:
            steps = command.run(work, asked, command.confirming(yes), screen.say_line)
    except Faulty as error:
        refuse(error.faults)
    except BluegreenError as error:
        refuse([str(error), "what was done stays; run it again and it goes on from there"])
    raise typer.Exit(command.exit_code(steps, plan_only))


class opened:  # noqa: N801 - reads as a function, and is one but for its end
    """What works on a folder's set-up, its connections closed at the end."""

    def __init__(self, config: Path, env: Path) -> None:
        self._work = work_on(config, env)

    def __enter__(self) -> Work:
        return self._work

    def __exit__(self, *_: object) -> None:
        self._work.out.http.close()


def work_on(config: Path, env: Path, outside: type[Outside] = Outside) -> Work:
    found = wanted(config)
    apis, state = found.file.apis, found.file.state
    known = written(env)
    tokens = tuple(
        os.environ.get(theirs) or os.environ.get(ours) or known.get(ours, "")
        for theirs, ours in (
            ("DIGITALOCEAN_ACCESS_TOKEN", "BLUEGREEN_DIGITALOCEAN_TOKEN"),
            ("GITHUB_TOKEN", "BLUEGREEN_GITHUB_TOKEN"),
        )
    )
    if not tokens[0]:
        raise Faulty([f"DIGITALOCEAN_ACCESS_TOKEN is wanted in the environment: its scopes are in {_TOKENS}"])
    out = outside(apis.digitalocean, apis.github, (tokens[0], tokens[1]), (state.endpoint, state.region))
    return Work(found, out, Look(found, out, env), config, env)


def _run(work: Work, plan_only: bool, yes: bool, as_json: bool) -> list[Step]:
    steps = plan(work.wanted, work.look.seen())
    to_do = [step for step in steps if step.to_do]
    if not as_json:
        _tell(steps)
    if to_do and not plan_only:
        _ask(len(to_do), yes)
        steps = list(apply(work, (lambda _: None) if as_json else screen.say_line))
    if as_json:
        screen.document([step.facts for step in steps])
    elif not plan_only or not to_do:
        _end(steps, "All is as it should be." if to_do else "Nothing to do.")
    return steps


def _tell(steps: list[Step]) -> None:
    for step in steps:
        screen.entry(step.line, further=2)


def _ask(number: int, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        refuse([f"{number} things are to do, and nobody can be asked: --yes does them, --plan only says them"])
    if not typer.confirm(f"Do these {number}?", default=False):
        refuse(["nothing was done"])


def apply(work: Work, tell: Callable[[str], None]) -> Iterator[Step]:
    """Always the first that is to do, from a look at what is there by then."""
    steps, last = plan(work.wanted, work.look.seen()), None
    while step := next((each for each in steps if each.to_do), None):
        if step == last:
            raise Faulty([f"{step.what}: was done, and is still not as it should be; `bluegreen doctor` may say why"])
        tell(f"… {step.what}")
        do(work, step)
        work, last = _again(work) if step.key == "written_down" else work, step
        steps = plan(work.wanted, work.look.seen())
    yield from steps


def _again(work: Work) -> Work:
    """bluegreen.yml says more by now."""
    return work._replace(wanted=wanted(work.config))


def _end(steps: list[Step], good: str) -> None:
    left = [step for step in steps if step.act is Act.CANNOT]
    screen.say("Left for you:" if left else good)
    _tell(left)
    screen.say_line(f"next: {AGAIN if any(step.what.startswith('app ') for step in left) else NEXT}")


def _unusable(plan_only: bool) -> Exit:
    """As each command's, but that of a plan 2 says already that something is to do."""
    return Exit.REFUSED if plan_only else Exit.UNUSABLE


def refuse(faults: list[str], code: Exit = Exit.REFUSED) -> NoReturn:
    for fault in faults:
        screen.entry(fault, 2, err=True)
    raise typer.Exit(code.value)
