"""GitHub: a commit's status with the reason, the record of which digest runs where, and where a red mark leads."""

import pytest

from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY

NOTIFY = [{"kind": "github"}]
INPUTS = ("url", "tag", "release", "environment")


def marks(laptop, tag):
    page = laptop.github.deployments[REPOSITORY]
    return page.commit_statuses.get(laptop.repository.tags[tag].commit, [])


@pytest.mark.slow
def test_a_commit_is_marked_as_its_release_goes_on():
    laptop = Laptop(notify=NOTIFY)
    laptop.push("v1.3.0")
    laptop.rest()

    found = marks(laptop, "v1.3.0")
    assert {mark["context"] for mark in found} == {"bluegreen/web"}
    assert (found[0]["state"], found[-1]["state"]) == ("pending", "success")
    assert all(mark["target_url"].startswith("https://") for mark in found)
    assert all(len(mark["description"]) <= 140 for mark in found)


def test_a_commit_that_was_taken_back_says_why():
    laptop = Laptop(notify=NOTIFY)
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()

    last = marks(laptop, "v1.4.0")[-1]
    assert last["state"] == "failure"
    assert "rolled back" in last["description"]


@pytest.mark.slow
@pytest.mark.parametrize("lacking", ["statuses", "artifact_metadata"])
def test_a_token_without_the_right_hinders_nothing(lacking):
    laptop = Laptop(images=True, notify=NOTIFY)
    rights = laptop.github.access.permissions
    laptop.github.access.permissions = {area: may for area, may in rights.items() if area != lacking}
    laptop.push("v1.3.0")
    laptop.rest()

    assert laptop.outcome("v1.3.0") in ("live", "unproven")
    assert laptop.record().outbox == ()
    assert laptop.record().channels == {}
    assert bool(marks(laptop, "v1.3.0")) is (lacking != "statuses")
    assert bool(laptop.github.records.kept) is (lacking != "artifact_metadata")


@pytest.mark.slow
def test_a_mark_that_is_not_taken_now_comes_later():
    laptop = Laptop(notify=NOTIFY)
    laptop.faults["github"].add(Fault(method="POST", path="/statuses/[0-9a-f]{40}", times=6, status=502))
    laptop.push("v1.3.0")
    laptop.rest()
    for _ in range(6):
        laptop.minute()

    assert marks(laptop, "v1.3.0")[-1]["state"] == "success"


@pytest.mark.slow
def test_which_digest_runs_where_is_recorded():
    laptop = Laptop(images=True, notify=NOTIFY)
    laptop.push("v1.3.0")
    laptop.rest()
    (record,) = laptop.github.records.kept.values()

    assert record["digest"].startswith("sha256:")
    assert (record["version"], record["physical_environment"], record["status"]) == ("v1.3.0", "green", "deployed")
    assert record["github_repository"] == REPOSITORY.partition("/")[2]
    laptop.push("v1.4.0")
    laptop.rest()
    where = {each["physical_environment"]: each["version"] for each in laptop.github.records.kept.values()}
    assert where == {"green": "v1.3.0", "blue": "v1.4.0"}


@pytest.mark.slow
@pytest.mark.parametrize("setting", ["commit_status", "deployment_record"])
def test_either_can_be_left_out(setting):
    laptop = Laptop(images=True, notify=[{"kind": "github", setting: False}])
    laptop.push("v1.3.0")
    laptop.rest()

    assert bool(marks(laptop, "v1.3.0")) is (setting != "commit_status")
    assert bool(laptop.github.records.kept) is (setting != "deployment_record")


@pytest.mark.slow
def test_every_status_of_a_deployment_leads_somewhere():
    laptop = Laptop(notify=NOTIFY)
    for tag, fault in (("v1.3.0", None), ("v1.4.0", {"share": 1.0}), ("v1.5.0", None)):
        laptop.push(tag, fault=fault)
        laptop.rest()
    page = laptop.github.deployments[REPOSITORY]
    found = [status for each in page.made for status in page.statuses[each["id"]]]

    assert {status["state"] for status in found} >= {"in_progress", "success", "failure", "inactive"}
    assert all(status["log_url"].startswith("https://") for status in found)


