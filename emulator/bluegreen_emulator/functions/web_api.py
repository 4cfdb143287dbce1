"""Functions on the web: no key needed, answered as HTTP, never recorded."""

from typing import Any

from flask import Blueprint, Response, request

from bluegreen_emulator.functions import web_answer, web_event, wire
from bluegreen_emulator.functions.entities import Action
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import RESPONSE_NOT_READY, WEB_UNAUTHORIZED, ApiError, not_found

_METHODS = ["OPTIONS", "GET", "DELETE", "POST", "PUT", "HEAD", "PATCH"]
_HEADERS = "Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent"
_EXTENSIONS = (".http", ".json", ".html", ".svg", ".text")


def blueprint(platform: Platform) -> Blueprint:
    routes = Blueprint("web", __name__, url_prefix="/api/v1/web")
    options: dict[str, Any] = {"methods": _METHODS, "provide_automatic_options": False}

    @routes.route("/<ns>/<package>/<segment>", **options)
    @routes.route("/<ns>/<package>/<segment>/<path:path>", **options)
    @routes.route("/<ns>/<package>/<segment>/", **options)
    def call(ns: str, package: str, segment: str, path: str | None = None) -> Response:
        name, extension = _split(segment)
        action = _exported(platform, ns, package, name)
        if action.annotations.get("web-custom-options") is True:
            return _call(platform, action, extension)
        if request.method == "OPTIONS":
            return _with_cors(Response(status=200))
        try:
            return _with_cors(_call(platform, action, extension))
        except ApiError as error:
            return _with_cors(wire.refusal(error))

    return routes


def _split(segment: str) -> tuple[str, str]:
    for extension in _EXTENSIONS:
        if segment.endswith(extension):
            return segment.removesuffix(extension), extension
    return segment, ".http"


def _exported(platform: Platform, namespace: str, package: str, name: str) -> Action:
    if namespace != platform.namespace:
        raise not_found()
    action = platform.catalog.action(name if package == "default" else f"{package}/{name}")
    if action.annotations.get("web-export") is not True:
        raise not_found()
    return action


def _call(platform: Platform, action: Action, extension: str) -> Response:
    wire.refuse_large_payload()
    if request.method != "OPTIONS" and not _opens(action, request.headers.get("X-Require-Whisk-Auth")):
        raise ApiError(401, WEB_UNAUTHORIZED)
    invocation = platform.invoke_web(action, web_event.from_request(platform, action, request))
    activation = invocation.wait(platform.settings.blocking_wait)
    if activation is not None:
        answer = web_answer.from_outcome(activation.outcome, extension)
    elif platform.settings.late_web_answer == 202:
        answer = wire.refusal(ApiError(202, RESPONSE_NOT_READY))
    else:
        return Response("upstream request timeout", 504, content_type="text/plain")
    answer.headers["x-openwhisk-activation-id"] = invocation.id
    return answer


def _opens(action: Action, given: str | None) -> bool:
    """Whether the secret that the function wants (project.yml's webSecure) was sent."""
    wanted = action.annotations.get("require-whisk-auth", False)
    if isinstance(wanted, bool):
        return not wanted
    return given is not None and given == str(wanted)


def _with_cors(answer: Response) -> Response:
    asked = request.headers.get("Access-Control-Request-Headers")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Allow-Methods"] = ", ".join(_METHODS)
    answer.headers["Access-Control-Allow-Headers"] = asked or _HEADERS
    return answer
