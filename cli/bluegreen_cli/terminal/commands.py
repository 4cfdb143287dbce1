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

ConfigPath = Annotated[Path, typer.Option(help="The file that declares the services.", envvar="BLUEGREEN_CONFIG")]
EnvPath = Annotated[
    Path, typer.Option(help="File with the secrets; environment variables take precedence.", envvar="BLUEGREEN_ENV")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, and nothing else.")]
OfService = Annotated[str, typer.Option(help="The service; needed if there are several.")]
ServiceArgument = Annotated[str, typer.Argument(help="A service. Default: all of them.", show_default=False)]
ReleaseArgument = Annotated[str, typer.Argument(help="A tag, an id such as web-12, or latest.")]
Reason = Annotated[str, typer.Option(help="Kept in the journal, and part of the notices.")]
By = Annotated[str, typer.Option(help="Who asks. Default: the user logged in on this machine.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
AutoSwitch = Annotated[
    bool | None, typer.Option("--auto-switch/--no-auto-switch", help="Switch without approval. Default: bluegreen.yml.")
]
CONFIG, ENV = Path("bluegreen.yml"), Path(".env")


def history(
    service: ServiceArgument = "",
    stats: Annotated[bool, typer.Option("--stats", help="Compute DORA's five delivery metrics.")] = False,
    window: Annotated[str, typer.Option(help="With --stats: how far back.", show_default="30d")] = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """List the releases of a service, newest first: how each ended, and why."""
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
    """Show a release step by step: when each began, and what was found."""
    with explained(as_json), opened(config, env) as place:
        looking.show(place, release, service, as_json)


def logs(
    release: ReleaseArgument,
    kind: Annotated[list[looking.Kind], typer.Option("--type", help="Which log. May be repeated.")] = [],  # noqa: B006 - typer reads it
    service: OfService = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Print App Platform's logs of a release: build, deployment, runtime."""
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
    """Reverse the last rollback: production goes to that release again, which still runs."""
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
    """Let the release that waits in *ready* take over. This is its approval; the journal keeps whose it was."""
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
    """Stop the release in flight, before the switch. Production is untouched."""
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
    """Let no release begin, and none that is ready switch. Bakes go on, and every rollback still works."""
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
    """End a pause: what has waited begins."""
    with explained(as_json), opened(config, env) as place:
        act(place, service, Act("resume", "deploy", {"resume": "true", "by": by or acting.me()}), yes, as_json)


def deploy(
    tag: Annotated[str, typer.Argument(help="The tag to release.")],
    target: Annotated[str, typer.Option(help="auto, blue or green; the active one is refused.")] = "",
    auto_switch: AutoSwitch = None,
    skip_smoke_tests: Annotated[bool, typer.Option("--skip-smoke-tests", help="Not recommended.")] = False,
    lift: Annotated[bool, typer.Option("--lift", help="Release it although it is quarantined.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="First make the idle app's spec equal to the other's.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Only as a rollback target: traffic stays.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Do not wait for the end of a bake.")] = False,
    override: Annotated[bool, typer.Option("--override", help="In a freeze window, if it allows you.")] = False,
    service: OfService = "",
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Release a tag, beginning on the idle environment."""
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
    where: Annotated[str, typer.Argument(metavar="URL", help="A URL, or blue, green or production.")],
    tag: Annotated[str, typer.Option(help="The value of {tag} and {version} in the checks.")] = "",
    expect: Annotated[
        list[str],
        typer.Option(metavar="FIELD=VALUE", help="Expect this in the JSON of a URL with a path, such as healthy=true."),
    ] = [],  # noqa: B006 - typer reads it
    service: OfService = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Send a health check as Bluegreen would. Without a path in the URL: all of bluegreen.yml's."""
    with explained(as_json), opened(config, env) as place:
        raise typer.Exit(asking.health(place, service, where, tag, expect, as_json).value)


def monitor(
    service: Annotated[str, typer.Argument(help="The service; needed if there are several.", show_default=False)] = "",
    every: Annotated[str, typer.Option(help="Time between two measurements.")] = "5s",
    lasts: Annotated[str, typer.Option("--for", help="How long. Ctrl-C ends it earlier.")] = "5m",
    query: Annotated[
        list[str], typer.Option(metavar="NAME=PROMQL", help="Also show this query of your Prometheus. May be repeated.")
    ] = [],  # noqa: B006 - typer reads it
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")] = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Measure requests, error rate, p95 and connections of both environments. Exit status 1: above a critical level."""
    with explained(as_json), opened(config, env) as place:
        times = monitoring.duration("--every", every, 0.1), monitoring.duration("--for", lasts)
        raise typer.Exit(monitoring.monitor(place, service, *times, query, as_json).value)


def checklist(
    service: Annotated[str, typer.Argument(help="The service; needed if there are several.", show_default=False)] = "",
    as_json: Json = False,
    config: ConfigPath = CONFIG,
    env: EnvPath = ENV,
) -> None:
    """Show the checklist for going to production, ticked as far as the doctor and the journal prove it."""
    with explained(as_json), opened(config, env) as place:
        raise typer.Exit(checklists.checklist(place, service, as_json).value)


def add_to(app: typer.Typer) -> None:
    app.command("approve", help="Approve the release that waits in *ready*: the same as `switch`.")(switch)
    for command in (history, show, logs, undo, switch, abort, deploy, pause, resume, health, monitor, checklist):
        app.command()(command)