@pytest.mark.slow
@pytest.mark.parametrize("names", [["traces", "playwright-report"], ["playwright-report"], ["x"], []])
def test_a_red_smoke_workflow_leads_to_what_it_has_left(names):
    laptop = Laptop(checks={"smoke": {"workflow": "smoke.yml"}}, notify=[*NOTIFY, {"kind": "slack"}])
    actions = laptop.github.actions[REPOSITORY]
    actions.workflows = {"smoke.yml": INPUTS}
    laptop.push("v1.3.0")
    laptop.until(Phase.SMOKING)
    laptop.drain()
    (run,) = actions.runs
    actions.leave(run, "old-report", expired=True)
    left = {name: actions.leave(run, name)["id"] for name in names}
    laptop.github.finish_run(REPOSITORY, run, "failure")
    laptop.rest()
    page = laptop.github.deployments[REPOSITORY]
    log = page.statuses[page.made[-1]["id"]][-1]["log_url"]

    if names:
        address = f"https://github.com/{REPOSITORY}/actions/runs/{run}/artifacts/{left[names[-1]]}"
        assert log == address
        assert marks(laptop, "v1.3.0")[-1]["target_url"] == address
        assert address in str(laptop.slack.messages[-1]["payload"])
    else:
        assert "/deployments/" in log
    assert "in job “smoke”" in laptop.reason("v1.3.0")


def test_what_a_run_has_left_need_not_be_known():
    laptop = Laptop(checks={"smoke": {"workflow": "smoke.yml"}}, notify=NOTIFY)
    laptop.github.actions[REPOSITORY].workflows = {"smoke.yml": INPUTS}
    laptop.push("v1.3.0")
    laptop.until(Phase.SMOKING)
    laptop.drain()
    (run,) = laptop.github.actions[REPOSITORY].runs
    laptop.faults["github"].add(Fault(path="/artifacts", times=100, status=403))
    laptop.github.finish_run(REPOSITORY, run, "failure")
    laptop.rest()

    assert laptop.outcome("v1.3.0") == "failed"
    assert "in job “smoke”" in laptop.reason("v1.3.0")


def shown(laptop):
    """What GitHub shows as the state of each deployment, by release."""
    page = laptop.github.deployments[REPOSITORY]
    return {made["payload"]["bluegreen"]: page.statuses[made["id"]][-1]["state"] for made in page.listed({})}


def twice_released():
    """v1.3.0 has been live, and v1.4.0 is."""
    laptop = Laptop(notify=NOTIFY)
    for tag in ("v1.3.0", "v1.4.0"):
        laptop.push(tag)
        laptop.rest()
    return laptop


def test_what_a_rollback_came_to_is_the_last_that_is_said_of_it():
    """It is told first, being the worst; the way there, told afterwards, would stand there for ever."""
    laptop = twice_released()
    laptop.invoke("rollback")
    laptop.rest()

    assert shown(laptop)["web-3"] == "failure"
    assert marks(laptop, "v1.4.0")[-1]["state"] == "failure"
    assert laptop.record().outbox == ()


def test_an_undo_that_has_come_to_an_end_is_not_shown_as_under_way():
    laptop = twice_released()
    laptop.invoke("rollback")
    laptop.rest()
    laptop.invoke("rollback", {"undo": "true"})

    assert "watching" in marks(laptop, "v1.4.0")[-1]["description"]


def test_after_a_rollback_of_what_was_live_the_release_that_serves_is_the_active_one():
    laptop = twice_released()
    assert shown(laptop) == {"web-1": "inactive", "web-2": "success"}
    laptop.invoke("rollback")
    laptop.rest()
    assert shown(laptop) == {"web-1": "success", "web-2": "inactive", "web-3": "failure"}
    laptop.invoke("rollback", {"undo": "true"})
    laptop.rest()

    assert shown(laptop) == {"web-1": "inactive", "web-2": "inactive", "web-3": "failure", "web-4": "success"}


@pytest.mark.slow
def test_a_release_that_never_was_live_leaves_the_active_one_alone():
    laptop = Laptop(notify=NOTIFY)
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()

    assert shown(laptop) == {"web-1": "success", "web-2": "failure"}


@pytest.mark.slow
@pytest.mark.parametrize("payload", [{"bluegreen": "api-7", "tag": "v7.0.0"}, {"deployed": "by hand"}, "", None])
def test_what_others_have_deployed_is_left_alone(payload):
    """Another service of the repository, or another program, in an environment of the same name."""
    laptop = Laptop(notify=NOTIFY)
    page = laptop.github.deployments[REPOSITORY]
    commit = laptop.github.repository(REPOSITORY).release("v0.9.0").sha
    other = page.create({"ref": commit, "environment": "production", "payload": payload, "required_contexts": []})
    page.set_status(other["id"], {"state": "success"})
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()

    assert [status["state"] for status in page.statuses[other["id"]]] == ["success"]
