"""What the chain on a laptop stands on: an emulated team's accounts, apps and settings, in one process."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import httpx

from bluegreen.core.environment import Environment
from bluegreen.settings import Settings, load
from bluegreen_emulator import pagers
from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean.host import web_app
from bluegreen_emulator.digitalocean.memory_host import MemoryHost
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.settings import Settings as CloudSettings
from bluegreen_emulator.digitalocean.web import create_app as digitalocean_app
from bluegreen_emulator.github import GitHub, Hook
from bluegreen_emulator.github import create_app as github_app
from bluegreen_emulator.receiver import create_app as receiver
from bluegreen_emulator.slack import create_app as slack_app
from bluegreen_emulator.wire import Front, Wsgi
from tests.build import BLUE, GREEN, written
from tests.chain.laptop_apps import LaptopApps

REPOSITORY = "holi-labs/holi"
SECRET = "a-webhook-secret-of-this-test"
ENVIRONMENT = {
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_of-this-test",
    "BLUEGREEN_GITHUB_TOKEN": "github_pat_of-this-test",
    "BLUEGREEN_GITHUB_WEBHOOK_SECRET": SECRET,
    "BLUEGREEN_ALERT_SECRET": "an-alert-secret-of-this-test",
    "BLUEGREEN_SPACES_KEY": "spaces-key-of-this-test",
    "BLUEGREEN_SPACES_SECRET": "spaces-secret-of-this-test",
    "BLUEGREEN_SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T00HOLI00/B00RELEASE/emulatedslackwebhook",
    "BLUEGREEN_PAGER_KEY": "pager-key-of-32-characters-exact",
    "BLUEGREEN_PAGER_URL": "https://pager.test/hooks/an-address-that-is-a-secret",
    "BLUEGREEN_TEAMS_WEBHOOK_URL": "https://teams.test/workflows/an-address-that-is-a-secret",
    "BLUEGREEN_CDEVENTS_URL": "https://events.test/cdevents",
    "BLUEGREEN_OTLP_URL": "https://traces.test/v1/traces",
    "BLUEGREEN_OTLP_HEADERS": "api-key=a%20key-of-this-test,x-team=shop",
    "BLUEGREEN_CDEVENTS_KEY": "events-key-of-32-characters-long",
    "BLUEGREEN_FUNCTIONS_KEY": "dof_v1_of:this-test",
    "BLUEGREEN_PROMETHEUS_TOKEN": "prometheus-token-of-this-test",
    "BLUEGREEN_INSIGHTS_TOKEN": "dop_v1_insights-of-this-test",
    "BLUEGREEN_REGISTRY_CREDENTIALS": "ci:registry-token-of-this-test",
}


class WhenAsked:
    """An app that is made when it gets its first request: most laptops ask few of their services."""

    def __init__(self, make: Callable[[], Wsgi]) -> None:
        self._make = make

    @cached_property
    def _app(self) -> Wsgi:
        return self._make()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._app(environ, start_response)


class LaptopCloud(LaptopApps):
    """How it is made. A kind of laptop that leads its production otherwise makes other parts of it."""

    def _make_cloud(self) -> None:
        self.repository = Repository(REPOSITORY)
        self.repository.release("v1.1.0")
        self.repository.release("v1.2.0")
        self.repository.branches |= {
            "deploy/blue": self.repository.tags["v1.2.0"].commit,
            "deploy/green": self.repository.tags["v1.1.0"].commit,
        }
        repositories = {REPOSITORY: self.repository}
        self.host = MemoryHost()
        times = CloudSettings(pending_build=1, building=20, pending_deploy=1, deploying=10, run_jobs=False)
        self.digitalocean = DigitalOcean(self.clock, repositories, times, self.host)
        self.apps = self._make_apps()
        self.github = GitHub(
            repositories,
            ENVIRONMENT["BLUEGREEN_GITHUB_TOKEN"],
            self.clock,
            [Hook("https://functions.test/hooks/github", SECRET, REPOSITORY)],
            client=httpx.Client(transport=httpx.MockTransport(self._webhook)),
            in_background=False,
        )

    def _make_apps(self) -> dict[Environment, str]:
        return {e: self.digitalocean.create(self._spec(e), web_app(e.value)).id for e in (BLUE, GREEN)}

    def _spec(self, environment: Environment) -> dict[str, Any]:
        service = {"name": "web", "http_port": 8080, "health_check": {"http_path": "/api/health"}}
        if self._images:
            running = {BLUE: "v1.2.0", GREEN: "v1.1.0"}[environment]
            self.digitalocean.push_image("web", running, self.repository.commits[self.repository.tags[running].commit])
            service["image"] = {"registry_type": "DOCR", "repository": "web", "tag": running}
            service["envs"] = [{"key": "DB_URL", "type": "SECRET", "scope": "RUN_TIME", "value": "postgres://hush"}]
        else:
            branch = f"deploy/{environment.value}"
            service["github"] = {"repo": REPOSITORY, "branch": branch, "deploy_on_push": False}
        return {"name": f"holi-{environment.value}", "region": "fra", "services": [service]}

    def _settings(self, environment: dict[str, str], changes: dict[str, Any]) -> Settings:
        found = written()
        web = found["services"]["web"]
        for e in (BLUE, GREEN):
            web["environments"][e.value]["app"] = self.apps[e]
        web["watch"] = {"checks": 10, "over": "60s", "bake": "60s", "every": "5s"}
        if self._images:
            web["source"] = {"kind": "image", "registry": "holi", "repository": "web"}
        web |= changes
        return load(found, environment)

    def _client(self) -> httpx.Client:
        web = self.settings.service("web")
        fronts = {
            "https://api.digitalocean.com": ("digitalocean", lambda: digitalocean_app(self.digitalocean)),
            "https://api.github.com": ("github", lambda: github_app(self.github)),
            "https://codeload.github.com": ("github", lambda: github_app(self.github)),
            "https://slack.com": ("slack", lambda: slack_app(self.slack)),
            "https://hooks.slack.com": ("slack", lambda: slack_app(self.slack)),
            "https://events.pagerduty.com": ("pager", lambda: pagers.pagerduty(self.pager)),
            "https://api.eu.opsgenie.com": ("pager", lambda: pagers.opsgenie(self.pager)),
            "https://teams.test": ("teams", lambda: receiver(self.teams)),
            "https://traces.test": ("traces", lambda: receiver(self.traces)),
            "https://events.test": ("events", lambda: receiver(self.events)),
            "https://pager.test": ("pager", lambda: pagers.webhook(self.pager)),
        }
        mounts: dict[str, httpx.BaseTransport] = {
            url: httpx.WSGITransport(app=Front(WhenAsked(make), faults=self.faults[name]))
            for url, (name, make) in fronts.items()
        }
        for environment in (BLUE, GREEN):
            mounts[web.url(environment)] = httpx.MockTransport(lambda request, e=environment: self._app(e, request))
        mounts[web.traffic.url] = httpx.MockTransport(self._production)
        mounts["https://functions.test"] = httpx.MockTransport(self._wake)
        return httpx.Client(mounts=mounts, transport=httpx.MockTransport(_nobody))


def _nobody(request: httpx.Request) -> httpx.Response:
    """Nothing on a laptop leaves it."""
    raise httpx.ConnectError(f"{request.url.host} is not on this laptop")
