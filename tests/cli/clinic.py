"""A whole set-up for the doctor to look at: two apps that answer, their repository, functions, Slack and a store."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import yaml
from click.testing import Result
from typer.testing import CliRunner
from werkzeug.wrappers import Request, Response

from bluegreen_cli import project
from bluegreen_cli.main import app as command
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean import DigitalOcean, create_app, web_app
from bluegreen_emulator.functions.app import create_app as functions_app
from bluegreen_emulator.functions.control import control_blueprint
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.settings import PlatformSettings
from bluegreen_emulator.github.app import create_app as github_app
from bluegreen_emulator.github.model import GitHub
from bluegreen_emulator.github.webhooks import Hook
from bluegreen_emulator.slack import Slack
from bluegreen_emulator.slack import create_app as slack_app
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server
from tests.build import NOW
from tests.emulator.spaces.conftest import connect

REPOSITORY = "holi-labs/holi"
SETTINGS = {
    "BLUEGREEN_SPACES_KEY": "KEY",
    "BLUEGREEN_SPACES_SECRET": "store-secret",
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_example",
    "BLUEGREEN_GITHUB_TOKEN": "ghp_example",
    "BLUEGREEN_GITHUB_WEBHOOK_SECRET": "3f1d0c77a5b24e86",
    "BLUEGREEN_SLACK_WEBHOOK_URL": "none",
    "BLUEGREEN_SLACK_BOT_TOKEN": "none",
    "BLUEGREEN_TEAMS_WEBHOOK_URL": "none",
    "BLUEGREEN_CDEVENTS_URL": "none",
    "BLUEGREEN_CDEVENTS_KEY": "none",
    "BLUEGREEN_OTLP_URL": "none",
    "BLUEGREEN_OTLP_HEADERS": "none",
    "BLUEGREEN_SLACK_SIGNING_SECRET": "none",
    "BLUEGREEN_PAGER_KEY": "none",
    "BLUEGREEN_PAGER_URL": "none",
    "BLUEGREEN_FUNCTIONS_KEY": "dof_v1_id:example",
    "BLUEGREEN_PROMETHEUS_TOKEN": "none",
    "BLUEGREEN_INSIGHTS_TOKEN": "none",
    "BLUEGREEN_REGISTRY_CREDENTIALS": "none",
    "BLUEGREEN_ALERT_SECRET": "none",
    "BLUEGREEN_NUDGE_SECRET": "c0ffee91d27a4b35",
}
TAGS = {"blue": "v1.2.0", "green": "v1.1.0"}


def by_check(said: list[dict[str, str]]) -> dict[str, SimpleNamespace]:
    """By check: the worst result, and all that was said."""
    found: dict[str, SimpleNamespace] = {}
    order = ["ok", "skipped", "doubt", "fault"]
    for each in said:
        known = found.setdefault(each["check"], SimpleNamespace(result="ok", what="", mend=""))
        known.result = max(known.result, each["result"], key=order.index)
        known.what, known.mend = f"{known.what}\n{each['what']}", f"{known.mend}\n{each['mend']}"
    return found


class Shop:
    """What answers under the addresses of blue, green and production, which `leads` to one of them."""

    def __init__(self) -> None:
        self.leads = "blue"
        self.status = {"blue": 200, "green": 200}

    def answering(self, which: str) -> Any:
        @Request.application
        def answer(request: Request) -> Response:
            environment = self.leads if which == "production" else which
            said = {"status": "ok", "version": TAGS[environment], "healthy": True, "latency": 3}
            marked = {"X-Bluegreen-Environment": environment, "Content-Type": "application/json"}
            return Response(json.dumps(said), self.status[environment], marked)

        return answer


class Clinic:
    """Calling it runs `bluegreen doctor` with these settings in .env; all is well until a test makes it otherwise."""

    def __init__(self, written: dict[str, Any], folder: Path) -> None:
        self.written, self._folder = written, folder
        self.shop, self.slack, self._servers = Shop(), Slack(), list[Server]()
        self._platform(folder / "platform")
        self._digitalocean()
        self._github()
        self._spaces()
        self.slack_url = self._serve(slack_app(self.slack)) + self.slack.path

    def __call__(self, settings: dict[str, str] = SETTINGS, layout: str = "default", *more: str) -> Result:
        (self._folder / "bluegreen.yml").write_text(yaml.safe_dump(self.written))
        env = self._folder / ".env"
        env.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        env.chmod(0o600)
        where = ["--config", str(self._folder / "bluegreen.yml"), "--env", str(env)]
        return CliRunner().invoke(command, ["doctor", *where, "--layout", layout, *more])

    def said(self, settings: dict[str, str] = SETTINGS) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(self(settings, "default", "--json").output)
        return found

    def results(self, settings: dict[str, str] = SETTINGS) -> dict[str, SimpleNamespace]:
        return by_check(self.said(settings))

    @property
    def web(self) -> dict[str, Any]:
        found: dict[str, Any] = self.written["services"]["web"]
        return found

    def close(self) -> None:
        for server in self._servers:
            server.close()
        self.platform.close()

    def _serve(self, app: Any) -> str:
        self._servers.append(Server(app))
        return self._servers[-1].url

    def _platform(self, folder: Path) -> None:
        key = SETTINGS["BLUEGREEN_FUNCTIONS_KEY"].split(":")
        self.platform = Platform("fn-web", dict([key]), Clock(), PlatformSettings(any_python=True), folder)
        self.platform.api_host = self._serve(functions_app(self.platform))

    def deploy_functions(self) -> None:
        """As `bluegreen deploy-functions` does, as far as lists show it; the watch's schedule has fired just now."""
        auth = tuple(SETTINGS["BLUEGREEN_FUNCTIONS_KEY"].split(":"))
        root = f"{self.platform.api_host}/api/v1/namespaces/_"
        with httpx.Client(auth=auth, params={"overwrite": "true"}) as http:
            read = project.read((ROOT / "project.yml").read_text(), SETTINGS)
            for name in (package.full_name(each) for package in read.packages for each in package.functions):
                if "/" in name:
                    http.put(f"{root}/packages/{name.split('/')[0]}", json={}).raise_for_status()
                code = {"exec": {"kind": "python:3.11", "code": "def main(event):\n    return {}\n"}}
                http.put(f"{root}/actions/{name}", json=code).raise_for_status()
        self.platform.scheduler.create("every-minute", "ops/watch", "* * * * *", {}, True)
        self.fire()

    def fire(self, minutes_ago: float = 0.0) -> None:
        """The schedule fired then."""
        scheduler = self.platform.scheduler
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        scheduler.update("every-minute", {"last_run": at})

    def _digitalocean(self) -> None:
        self.account = DigitalOcean(Clock())
        image = {"registry_type": "DOCKER_HUB", "registry": "holi-labs", "repository": "web"}
        for environment in ("blue", "green"):
            spec = {"name": f"holi-{environment}", "services": [{"name": "web", "image": image}]}
            made = self.account.create(spec, web_app(environment))
            made.ingress = self._serve(self.shop.answering(environment))
            self.web["environments"][environment] = {"app": made.id, "url": made.ingress}
        self.web["traffic"]["url"] = self._serve(self.shop.answering("production"))
        api = self._serve(create_app(self.account, control_blueprint(self.platform)))
        self.written.setdefault("apis", {})["digitalocean"] = api

    def _github(self) -> None:
        self.repository = Repository(REPOSITORY)
        for tag in reversed(TAGS.values()):
            made = self.repository.release(tag)
        for environment in TAGS:
            self.repository.branches[f"deploy/{environment}"] = made.sha
        hook = Hook("https://faas.example/api/v1/web/fn-web/hooks/github", "3f1d0c77a5b24e86", REPOSITORY)
        self.github = GitHub({REPOSITORY: self.repository}, SETTINGS["BLUEGREEN_GITHUB_TOKEN"], hooks=[hook])
        self.written["apis"]["github"] = self._serve(github_app(self.github))

    def _spaces(self) -> None:
        state = self.written["state"]
        buckets = [state["bucket"], state["telemetry_bucket"]]
        self.spaces = Spaces({"KEY": ("store-secret", {"": "fullaccess"})}, buckets)
        state["endpoint"] = self._serve(self.spaces.app)
        self.store = connect(state["endpoint"], "KEY", "store-secret")
        report = {"service": "web", "instance": "a", "at": datetime.now(UTC).isoformat(), "seq": 0, "epoch": 0}
        key = "services/web/telemetry/a.json"
        self.store.put_object(Bucket=state["telemetry_bucket"], Key=key, Body=json.dumps({**report, "active": "blue"}))


__all__ = ["NOW", "REPOSITORY", "SETTINGS", "Clinic", "by_check"]
