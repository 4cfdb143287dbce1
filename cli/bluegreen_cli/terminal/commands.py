"""The commands themselves: their options, and which of them goes where."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal import acting, asking, looking, monitoring, statistics
from bluegreen_cli.terminal import checklist as checklists
from bluegreen_cli.terminal.acting import Act, act
from bluegreen_cli.terminal.exits import explained
from bluegreen_cli.terminal.place import opened

ConfigPath = Annotated[Path, typer.Option(help="What the services are.", envvar="BLUEGREEN_CONFIG")]
EnvPath = Annotated[
    Path, typer.Option(help="Settings as doctl reads them; the environment goes first.", envvar="BLUEGREEN_ENV")
]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout, and nothing besides.")]
OfService = Annotated[str, typer.Option(help="Which one, where there are several.")]
ServiceArgument = Annotated[str, typer.Argument(help="One of them; without it all.", show_default=False)]
ReleaseArgument = Annotated[str, typer.Argument(help="A tag, an id such as web-12, or latest.")]
Reason = Annotated[str, typer.Option(help="Told to people, and kept in the journal.")]
By = Annotated[str, typer.Option(help="Who asks; without it whoever is logged in here.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="It is meant: nothing is asked.")]
CONFIG, ENV = Path("bluegreen.yml"), Path(".env")


def history(
    service: ServiceArgument = "",
    stats: Annotated[bool, typer.Option("--stats", help="DORA's five: how often, how fast, how well.")] = False,
    window: Annotated[str, typer.Option(help="With --stats: how far back.", show_default="30d")] = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """The releases of a service, newest first: what became of each, and why."""
    with explained(as_json), opened(config, env) as place:
        if window and not stats:
            raise Faulty(["--window says how far back --stats looks: pass both, or neither"])
        if stats:
            span = timedelta(seconds=monitoring.duration("--window", window or "30d", 3600.0, statistics.LONGEST))
            statistics.statistics(place, service, span, as_json)
        else:
            looking.history(place, service, as_json)


def show(
    release: ReleaseArgument,
    service: OfService = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """A release step by step: when each began, and what was found in it."""
    with explained(as_json), opened(config, env) as place:
        looking.show(place, release, service, as_json)


def logs(
    release: ReleaseArgument,
    kind: Annotated[list[looking.Kind], typer.Option("--type", help="May be given several times.")] = [],  # noqa: B006 - typer reads it
    service: OfService = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """What App Platform logged of a release: its build, its deployment, and while it runs."""
    with explained(as_json), opened(config, env) as place:
        looking.logs(place, release, service, [each.value for each in kind], as_json)


def undo(
    service: OfService = "",
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """The last rollback was a mistake: production on the release again, which still runs."""
    given = {"undo": "true", "reason": reason, "by": by or acting.me()}
    with explained(as_json), opened(config, env) as place:
        act(place, service, Act("undo", "rollback", given), yes, as_json)


def switch(
    service: OfService = "",
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """The release that waits in *ready* takes over: this is the approval, and the journal keeps whose it was."""
    with explained(as_json), opened(config, env) as place:
        act(place, service, Act("switch", "switch", {"reason": reason, "by": by or acting.me()}), yes, as_json)


def abort(
    service: OfService = "",
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Stops the release in flight, before the switch; production is untouched."""
    with explained(as_json), opened(config, env) as place:
        act(place, service, Act("abort", "abort", {"reason": reason, "by": by or acting.me()}), yes, as_json)


def pause(
    service: OfService = "",
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Nothing new begins, and what is ready waits; a bake, its automatic rollback and yours go on."""
    given = {"pause": "true", "reason": reason, "by": by or acting.me()}
    with explained(as_json), opened(config, env) as place:
        act(place, service, Act("pause", "deploy", given), yes, as_json)


def resume(
    service: OfService = "",
    by: By = "",
    yes: Yes = False,
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Ends a pause: what has waited begins."""
    with explained(as_json), opened(config, env) as place:
        act(place, service, Act("resume", "deploy", {"resume": "true", "by": by or acting.me()}), yes, as_json)


def deploy(
    tag: Annotated[str, typer.Argument(help="The release tag.")],
    target: Annotated[str, typer.Option(help="auto, blue or green; never the active one.")] = "",
    auto_switch: Annotated[
        bool | None, typer.Option("--auto-switch/--no-auto-switch", help="Without it, what bluegreen.yml says.")
    ] = None,
    skip_smoke_tests: Annotated[bool, typer.Option("--skip-smoke-tests", help="Not recommended.")] = False,
    lift: Annotated[bool, typer.Option("--lift", help="Although it is quarantined.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Makes the idle app's spec equal first.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Only as the way back; production does not move.")] = False,
    now: Annotated[bool, typer.Option("--now", help="It does not wait for the end of a bake.")] = False,
    override: Annotated[bool, typer.Option("--override", help="In a freeze window, by whom it allows.")] = False,
    service: OfService = "",
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Releases a tag to the idle environment."""
    flags = {
        "skip_smoke_tests": skip_smoke_tests,
        "lift": lift,
        "fix": fix,
        "restore": restore,
        "now": now,
        "override": override,
    }
    given = {name: "true" for name, wanted in flags.items() if wanted}
    given |= {} if auto_switch is None else {"auto_switch": str(auto_switch).lower()}
    given |= {"tag": tag, "target": target, "reason": reason, "by": by or acting.me()}
    with explained(as_json), opened(config, env) as place:
        act(place, service, Act("deploy", "deploy", given), yes, as_json)


def health(
    where: Annotated[str, typer.Argument(metavar="URL", help="An address; or blue, green, production.")],
    tag: Annotated[str, typer.Option(help="What {tag} and {version} in the checks stand for.")] = "",
    expect: Annotated[
        list[str], typer.Option(metavar="FIELD=VALUE", help="Of the JSON of an address with a path: healthy=true.")
    ] = [],  # noqa: B006 - typer reads it
    service: OfService = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Asks an address as the product would. Without a path: the health checks of bluegreen.yml."""
    with explained(as_json), opened(config, env) as place:
        raise typer.Exit(asking.health(place, service, where, tag, expect, as_json).value)


def monitor(
    service: Annotated[str, typer.Argument(help="Which one, where there are several.", show_default=False)] = "",
    every: Annotated[str, typer.Option(help="Between two looks.")] = "5s",
    lasts: Annotated[str, typer.Option("--for", help="How long; Ctrl-C ends it before.")] = "5m",
    query: Annotated[
        list[str], typer.Option(metavar="NAME=PROMQL", help="Of your Prometheus: database queries, for one.")
    ] = [],  # noqa: B006 - typer reads it
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Requests, error rate, p95 and connections of both environments, now and again. 1: above a critical level."""
    with explained(as_json), opened(config, env) as place:
        times = monitoring.duration("--every", every, 0.1), monitoring.duration("--for", lasts)
        raise typer.Exit(monitoring.monitor(place, service, *times, query, as_json).value)


def checklist(
    service: Annotated[str, typer.Argument(help="Which one, where there are several.", show_default=False)] = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """The way into production, ticked as far as the doctor and the journal prove it."""
    with explained(as_json), opened(config, env) as place:
        raise typer.Exit(checklists.checklist(place, service, as_json).value)


def add_to(app: typer.Typer) -> None:
    app.command(
        "approve", help="Approves the switch of the release that waits in *ready*: `switch`, by its other name."
    )(switch)
    for command in (history, show, logs, undo, switch, abort, deploy, pause, resume, health, monitor, checklist):
        app.command()(command)
