"""What a web function's result becomes on the wire.

The rules are those of OpenWhisk (core/controller/.../WebActions.scala): `statusCode`, `headers` and `body`, or a suffix
of the URL that asks for the bare result.
"""

import base64
import binascii
import json
from typing import Any

from flask import Response

from bluegreen_emulator.functions import media
from bluegreen_emulator.functions.outcomes import Outcome
from bluegreen_emulator.functions.refusals import ERROR_PROCESSING, ApiError

Headers = list[tuple[str, str]]
_BAD_HEADER_TYPE = "Response type in header did not match generated content type."
_PLAIN = {".html": "text/html", ".svg": "image/svg+xml"}


class NotHttpError(ValueError):
    """The result does not describe an HTTP response."""


def from_outcome(outcome: Outcome, extension: str) -> Response:
    """An application error's `error` is shown in the place of the result; its text is not."""
    if outcome.code > 1:
        raise ApiError(400, ERROR_PROCESSING)
    result: Any = outcome.result["error"] if outcome.code == 1 else outcome.result
    if extension == ".http":
        try:
            return _http(result)
        except NotHttpError as error:
            raise ApiError(400, "Response is not valid 'message/http'.") from error
    if extension == ".json":
        if not isinstance(result, dict | list):
            raise ApiError(400, "Response is not valid 'application/json'.")
        return _json(result)
    return _bare(result, extension)


def _http(result: Any) -> Response:
    if not isinstance(result, dict):
        raise NotHttpError("not an object")
    headers = _headers(result.get("headers", {}))
    body = result.get("body")
    status = _status(result["statusCode"]) if "statusCode" in result else None
    if body is None or body == "":
        kept = [pair for pair in headers if pair[0].lower() != "content-type"]
        empty = Response(status=status or 204, headers=kept)
        del empty.headers["Content-Type"]
        return empty
    if isinstance(body, str):
        return _text(status or 200, headers, body)
    return _structure(status or 200, headers, body)


def _headers(given: Any) -> Headers:
    if not isinstance(given, dict):
        raise NotHttpError("headers are not an object")
    return [pair for name, value in given.items() for pair in _header(name, value)]


def _header(name: str, value: Any) -> Headers:
    if isinstance(value, list):
        return [pair for inner in value for pair in _header(name, inner)]
    if isinstance(value, bool):
        return [(name, str(value).lower())]
    if not isinstance(value, str | int | float) or "\n" in str(value) or "\r" in str(value):
        raise NotHttpError(f"header {name}")
    return [(name, str(value))]


def _status(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise NotHttpError("status code")
    try:
        status = int(given)
    except ValueError as error:
        raise NotHttpError("status code") from error
    if status != (float(given) if not isinstance(given, str) else status) or not 100 <= status <= 599:
        raise NotHttpError("status code")
    return status


def _text(status: int, headers: Headers, body: str) -> Response:
    type_ = _content_type(headers) or "text/html"
    mimetype = type_.partition(";")[0].strip().lower()
    if mimetype.count("/") != 1:
        raise ApiError(400, "Response did not specify a known content-type.")
    rest = [pair for pair in headers if pair[0].lower() != "content-type"]
    if media.is_binary(mimetype):
        try:
            return Response(base64.b64decode(body, validate=True), status, rest, content_type=type_)
        except binascii.Error as error:
            raise ApiError(400, _BAD_HEADER_TYPE) from error
    if "charset" not in type_ and mimetype != "application/json":
        type_ += "; charset=UTF-8"
    return Response(_legacy_json(body) if media.is_json(mimetype) else body, status, rest, content_type=type_)


def _legacy_json(body: str) -> str | bytes:
    """JSON in base64 is still decoded."""
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return body


def _structure(status: int, headers: Headers, body: Any) -> Response:
    type_ = _content_type(headers) or "application/json"
    if not media.is_json(type_.partition(";")[0].strip().lower()):
        raise ApiError(400, _BAD_HEADER_TYPE)
    answer = _json(body)
    answer.status_code = status
    answer.content_type = type_
    answer.headers.extend([pair for pair in headers if pair[0].lower() != "content-type"])
    return answer


def _content_type(headers: Headers) -> str | None:
    return next((value for name, value in headers if name.lower() == "content-type"), None)


def _json(body: Any) -> Response:
    return Response(json.dumps(body), content_type="application/json")


def _bare(result: Any, extension: str) -> Response:
    field = extension.removeprefix(".")
    found = result.get("body", result.get(field)) if isinstance(result, dict) else result
    if extension == ".text":
        if found is None:
            raise ApiError(404, "Response does not include requested property.")
        shown = found if isinstance(found, str) else json.dumps(found, indent=2)
        return Response(shown, content_type="text/plain; charset=UTF-8")
    if not isinstance(found, str):
        raise ApiError(400, f"Response is not valid '{_PLAIN[extension]}'.")
    return Response(found, content_type=_PLAIN[extension])
