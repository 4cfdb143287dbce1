"""Deployments, statuses and workflow runs over REST."""

from typing import Any

import httpx
import pytest

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github import GitHub

OURS: dict[str, Any] = {"ref": "v1.2.0", "auto_merge": False, "required_contexts": [], "environment": "production"}


def made(api: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = api.post("/deployments", json=OURS | changes)
    assert answer.status_code == 201
    return answer.json()


def status(api: httpx.Client, deployment: dict[str, Any], state: str, **more: Any) -> httpx.Response:
    return api.post(f"/deployments/{deployment['id']}/statuses", json={"state": state, **more})


def test_a_deployment_is_made_of_a_tag_and_found_again(api: httpx.Client, code: Repository) -> None:
    deployment = made(api, task="deploy:green", payload={"release": "web/42"})
    assert (deployment["sha"], deployment["production_environment"]) == (code.order[1], True)
    made(api, environment="preview")
    for wanted in ({"sha": code.order[1]}, {"ref": "v1.2.0"}, {"task": "deploy:green"}):
        found = api.get("/deployments", params={**wanted, "environment": "production"}).json()
        assert [each["id"] for each in found] == [deployment["id"]]
    assert api.get("/deployments", params={"ref": "v9"}).json() == []
    assert api.get(f"/deployments/{deployment['id']}").json()["payload"] == {"release": "web/42"}


def test_a_ref_that_does_not_exist_is_refused(api: httpx.Client) -> None:
    answer = api.post("/deployments", json=OURS | {"ref": "v9"})
    assert (answer.status_code, answer.json()["message"]) == (422, "No ref found for: v9")


def test_without_auto_merge_off_a_branch_that_lags_is_merged_instead(api: httpx.Client, code: Repository) -> None:
    answer = api.post("/deployments", json={"ref": "deploy/green"})
    assert answer.status_code == 202
    assert "Auto-merged main into deploy/green" in answer.json()["message"]
    assert code.branches["deploy/green"] == code.branches["main"]
    assert api.get("/deployments").json() == []


def test_without_auto_merge_off_an_old_tag_is_a_conflict(api: httpx.Client) -> None:
    assert api.post("/deployments", json={"ref": "v1.1.0"}).status_code == 409


def test_a_context_that_is_not_green_is_a_conflict_unless_none_is_required(api: httpx.Client, code: Repository) -> None:
    api.post(f"/statuses/{code.order[1]}", json={"state": "pending", "context": "ci/tests"})
    body = {name: value for name, value in OURS.items() if name != "required_contexts"}
    answer = api.post("/deployments", json=body)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["contexts"] == [{"context": "ci/tests", "state": "pending"}]
    api.post(f"/statuses/{code.order[1]}", json={"state": "success", "context": "ci/tests"})
    assert api.post("/deployments", json=body).status_code == 201
    assert api.post("/deployments", json=OURS | {"required_contexts": ["ci/other"]}).status_code == 409


def test_statuses_come_newest_first(api: httpx.Client) -> None:
    deployment = made(api)
    status(api, deployment, "in_progress")
    status(api, deployment, "success", environment_url="https://holi.example", description="live")
    states = api.get(f"/deployments/{deployment['id']}/statuses").json()
    assert [each["state"] for each in states] == ["success", "in_progress"]
    assert states[0]["environment_url"] == "https://holi.example"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "live"}, "state"),
        ({"state": "success", "description": "x" * 141}, "description"),
        ({"state": "success", "environment_url": "holi.example"}, "environment_url"),
    ],
)
def test_a_status_that_breaks_a_rule_is_refused(api: httpx.Client, body: dict[str, str], field: str) -> None:
    deployment = made(api)
    answer = api.post(f"/deployments/{deployment['id']}/statuses", json=body)
    assert (answer.status_code, answer.json()["message"]) == (422, "Validation Failed")
    assert answer.json()["errors"][0]["field"] == field


def test_success_retires_older_deployments_but_not_those_of_production(api: httpx.Client) -> None:
    for environment, after in (("preview", "inactive"), ("production", "success")):
        older, newer = made(api, environment=environment), made(api, environment=environment)
        status(api, older, "success")
        status(api, newer, "success")
        assert api.get(f"/deployments/{older['id']}/statuses").json()[0]["state"] == after


def test_a_workflow_starts_and_its_run_can_be_read(api: httpx.Client, github: GitHub, code: Repository) -> None:
    asked = {"ref": "main", "inputs": {"tag": "v1.2.0"}, "return_run_details": True}
    answer = api.post("/actions/workflows/smoke.yml/dispatches", json=asked)
    assert answer.status_code == 200
    run = answer.json()["workflow_run_id"]
    assert api.get(f"/actions/runs/{run}").json()["status"] == "queued"
    github.actions[code.full_name].finish(run, "failure")
    assert api.get(f"/actions/runs/{run}").json()["conclusion"] == "failure"
    assert api.post("/actions/workflows/smoke.yml/dispatches", json={"ref": "main"}).status_code == 204


@pytest.mark.parametrize(
    ("workflow", "body", "status_code"),
    [
        ("none.yml", {"ref": "main"}, 404),
        ("ci.yml", {"ref": "main"}, 422),
        ("smoke.yml", {"ref": "nowhere"}, 422),
        ("smoke.yml", {"ref": "main", "inputs": {"colour": "green"}}, 422),
        ("smoke.yml", {}, 422),
    ],
)
def test_a_workflow_that_cannot_start_is_refused(
    api: httpx.Client, workflow: str, body: dict[str, Any], status_code: int
) -> None:
    assert api.post(f"/actions/workflows/{workflow}/dispatches", json=body).status_code == status_code
