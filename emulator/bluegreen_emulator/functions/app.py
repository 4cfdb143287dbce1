"""The platform on the wire: OpenWhisk's REST API and the web actions, as one WSGI app."""

from typing import Any

import flask
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from bluegreen_emulator.functions import (
    actions_api,
    activations_api,
    packages_api,
    runtimes,
    web_api,
    wire,
)
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import ApiError
from bluegreen_emulator.lazy_flask import LazyFlask


def create_app(platform: Platform) -> Flask:
    """Serves one namespace; what it does not know it answers with 501."""
    app = LazyFlask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.strict_slashes = True
    app.url_map.redirect_defaults = False
    app.url_map.merge_slashes = False
    app.add_url_rule("/api/v1", view_func=_describe)
    for api in (actions_api, packages_api, activations_api):
        app.register_blueprint(api.blueprint(platform))
    app.register_blueprint(web_api.blueprint(platform))
    app.register_error_handler(ApiError, wire.refusal)
    app.register_error_handler(HTTPException, _unknown)
    app.after_request(_name_transaction)
    return app


def _describe() -> dict[str, Any]:
    """Unauthenticated; deployers read the runtimes from it."""
    return {
        "description": "OpenWhisk API",
        "api_paths": ["/api/v1"],
        "runtimes": runtimes.listing(),
        "limits": {
            "actions_per_minute": 600,
            "concurrent_actions": 120,
            "sequence_length": 50,
            "min_action_duration": 100,
            "max_action_duration": 900_000,
            "min_action_memory": 128 * 1024 * 1024,
            "max_action_memory": 1024 * 1024 * 1024,
        },
    }


def _unknown(error: HTTPException) -> Response:
    if error.code not in (404, 405):
        return flask.make_response({"error": error.description, "code": wire.transaction()}, error.code or 500)
    return flask.make_response(
        {"error": f"not emulated: {request.method} {request.path}", "code": wire.transaction()}, 501
    )


def _name_transaction(response: Response) -> Response:
    response.headers["x-request-id"] = wire.transaction()
    return response
