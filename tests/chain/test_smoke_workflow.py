"""Smoke tests as a workflow on GitHub: started at the tag, followed to its conclusion, whatever is lost on the way."""

import json

import pytest

from bluegreen.core.inbound.webhooks import Ignored, RunEnded, github_event
from bluegreen.core.phases import Phase
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY

SERVES = ("live", "unproven")
INPUTS = ("url", "tag", "release", "environment")


@pytest.fixture
def laptop():
    made = Laptop(checks={"smoke": {"workflow": "smoke.yml"}})
    made.actions = made.github.actions[REPOSITORY]
    made.actions.workflows = {"smoke.yml": INPUTS}
    (hook,) = made.github.webhooks.hooks
    hook.events = ("push", "workflow_run")
    return made


def begun(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.SMOKING)
    laptop.drain()
    return laptop


def only_run(laptop):
    (run,) = laptop.actions.runs
    return run


def test_it_is_started_once_at_the_tag_with_what_it_has_to_know(laptop):
    begun(laptop)
    laptop.minute()
    run, release = laptop.actions.runs[only_run(laptop)], laptop.record().in_flight

    assert (run["head_branch"], release.phase) == ("v1.3.0", Phase.SMOKING)
    assert run["inputs"] == {
        "url": laptop.settings.service("web").url(release.target),
        "tag": "v1.3.0",
        "release": release.id,
        "environment": release.target.value,
    }
    assert release.reason.startswith("smoke.yml is queued: https://github.com/")


@pytest.mark.slow
def test_its_webhook_moves_the_release_on_at_once(laptop):
    begun(laptop)
    (told,) = laptop.github.finish_run(REPOSITORY, only_run(laptop))
    assert told.status_code == 202
    laptop.drain()

    assert laptop.record().release is None or laptop.record().in_flight.phase is not Phase.SMOKING
    laptop.rest()
    assert laptop.outcome("v1.3.0") in SERVES


@pytest.mark.slow
def test_without_a_webhook_the_watch_finds_it(laptop):
    begun(laptop)
    laptop.actions.finish(only_run(laptop))
    laptop.minute()
    laptop.minute()
    laptop.rest()

    assert laptop.outcome("v1.3.0") in SERVES


@pytest.mark.parametrize("conclusion", ["failure", "cancelled", "skipped", "neutral", "timed_out", "action_required"])
def test_what_has_not_succeeded_has_failed_and_says_where(laptop, conclusion):
    begun(laptop)
    laptop.github.finish_run(REPOSITORY, only_run(laptop), conclusion)
    laptop.rest()

    reason = laptop.reason("v1.3.0")
    assert laptop.outcome("v1.3.0") == "failed"
    assert ("failed" if conclusion == "failure" else conclusion) in reason
    assert f"/actions/runs/{only_run(laptop)}" in reason
    assert laptop.record().active is not None
    if conclusion not in ("skipped", "neutral"):
        assert "job “smoke”, step “Run the smoke tests”" in reason


@pytest.mark.slow
@pytest.mark.parametrize("details", ["told", "ignored", "refused"])
def test_a_github_that_does_not_tell_the_run_is_asked_for_it(laptop, details):
    laptop.actions.details = details
    begun(laptop)
    laptop.minute()
    assert laptop.record().in_flight.smoke_run.id == only_run(laptop)
    laptop.github.finish_run(REPOSITORY, only_run(laptop))
    laptop.rest()

    assert laptop.outcome("v1.3.0") in SERVES


def test_an_answer_that_is_lost_starts_no_second_run(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.SMOKING)
    dispatch = laptop.actions.dispatch

    def lost(workflow, body):
        dispatch(workflow, body)
        raise RuntimeError

    laptop.actions.dispatch = lost
    laptop.drain()
    laptop.actions.dispatch = dispatch
    for _ in range(3):
        laptop.minute()

    assert laptop.record().in_flight.smoke_run.id == only_run(laptop)


def test_a_run_that_never_appears_is_started_again(laptop):
    laptop.actions.details = "ignored"
    begun(laptop)
    laptop.actions.runs.clear()
    for _ in range(3):
        laptop.minute()

    assert laptop.record().in_flight.smoke_run.id == only_run(laptop)


def test_a_run_that_takes_too_long_fails_the_release_with_its_address(laptop):
    begun(laptop)
    laptop.rest()

    assert laptop.outcome("v1.3.0") == "failed"
    assert "smoke.yml is queued: https://github.com/" in laptop.reason("v1.3.0")


def test_a_workflow_that_cannot_be_started_fails_the_release_in_githubs_words(laptop):
    laptop.actions.workflows = {"smoke.yml": None}
    laptop.push("v1.3.0")
    laptop.rest()

    assert "workflow_dispatch" in laptop.reason("v1.3.0")


@pytest.mark.slow
def test_it_is_skipped_when_a_person_says_so(laptop):
    laptop.github.repository(REPOSITORY).release("v1.3.0")
    laptop.invoke("deploy", {"tag": "v1.3.0", "skip_smoke_tests": "true"})
    laptop.rest()

    assert laptop.outcome("v1.3.0") in SERVES
    assert laptop.actions.runs == {}


def test_the_run_of_another_wakes_nobody(laptop):
    begun(laptop)
    other = laptop.actions._start("smoke.yml", "v1.2.0", "0" * 40, {})["id"]
    (told,) = laptop.github.finish_run(REPOSITORY, other, "failure")

    assert told.status_code == 200
    assert laptop.record().in_flight.phase is Phase.SMOKING


@pytest.mark.parametrize(
    ("run", "means"),
    [
        ({"id": 7, "conclusion": "success", "status": "completed"}, RunEnded("o/r", 7)),
        ({"id": 7, "conclusion": None, "status": "queued"}, Ignored),
        ({"id": 7, "conclusion": None, "status": "completed"}, Ignored),
    ],
)
def test_the_conclusion_counts_and_not_the_action(run, means):
    payload = {"action": "completed", "workflow_run": run, "repository": {"full_name": "o/r"}}
    found = github_event({"x-github-event": "workflow_run"}, json.dumps(payload).encode())

    assert found == means or isinstance(found, means)
