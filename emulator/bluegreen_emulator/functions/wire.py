"""What all routes of the platform's API share: errors in its words, JSON bodies, query parameters, who is asking."""

import json
import uuid
from typing import Any, cast

import flask
from flask import Blueprint, Response, g, request

from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import (
    NO_AUTHENTICATION,
    UNAUTHENTICATED,
    ApiError,
    malformed,
    too_big,
)

PAYLOAD_LIMIT = 1024 * 1024
LIST_LIMIT = 200


def guarded_blueprint(name: str, platform: Platform) -> Blueprint:
    """Routes under /api/v1/namespaces/<ns>/, for callers with an access key of that namespace."""
    blueprint = Blueprint(name, __name__, url_prefix="/api/v1/namespaces")
    blueprint.before_request(lambda: _authenticate(platform))
    return blueprint


def transaction() -> str:
    if "transaction" not in g:
        g.transaction = uuid.uuid4().hex
    return cast(str, g.transaction)


def refusal(error: ApiError) -> Response:
    answer = flask.jsonify({"error": error.text, "code": transaction()})
    answer.status_code = error.status
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Basic"
    return answer


def json_object() -> dict[str, Any]:
    """The body, which must be an object; no body at all is an empty one."""
    body = request.get_data()
    if not body:
        return {}
    if not request.is_json:
        raise ApiError(415, "The request's Content-Type is not supported. Expected:\napplication/json")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise malformed(f"Unexpected input: {error}") from error
    if not isinstance(found, dict):
        raise malformed("Object expected")
    return found


def refuse_large_payload() -> None:
    size = request.content_length or len(request.get_data())
    if size > PAYLOAD_LIMIT:
        raise too_big("Request", size, PAYLOAD_LIMIT)


def flag(name: str, default: bool = False) -> bool:
    text = request.args.get(name, "")
    if text not in ("", "true", "false"):
        raise ApiError(400, f"The query parameter '{name}' was malformed:\n'{text}' is not a valid Boolean value")
    return default if text == "" else text == "true"


def whole_number(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise ApiError(400, f"The query parameter '{name}' was malformed:\n'{text}' is not an integer") from error


def page(collection: str) -> slice:
    """`skip` and `limit` of a list; a limit of 0 is the highest."""
    skip = whole_number("skip") or 0
    limit = whole_number("limit")
    if skip < 0:
        raise ApiError(400, f"The value '{skip}' is not greater than or equal to 0 for {collection}.")
    if limit is not None and not 0 <= limit <= LIST_LIMIT:
        raise ApiError(400, f"The value '{limit}' is not in the range of 0 to {LIST_LIMIT} for {collection}.")
    return slice(skip, skip + (30 if limit is None else limit or LIST_LIMIT))


def _authenticate(platform: Platform) -> None:
    given = request.authorization
    if given is None or given.type != "basic":
        raise ApiError(401, NO_AUTHENTICATION)
    if not platform.admits(given.username or "", given.password or ""):
        raise ApiError(401, UNAUTHENTICATED)
    namespace = (request.view_args or {}).pop("ns", "_")
    if namespace not in ("_", platform.namespace):
        raise ApiError(403, f"The supplied authentication is not authorized to access '{namespace}'.")
