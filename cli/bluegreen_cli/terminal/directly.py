"""What also works with the Spaces key alone, when no function can be called: `rollback` and `status`."""

from pathlib import Path
from typing import Annotated

import typer

from bluegreen_cli import config as configuration
from bluegreen_cli import direct as direct_calls
from bluegreen_cli import doctor as checkup
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal import acting, looking
from bluegreen_cli.terminal.acting import Act, act
from bluegreen_cli.terminal.commands import CONFIG, ENV, By, ConfigPath, EnvPath, Json, Reason, Yes
from bluegreen_cli.terminal.exits import explained
from bluegreen_cli.terminal.monitoring import duration
from bluegreen_cli.terminal.place import opened

Direct = Annotated[bool, typer.Option("--direct", help="Use the journal and the Spaces key, and call no function.")]


def add_to(app: typer.Typer) -> None:
    for command in (rollback, status):
        app.command()(command)


def rollback(
    direct: Direct = False,
    service: Annotated[str, typer.Option(help="The service; needed if there are several.")] = "",
    to: Annotated[str | None, typer.Option(help="The tag of an earlier release to go back to.")] = None,
    native: Annotated[
        bool, typer.Option("--native", help="Use App Platform's own rollback, which takes minutes.")
    ] = False,
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Move production back to the previous release, now. With --direct also while no function can be called."""
    back_to = {} if to is None else {"to": to}  # an empty one is refused: it was meant to name a release
    who = {"reason": reason, "by": by or ("" if back_to or native else acting.me())}
    with explained(as_json), opened(config, env) as place:
        _check_together(to, native, reason, by)
        if not direct:
            given = {**back_to, "native": "true" if native else "", **who}
            act(place, service, Act("rollback", "rollback", given), yes, as_json)
        if back_to or native:
            raise Faulty(["--direct goes with neither --to nor --native: they want the keys of the functions"])
        given = {"service": service, "reason": reason, "by": by}
        _run("rollback", config, env, {name: value for name, value in given.items() if value}, as_json)


def _check_together(to: str | None, native: bool, reason: str, by: str) -> None:
    """As the function would refuse it, before anybody is asked."""
    if to and native:
        raise Faulty(["--to and --native cannot be combined: pass one of them"])
    if (to or native) and (reason or by):
        raise Faulty(["--reason and --by go with neither --to nor --native: they keep reasons of their own"])


def status(
    name: Annotated[
        str, typer.Argument(metavar="service", show_default=False, help="A service. Default: all of them.")
    ] = "",
    direct: Direct = False,
    service: Annotated[str, typer.Option(help="The same as the argument.")] = "",
    seen: Annotated[
        str, typer.Option(help="true, or the id of an undelivered notice: you have read it, so stop trying.")
    ] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Show it again after each change, until Ctrl-C.")] = False,
    wait: Annotated[str, typer.Option("--for", help="With --watch: how long, such as 10m.", show_default="1d")] = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Show both environments, the release step by step, what users get, and what a rollback would do."""
    with explained(as_json), opened(config, env) as place:
        _check_status(direct, seen, watch, wait)
        if name and service and name != service:
            raise Faulty([f"{name} and --service {service} are two services: pass one, or none for all"])
        asked = name or service
        if direct or seen:
            given = {"service": asked, "seen": seen}
            _run("status", config, env, {key: value for key, value in given.items() if value}, as_json)
        elif watch:
            looking.watch(place, asked, as_json, duration("--for", wait or "1d"))
        else:
            looking.status(place, asked, as_json)


def _check_status(direct: bool, seen: str, watch: bool, wait: str) -> None:
    """What would be passed over without a word."""
    if watch and (direct or seen):
        raise Faulty(["--watch goes with neither --direct nor --seen: they answer once"])
    if wait and not watch:
        raise Faulty(["--for says how long --watch looks: pass both, or neither"])


def _run(what: str, config: Path, env: Path, event: dict[str, str], as_json: bool) -> None:
    """As the function of that name, on this machine. Not 0 where its answer is not ok."""
    answer = direct_calls.run(what, configuration.read(config), checkup.given(env), event)
    if as_json:
        screen.document({**answer, "exit": 0 if answer["ok"] else 1})
    else:
        screen.say(f"{screen.line(answer['what'])}\nnext: {screen.line(answer['next'])}")
    if not answer["ok"]:
        raise typer.Exit(1)
