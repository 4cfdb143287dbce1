"""What DigitalOcean may answer, and what it may do to a deployment."""

import httpx
import pytest

from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop


@pytest.mark.slow
@pytest.mark.bad_input(
    "digitalocean",
    "429 (with or without `retry-after`), 5xx, no answer",
    "wait and look again, at most until the phase's deadline",
)
@pytest.mark.parametrize(
    ("status", "message", "headers"),
    [
        (500, "Server Error", {}),
        (503, "Service Unavailable", {}),
        (429, "API Rate limit exceeded.", {"retry-after": "2"}),
        (429, "API Rate limit exceeded.", {}),
    ],
)
@pytest.mark.parametrize("path", [r"^/v2/apps/[^/]+$", r"deployments\?", r"deployments$", r"deployments/[^/]+$"])
def test_a_passing_fault_of_digitalocean_costs_time_only(path, status, message, headers):
    laptop = Laptop()
    fault = Fault(path=path, status=status, message={"id": "x", "message": message}, headers=headers, times=4)
    laptop.faults["digitalocean"].add(fault)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert laptop.deployments(GREEN) == 2


@pytest.mark.bad_input(
    "digitalocean",
    "401, 403, 404, 422",
    "the release ends before the switch, with DigitalOcean's own words",
)
@pytest.mark.parametrize(
    ("status", "says"), [(401, "token is not accepted"), (404, "404"), (422, "422"), (403, "lacks a permission")]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_lasting_refusal_of_digitalocean_ends_the_release_and_says_why(method, status, says):
    laptop = Laptop()
    fault = Fault(method=method, path="/v2/apps", status=status, message={"id": "x", "message": "no"}, times=99)
    laptop.faults["digitalocean"].add(fault)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") in ("rejected", "failed")
    assert says in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE


@pytest.mark.bad_input(
    "digitalocean",
    "the answer to a new deployment is lost",
    "its traces are looked for; it is not made twice",
)
def test_a_deployment_whose_answer_was_lost_is_found_again_and_not_made_twice():
    laptop = Laptop()
    laptop.faults["digitalocean"].add(Fault(method="POST", path="deployments", status=504, after_effect=True))
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert laptop.deployments(GREEN) == 2


@pytest.mark.bad_input(
    "digitalocean",
    "ERROR, CANCELED",
    "failed, with the app's last words and the deepest reason; the idle environment keeps its old release",
)
def test_a_deployment_that_fails_is_told_with_digitaloceans_deepest_reason():
    laptop = Laptop()
    laptop.digitalocean.fail_next_deployment("holi-green", "the container did not open port 8080")
    laptop.push("v1.3.0")
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "the container did not open port 8080" in laptop.reason("v1.3.0")
    assert record.on(GREEN).tag == "v1.1.0"
    assert record.on(GREEN).proven


@pytest.mark.bad_input("digitalocean", "a phase that nobody knows", "look again")
@pytest.mark.parametrize("phase", ["UNKNOWN", "TELEPORTING"])
def test_a_phase_that_nobody_knows_means_look_again(phase):
    laptop = Laptop()
    laptop.digitalocean.odd_phase("holi-green", phase)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
@pytest.mark.bad_input("digitalocean", "never ending", "failed; the idle environment is unfit until the next release")
def test_a_deployment_that_never_ends_runs_into_its_deadline():
    laptop = Laptop(deadlines={"deploying": "10m"})
    laptop.digitalocean.never_end("holi-green")
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "not done within 10 min" in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE


@pytest.mark.bad_input("digitalocean", "SUPERSEDED", "failed; the idle environment is unfit until the next release")
def test_a_deployment_that_somebody_supersedes_has_failed():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    laptop.digitalocean.supersede("holi-green")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "superseded" in laptop.reason("v1.3.0")
    assert not laptop.record().on(GREEN).proven


def test_a_deployment_that_somebody_cancels_has_failed():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    release = laptop.record().release
    laptop.cloud("a colleague").clients.digitalocean.cancel(laptop.apps[GREEN], release.deployment.id)
    laptop.rest()
    assert "CANCELED" in laptop.reason("v1.3.0")


@pytest.mark.bad_input("digitalocean", "another commit was built than the tag's", "failed, with both")
def test_a_build_of_another_commit_never_reaches_production():
    laptop = Laptop()
    other = laptop.repository.commit("v0.0.1")
    laptop.digitalocean.build_other_commit("holi-green", other.sha)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert f"DigitalOcean built {other.sha[:12]}, but the tag is commit" in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE


@pytest.mark.bad_input("digitalocean", "the app is pinned by App Platform's own rollback", "rejected, and what to do")
def test_a_pinned_app_is_noticed_and_explained():
    laptop = Laptop()
    laptop.digitalocean.pin("holi-green")
    laptop.push("v1.3.0")
    laptop.rest()
    assert "pinned to deployment" in laptop.reason("v1.3.0")


def test_a_failed_health_check_says_what_was_expected_and_what_came():
    laptop = Laptop()
    laptop.push("v1.3.0", fault={"db": "down"})
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "database: expected status 200, got 503; the body began" in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE


def test_a_failed_smoke_check_keeps_a_healthy_release_from_production():
    page = {"name": "login page", "get": "/login", "expect": {"button": "Register"}}
    laptop = Laptop(checks={"smoke": {"retries": 1, "successes": 1, "requests": [page]}})
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "login page: expected a visible button 'Register', got ['Sign in']" in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE
    assert any("smoke check failed; production is untouched" in text for text in laptop.told())


class Nulls(httpx.BaseTransport):
    """DigitalOcean writes null for what is empty or not there, as Go does for a list that was never made."""

    OFTEN_LEFT_OUT = ("services", "workers", "jobs", "functions", "steps", "progress", "cause", "cloned_from", "reason")

    def __init__(self, others):
        self._others = others

    def handle_request(self, request):
        answer = self._others.send(request)
        if request.url.host != "api.digitalocean.com" or not answer.content:
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return httpx.Response(answer.status_code, json=self._written(answer.json()))

    def _written(self, found):
        if isinstance(found, list):
            return [self._written(each) for each in found]
        if not isinstance(found, dict):
            return found
        specs = {name: value for name, value in found.items() if name == "spec"}  # which goes back as it was read
        return {n: self._written(found.get(n)) or None for n in (*found, *self.OFTEN_LEFT_OUT)} | specs


@pytest.mark.bad_input("digitalocean", "null for a field that is empty or was not set", "it is not there")
@pytest.mark.parametrize("why", ["", "the container did not open port 8080"])
def test_null_is_a_field_that_is_not_there(why):
    laptop = Laptop()
    laptop.shared.__dict__["http"] = httpx.Client(transport=Nulls(laptop.shared.http))
    if why:
        laptop.digitalocean.fail_next_deployment("holi-green", why)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == ("failed" if why else "live")
    assert why in laptop.reason("v1.3.0")
