"""The command `bluegreen init`: asks what it has to know, or takes flags, or reads an app that is there."""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bluegreen.clients import bounded
from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.http import LIMITS, Api
from bluegreen.clients.redaction import Redaction
from bluegreen.core.errors import BluegreenError
from bluegreen_cli import screen
from bluegreen_cli.doctor.patient import given
from bluegreen_cli.faults import Faulty
from bluegreen_cli.init import Answers, write
from bluegreen_cli.init.answers import REGIONS, UNKNOWN

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_TOKEN = "BLUEGREEN_DIGITALOCEAN_TOKEN"
_ASKED = {
    "name": "What is the service called? (small letters, such as web)",
    "repository": "Its repository on GitHub (owner/name)",
    "url": "Production's address (https://…)",
}


@app.command()
def init(
    name: Annotated[str, typer.Option(help="Name of the service; apps and buckets are named after it.")] = "",
    repository: Annotated[str, typer.Option(help="owner/name on GitHub.")] = "",
    url: Annotated[str, typer.Option(help="Production's address.")] = "",
    region: Annotated[str, typer.Option(help=f"One of {', '.join(REGIONS)}.")] = "fra",
    tag: Annotated[
        str,
        typer.Option(
            help="The release tag that production runs today. Without it you fill it in later.", show_default=False
        ),
    ] = UNKNOWN,
    port: Annotated[int, typer.Option(help="The port that the application listens on.")] = 8080,
    health: Annotated[str, typer.Option(help="A path that answers 200 while it is healthy.")] = "/api/health",
    build: Annotated[str, typer.Option(help="Build command. Default: App Platform detects it.")] = "",
    run: Annotated[str, typer.Option(help="Run command. Default: App Platform detects it.")] = "",
    database: Annotated[bool, typer.Option(help="Both environments share a managed PostgreSQL.")] = False,
    one_app: Annotated[bool, typer.Option(help="Two components of one app: cheaper, slower to switch.")] = False,
    existing: Annotated[str, typer.Option("--app", help="Id of the app in production; it becomes blue.")] = "",
    folder: Annotated[Path, typer.Option(help="Where to write the files.")] = Path(),
    api: Annotated[str, typer.Option(hidden=True)] = "https://api.digitalocean.com",
) -> None:
    """Write bluegreen.yml, .env.example, specs of the apps and the router, and workflows. Existing files are kept."""
    asked = {"name": name, "repository": repository, "url": url}
    try:
        known = _complete(asked)
        answers = Answers(known["name"], known["repository"], known["url"], region, tag, port, health, build, run)
        answers = answers._replace(database=database, one_app=one_app)
        spec = _spec(existing, api, folder) if existing else None
        for written in write(folder, answers, spec, {"blue": existing} if existing else {}):
            screen.say_line(written.line)
    except Faulty as error:
        for fault in error.faults:
            screen.entry(fault, 2, err=True)
        raise typer.Exit(2) from None
    filled = f"`bluegreen setup`, which fills in where {UNKNOWN} stands there"
    screen.tell(f"next: look through bluegreen.yml, then {filled}")


def _complete(asked: Mapping[str, str]) -> dict[str, str]:
    """With what a person answers, where one is there to be asked."""
    missing = [name for name, value in asked.items() if not value]
    if missing and not sys.stdin.isatty():
        raise Faulty([f"--{name} is wanted: {_ASKED[name]}" for name in missing])
    return {name: value or typer.prompt(_ASKED[name]) for name, value in asked.items()}


def _spec(app_id: str, api: str, folder: Path) -> dict[str, Any]:
    token = given(folder / ".env").get(_TOKEN) or os.environ.get("DIGITALOCEAN_ACCESS_TOKEN", "")
    if not token:
        raise Faulty([f"--app: {_TOKEN} is wanted in .env or in the environment, to read the app"])
    headers = {"Accept": "application/json", "User-Agent": "bluegreen", "Authorization": f"Bearer {token}"}
    with bounded.client(LIMITS) as http:
        asked = Api("DigitalOcean", api, http, headers, time.sleep, redaction=Redaction({_TOKEN: token}))
        try:
            return DigitalOcean(asked).app(app_id).spec
        except BluegreenError as error:
            raise Faulty([f"--app {app_id[:60]}: {error}"]) from None
