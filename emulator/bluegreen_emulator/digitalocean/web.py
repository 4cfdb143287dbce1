"""The wire: authentication, limits, the contract and errors around the routes of api.digitalocean.com."""

import uuid
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException

from bluegreen_emulator.digitalocean import (
    routes_apps,
    routes_deployments,
    routes_insights,
    routes_logs,
    routes_network,
    routes_others,
)
from bluegreen_emulator.digitalocean.contract import NO_BODY
from bluegreen_emulator.digitalocean.errors import (
    ApiError,
    bad_request,
    forbidden,
    not_emulated,
    not_found,
    unauthorized,
    unprocessable,
)
from bluegreen_emulator.digitalocean.model import DigitalOcean, Violation
from bluegreen_emulator.lazy_flask import LazyFlask


def create_app(model: DigitalOcean, functions_blueprint: Blueprint | None = None) -> Flask:
    """The API of `model`; the Functions control plane (/v2/functions/...) may be served beside it."""
    app = LazyFlask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.before_request(lambda: _admit(model))
    app.after_request(_sign)
    app.register_error_handler(ApiError, _refused)
    app.register_error_handler(HTTPException, _unrouted)
    for routes in (routes_apps, routes_deployments, routes_logs, routes_network, routes_insights, routes_others):
        app.register_blueprint(routes.blueprint(model))
    if functions_blueprint is not None:
        app.register_blueprint(functions_blueprint)
    return app


def _admit(model: DigitalOcean) -> None:
    """Nothing without a token, too fast, or against the published description gets to a route."""
    g.headers = {}
    g.request_id = str(uuid.uuid4())
    if not request.path.startswith("/v2/"):
        return
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    scopes = _scopes(model, token)
    with model.lock:
        g.headers = model.limits.count(token, model.clock.now())
    if request.url_rule is None:
        raise not_emulated(request.method, request.path)
    _check(model)
    _authorize(model, scopes)


def _scopes(model: DigitalOcean, token: str) -> frozenset[str]:
    known = model.settings.tokens
    if not token or not request.headers.get("Authorization", "").startswith("Bearer "):
        raise unauthorized()
    if known is not None and token not in known:
        raise unauthorized()
    return known[token] if known is not None else frozenset({"*"})


def _authorize(model: DigitalOcean, scopes: frozenset[str]) -> None:
    operation = model.contract.find(request.method, request.path)
    for scope in operation.scopes if operation else ():
        if not scopes & {scope, scope.split(":")[0] + ":*", "*"}:
            raise forbidden(scope)


def _check(model: DigitalOcean) -> None:
    problems = model.contract.problems(request.method, request.path, request.args.to_dict(flat=False), _body())
    if problems:
        model.violations.append(Violation(request.method, request.full_path.rstrip("?"), problems))
        raise unprocessable("; ".join(problems))


def _body() -> Any:
    if not request.get_data():
        return NO_BODY
    try:
        return request.get_json(force=True)
    except BadRequest:
        raise bad_request("error parsing request body") from None


def _sign(answer: Response) -> Response:
    answer.headers.extend(g.headers)
    answer.headers["x-request-id"] = g.request_id
    return answer


def _refused(error: ApiError) -> tuple[Response, int]:
    g.headers = g.headers | error.headers
    return jsonify({"id": error.code, "message": error.message, "request_id": g.request_id}), error.status


def _unrouted(error: HTTPException) -> tuple[Response, int]:
    if request.url_rule is None:
        return _refused(not_emulated(request.method, request.path))
    if error.code == 404:
        return _refused(not_found())
    return _refused(ApiError(error.code or 500, "server_error", error.description or "Unexpected server-side error"))
