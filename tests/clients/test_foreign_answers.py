"""Whatever any service answers, however it is packed and at whatever pace: a value or one of our errors, in time."""

import time
from datetime import UTC, datetime

import httpx
import pytest

from bluegreen.clients import bounded
from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.functions import Functions
from bluegreen.clients.github import GitHub
from bluegreen.clients.github_actions import GitHubActions, Run
from bluegreen.clients.http import Api
from bluegreen.clients.prometheus import Prometheus
from bluegreen.clients.registry import Registry
from bluegreen.clients.slack import Posted, Slack
from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.clients.store.telemetry import read_reports
from bluegreen.clients.web import Web
from bluegreen.core.checks.response import fault
from bluegreen.core.config.checks import Check
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.telemetry import Telemetry
from tests.clients.foreign import answer
from tests.clients.test_bounded import Wire

LIMIT = 0.5  # seconds that one answer may take
ENDS = 60.0  # seconds: far more than the tries of one call take, far less than a trickling answer that is waited for
NOW = datetime(2026, 11, 29, tzinfo=UTC)
PAGE = Check(get="/", expect={"status": 200, "title": "Shop", "json": {"a.0": 1}})


class Clients:
    """Every client, with one server behind all of them."""

    def __init__(self, url):
        self.url, self.http = url, bounded.client(httpx.Timeout(LIMIT))
        api = Api("a service", url, self.http, {}, lambda seconds: None, httpx.Timeout(LIMIT))
        self.web = Web(self.http, time.monotonic)
        self.github, self.digitalocean = GitHub(api), DigitalOcean(api)
        self.prometheus, self.functions, self.slack = Prometheus(api), Functions(api), Slack(url, self.http, api=url)
        self.registry = Registry("ghcr.io", url, self.http, "user:token", lambda seconds: None)
        self.spaces = Spaces(url, "fra1", "state", "key", "a-secret-of-this-test")
        self.journal = Journal(self.spaces, "web", lambda: "nonce", lambda: NOW)


