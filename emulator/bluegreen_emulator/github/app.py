"""GitHub's REST API on the wire: who asks, what is refused, where the routes are."""

from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from bluegreen_emulator.github.errors import GitHubError, not_found
from bluegreen_emulator.github.model import GitHub
from bluegreen_emulator.github.routes import deployments, git, hooks
from bluegreen_emulator.lazy_flask import LazyFlask

ORGANIZATIONS = "orgs"


def create_app(github: GitHub) -> Flask:
    app = LazyFlask("github")
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's own provider has it
    app.url_map.merge_slashes = False
    for routes in (git, deployments, hooks):
        routes.add_to(app, github)

    @app.before_request
    def check() -> Response | None:
        return _checked(github)

    @app.after_request
    def add_headers(answer: Response) -> Response:
        answer.headers.update(github.access.headers())
        answer.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
        return answer

    @app.errorhandler(GitHubError)
    def refuse(error: GitHubError) -> tuple[dict[str, Any], int, dict[str, str]]:
        return error.body, error.status, error.headers

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> tuple[Response, int]:
        if error.code in (404, 405):
            return jsonify(message=f"not emulated: {request.method} {request.path}"), 501
        return jsonify(message=error.description), error.code or 500

    return app


def _checked(github: GitHub) -> Response | None:
    """Who asks may, and what is asked for is here."""
    if request.path.startswith(f"/{git.CODELOAD}/"):
        return None  # its address carries what lets in
    owner_and_name, path = _split(request.path)
    headers = request.headers
    github.access.check(request.method, path, headers.get("Authorization", ""), headers.get("User-Agent", ""))
    if renamed := github.renamed.get(owner_and_name):
        return _moved(renamed + path)
    if owner_and_name not in (ORGANIZATIONS, *github.repositories):
        raise not_found()
    return None


def _moved(onward: str) -> Response:
    """301 for reading, 307 for everything else."""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    answer = jsonify(message="Moved Permanently", documentation_url="https://docs.github.com/rest")
    answer.status_code = 301 if request.method == "GET" else 307
    answer.headers["Location"] = f"{request.host_url}repos/{onward}{query}"
    return answer


def _split(path: str) -> tuple[str, str]:
    """`owner/name` and what follows it."""
    parts = path.split("/", 4)
    if parts[1:2] == ["orgs"]:
        return ORGANIZATIONS, f"/{'/'.join(parts[3:])}"
    if len(parts) < 4 or parts[1] != "repos":
        return "", path
    return f"{parts[2]}/{parts[3]}", f"/{parts[4]}" if len(parts) > 4 else ""
