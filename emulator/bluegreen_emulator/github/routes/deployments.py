"""Deployments and their statuses, commit statuses, workflow runs."""

from flask import Flask, Response, jsonify, request

from bluegreen_emulator.github.model import GitHub
from bluegreen_emulator.github.routes.asked import body, page_of, paged

REPO = "/repos/<owner>/<name>"


def add_to(app: Flask, github: GitHub) -> None:
    _deployments(app, github)
    _statuses(app, github)
    _actions(app, github)
    _records(app, github)


def _deployments(app: Flask, github: GitHub) -> None:
    @app.post(f"{REPO}/deployments")
    def create(owner: str, name: str) -> tuple[Response, int]:
        full = f"{owner}/{name}"
        made = github.deployments[full].create(body())
        if "id" not in made:
            return jsonify(made), 202
        github.webhooks.queue(full, "deployment", github.payloads(full).about("created", deployment=made))
        return jsonify(made), 201

    @app.get(f"{REPO}/deployments")
    def listed(owner: str, name: str) -> Response:
        return paged(github.deployments[f"{owner}/{name}"].listed(request.args.to_dict()))

    @app.get(f"{REPO}/deployments/<int:number>")
    def get(owner: str, name: str, number: int) -> Response:
        return jsonify(github.deployments[f"{owner}/{name}"].find(number))


def _statuses(app: Flask, github: GitHub) -> None:
    @app.post(f"{REPO}/deployments/<int:number>/statuses")
    def set_status(owner: str, name: str, number: int) -> tuple[Response, int]:
        full = f"{owner}/{name}"
        status = github.deployments[full].set_status(number, body())
        told = github.payloads(full).about(
            "created", deployment_status=status, deployment=github.deployments[full].find(number)
        )
        github.webhooks.queue(full, "deployment_status", told)
        return jsonify(status), 201

    @app.get(f"{REPO}/deployments/<int:number>/statuses")
    def list_statuses(owner: str, name: str, number: int) -> Response:
        deployments = github.deployments[f"{owner}/{name}"]
        deployments.find(number)
        return paged(deployments.statuses[number][::-1])

    @app.post(f"{REPO}/statuses/<sha>")
    def set_commit_status(owner: str, name: str, sha: str) -> tuple[Response, int]:
        return jsonify(github.deployments[f"{owner}/{name}"].set_commit_status(sha, body())), 201


def _records(app: Flask, github: GitHub) -> None:
    @app.post("/orgs/<org>/artifacts/metadata/deployment-record")
    def record(org: str) -> Response:
        kept = github.records.set(org, body())
        return jsonify(total_count=1, deployment_records=[kept])


def _actions(app: Flask, github: GitHub) -> None:
    @app.post(f"{REPO}/actions/workflows/<workflow>/dispatches")
    def dispatch(owner: str, name: str, workflow: str) -> tuple[Response | str, int]:
        sent = body()
        run = github.actions[f"{owner}/{name}"].dispatch(workflow, sent)
        if sent.get("return_run_details") is not True or github.actions[f"{owner}/{name}"].details != "told":
            return "", 204
        return jsonify(workflow_run_id=run["id"], run_url=run["url"], html_url=run["html_url"]), 200

    @app.get(f"{REPO}/actions/workflows/<workflow>/runs")
    def list_runs(owner: str, name: str, workflow: str) -> Response:
        asked = request.args
        found = github.actions[f"{owner}/{name}"].listed(workflow, asked.get("event", ""), asked.get("branch", ""))
        page, headers = page_of(found)
        answer = jsonify(total_count=len(found), workflow_runs=page)
        answer.headers.update(headers)
        return answer

    @app.get(f"{REPO}/actions/runs/<int:run>/jobs")
    def list_jobs(owner: str, name: str, run: int) -> Response:
        found = github.actions[f"{owner}/{name}"].jobs_of(run)
        return jsonify(total_count=len(found), jobs=found)

    @app.get(f"{REPO}/actions/runs/<int:run>/artifacts")
    def list_artifacts(owner: str, name: str, run: int) -> Response:
        found = github.actions[f"{owner}/{name}"].artifacts_of(run)
        return jsonify(total_count=len(found), artifacts=found)

    @app.get(f"{REPO}/actions/runs/<int:run>")
    def get_run(owner: str, name: str, run: int) -> Response:
        return jsonify(github.actions[f"{owner}/{name}"].find(run))