CALLS = {
    "check": lambda to: fault(PAGE, to.web.check(to.url, PAGE).answer, "v1.3.0"),
    "github commit_of": lambda to: to.github.commit_of("a/b", "v1.3.0"),
    "github tree": lambda to: to.github.files.tree("o/r", "abc"),
    "github blob": lambda to: to.github.files.blob("o/r", "abc"),
    "github tags": lambda to: to.github.tags("a/b"),
    "github moved_to": lambda to: to.github.moved_to("a/b"),
    "github move_branch": lambda to: to.github.move_branch("a/b", "deploy/blue", "c" * 40),
    "github is_behind": lambda to: to.github.is_behind("a/b", "c" * 40, "d" * 40),
    "github deployments": lambda to: to.github.deployments("a/b", "production"),
    "github statuses": lambda to: to.github.statuses("a/b", 1),
    "github set_status": lambda to: to.github.set_status("a/b", 1, "success", "so", ""),
    "github create": lambda to: to.github.create_deployment("a/b", "v1", "production", {}, "so"),
    "github set_commit_status": lambda to: to.github.set_commit_status("a/b", "c" * 40, "success", "so", "x", ""),
    "github record_deployment": lambda to: to.github.record_deployment("a/b", {"digest": "sha256:1"}),
    "actions report": lambda to: to.github.actions.report("a/b", Run(1, "")),
    "actions dispatch": lambda to: to.github.actions.dispatch("a/b", "smoke.yml", "v1", {}),
    "actions started": lambda to: to.github.actions.started("a/b", "smoke.yml", "v1", NOW, "web-1"),
    "actions run": lambda to: to.github.actions.run("a/b", 1),
    "actions failed_step": lambda to: to.github.actions.failed_step("a/b", 1),
    "app": lambda to: to.digitalocean.app("1"),
    "deployments": lambda to: to.digitalocean.deployments("1"),
    "deployment": lambda to: to.digitalocean.deployment("1", "2").commits,
    "deploy": lambda to: to.digitalocean.deploy("1"),
    "cancel": lambda to: to.digitalocean.cancel("1", "2"),
    "update": lambda to: to.digitalocean.update("1", {}),
    "update_to": lambda to: to.digitalocean.update_to("1", {}),
    "rollback_fault": lambda to: to.digitalocean.rollback_fault("1", "2"),
    "roll_back": lambda to: to.digitalocean.roll_back("1", "2"),
    "commit_rollback": lambda to: to.digitalocean.commit_rollback("1"),
    "load_balancer": lambda to: to.digitalocean.load_balancer("1"),
    "update_load_balancer": lambda to: to.digitalocean.update_load_balancer("1", {}),
    "droplets_tagged": lambda to: to.digitalocean.droplets_tagged("blue"),
    "dns_record": lambda to: to.digitalocean.dns_record("a.example", 1),
    "dns_records": lambda to: to.digitalocean.dns_records("a.example", "www", "A"),
    "app_metric": lambda to: to.digitalocean.app_metric("1", "cpu_percentage", 0, 60),
    "load_balancer_metric": lambda to: to.digitalocean.load_balancer_metric("1", "frontend_http_responses", 0, 60),
    "image_digest": lambda to: to.digitalocean.image_digest("holi", "web", "v1"),
    "build_log": lambda to: to.digitalocean.build_log("1", "2", "BUILD", 5),
    "prometheus": lambda to: to.prometheus.raw("up", 60, NOW),
    "wake": lambda to: to.functions.wake("deploy", {}),
    "slack": lambda to: to.slack.post({"text": "so"}),
    "slack post_message": lambda to: to.slack.post_message({"text": "so"}),
    "slack update": lambda to: to.slack.update(Posted("C1", "1.2"), {"text": "so"}),
    "registry": lambda to: to.registry.digest("a/b", "v1"),
    "spaces get": lambda to: to.spaces.get("a"),
    "spaces create": lambda to: to.spaces.create("a", b"{}"),
    "spaces put": lambda to: to.spaces.put("a", b"{}"),
    "spaces keys": lambda to: to.spaces.keys("a"),
    "spaces ages": lambda to: to.spaces.ages("a"),
    "spaces folders": lambda to: to.spaces.folders("a/"),
    "spaces versioning": lambda to: to.spaces.versioning(),
    "journal": lambda to: to.journal.newest(),
    "telemetry": lambda to: read_reports(to.spaces, "web", 60.0, Telemetry),
}


@pytest.fixture(scope="module")
def served():
    wire = Wire()
    yield wire, Clients(wire.url)
    wire.close()


def failed(wire, clients, name, number):
    """What is wrong with how a client takes an answer; None when nothing is."""
    wire.says, wire.pace = answer(number)
    begun = time.monotonic()
    try:
        CALLS[name](clients)
    except BluegreenError:
        pass
    except Exception as error:  # noqa: BLE001 - which is what is looked for
        return f"{name}, answer {number}: {type(error).__name__}"
    return f"{name}, answer {number}: too late" if time.monotonic() - begun > ENDS else None


def faults(served, numbers):
    names = list(CALLS)
    found = (failed(*served, names[number % len(names)], number) for number in numbers)
    return list(filter(None, found))


@pytest.mark.slow
@pytest.mark.bad_input(
    "answer",
    "any status, headers, body, encoding or framing, at any pace",
    "an answer or its absence, never an exception; at most the client's own time and size",
)
def test_some_answers_of_any_kind(served):
    assert faults(served, range(400)) == []


@pytest.mark.search
@pytest.mark.parametrize("first", range(400, 10_400, 1_000))
def test_ten_thousand_answers_of_any_kind(served, first):
    assert faults(served, range(first, first + 1_000)) == []


def test_every_way_to_a_foreign_service_is_asked():
    """A new call of a client has its answers spoilt too."""
    theirs = (GitHub, GitHubActions, DigitalOcean, Prometheus, Functions, Slack, Registry, Spaces)
    public = {name for client in theirs for name, found in vars(client).items() if callable(found) and name[0] != "_"}
    alike = {"last", "over", "point_dns_record"}  # as `raw`, and as `dns_record`
    called = {name for call in CALLS.values() for name in call.__code__.co_names}
    assert public - alike - called == set()
