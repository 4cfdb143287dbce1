"""GET, PUT, DELETE and POST of functions."""

from typing import Any

import flask
from flask import Blueprint, Response, request

from bluegreen_emulator.functions import representations, wire
from bluegreen_emulator.functions.activations import Activation
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import ApiError

_NAMED = ("/<ns>/actions/<name>", "/<ns>/actions/<package>/<name>")


def blueprint(platform: Platform) -> Blueprint:
    routes = wire.guarded_blueprint("actions", platform)
    catalog, namespace = platform.catalog, platform.namespace

    @routes.get("/<ns>/actions")
    @routes.get("/<ns>/actions/<package>/")
    def actions(package: str | None = None) -> Response:
        if package is not None:
            catalog.package(package)
        found = catalog.actions(package)[wire.page("actions")]
        return flask.jsonify([representations.action_summary(namespace, action) for action in found])

    @routes.get(_NAMED[0])
    @routes.get(_NAMED[1])
    def action(name: str, package: str = "") -> dict[str, Any]:
        return representations.action(namespace, catalog.action(_full(package, name)), wire.flag("code", default=True))

    @routes.put(_NAMED[0])
    @routes.put(_NAMED[1])
    def put(name: str, package: str = "") -> dict[str, Any]:
        made = catalog.put_action(_full(package, name), wire.json_object(), wire.flag("overwrite"))
        return representations.action(namespace, made, code=True)

    @routes.delete(_NAMED[0])
    @routes.delete(_NAMED[1])
    def delete(name: str, package: str = "") -> dict[str, Any]:
        return representations.action(namespace, catalog.delete_action(_full(package, name)), code=False)

    @routes.post(_NAMED[0])
    @routes.post(_NAMED[1])
    def invoke(name: str, package: str = "") -> Response:
        return _invoke(platform, _full(package, name))

    return routes


def _full(package: str, name: str) -> str:
    return f"{package}/{name}" if package else name


def _invoke(platform: Platform, name: str) -> Response:
    wire.refuse_large_payload()
    blocking, seconds = wire.flag("blocking"), _wait(platform)
    given = request.authorization
    key = f"{given.username}:{given.password}" if given else ""
    invocation = platform.invoke(name, wire.json_object(), awaited=blocking, key=key)
    activation = invocation.wait(seconds) if blocking else None
    if activation is None:
        answer = flask.make_response({"activationId": invocation.id}, 202)
    else:
        answer = _finished(activation, wire.flag("result"))
    answer.headers["x-openwhisk-activation-id"] = invocation.id
    return answer


def _finished(activation: Activation, bare: bool) -> Response:
    status = (200, 502, 502, 500)[activation.outcome.code]
    return flask.make_response(activation.outcome.result if bare else representations.activation(activation), status)


def _wait(platform: Platform) -> float:
    """`timeout=<ms>` can shorten the wait of a blocking call."""
    longest = platform.settings.blocking_wait
    asked = wire.whole_number("timeout")
    if asked is not None and not 0 < asked <= longest * 1000:
        raise ApiError(400, f"Timeout must be number of milliseconds up to {int(longest * 1000)}.")
    return longest if asked is None else asked / 1000
