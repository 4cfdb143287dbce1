"""What a web request becomes: the event of a web function, parsed or raw."""

import base64
import json
from typing import Any

from werkzeug.wrappers import Request

from bluegreen_emulator.functions import media, wire
from bluegreen_emulator.functions.entities import Action
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import PARAMETERS_NOT_ALLOWED, ApiError, malformed
from bluegreen_emulator.functions.settings import PlatformSettings

# core/controller/src/main/scala/org/apache/openwhisk/core/controller/WebActions.scala, reservedProperties
_RESERVED = {f"__ow_{name}" for name in ("method", "headers", "path", "user", "query", "body")}


def from_request(platform: Platform, action: Action, request: Request) -> dict[str, Any]:
    """Refuses a caller that names a bound or reserved parameter, unless the function takes the request raw."""
    http = _http(platform.settings, request)
    if action.annotations.get("raw-http") is True:
        return {"http": http | _raw(platform.settings, request)}
    body = _body(request)
    fields = body if isinstance(body, dict) else {}
    values = {key: texts[-1] for key, texts in request.args.lists()} | fields
    platform.refuse_final(action, set(values))
    if _RESERVED & set(values):
        raise ApiError(400, PARAMETERS_NOT_ALLOWED)
    return values | ({} if isinstance(body, dict) else {"__ow_body": body}) | {"http": http}


def _http(settings: PlatformSettings, request: Request) -> dict[str, Any]:
    method = request.method if settings.upper_case_method else request.method.lower()
    return {"headers": _headers(request), "method": method, "path": _extra_path(request)}


def _headers(request: Request) -> dict[str, str]:
    """Lower-case names; some are always there (docs.digitalocean.com, functions/reference/http-headers)."""
    always = {
        "accept": "*/*",
        "accept-encoding": "gzip",
        "content-type": "",
        "user-agent": "",
        "x-forwarded-for": request.remote_addr or "",
        "x-forwarded-proto": request.scheme,
        "x-request-id": wire.transaction(),
    }
    return always | {name.lower(): value for name, value in request.headers.items()}


def _extra_path(request: Request) -> str:
    """What follows the function's name, with its slash; "" if nothing does."""
    parts = request.path.removeprefix("/api/v1/web/").split("/", 3)
    return f"/{parts[3]}" if len(parts) > 3 else ""


def _raw(settings: PlatformSettings, request: Request) -> dict[str, Any]:
    body = request.get_data()
    encoded = bool(body) and settings.raw_body != "text" and _arrives_encoded(request)
    return {
        "queryString": request.query_string.decode(errors="replace"),
        "body": base64.b64encode(body).decode() if encoded else body.decode(errors="replace"),
        "isBase64Encoded": encoded and settings.raw_body == "flagged",
    }


def _arrives_encoded(request: Request) -> bool:
    """OpenWhisk encodes binary types, and application/json too."""
    return media.is_binary(request.mimetype) or request.mimetype == "application/json"


def _body(request: Request) -> Any:
    """An object's fields go to the top level of the event, anything else under `__ow_body`."""
    body = request.get_data()
    if not body:
        return {}
    if media.is_json(request.mimetype):
        try:
            return json.loads(body)
        except ValueError as error:
            raise malformed(f"Unexpected input: {error}") from error
    if request.mimetype == "application/x-www-form-urlencoded":
        return media.form(body)
    if _arrives_encoded(request):
        return base64.b64encode(body).decode()
    return body.decode(errors="replace")
