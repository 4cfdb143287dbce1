"""GET of activation records, their logs and results."""

import re
from typing import Any

import flask
from flask import Blueprint, Response, request

from bluegreen_emulator.functions import representations, wire
from bluegreen_emulator.functions.activations import Activation
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import NO_ACTIVATION, ApiError


def blueprint(platform: Platform) -> Blueprint:
    routes = wire.guarded_blueprint("activations", platform)

    def found(id_: str) -> Activation:
        _check_id(id_)
        record = platform.activations.get(id_)
        if record is None:
            raise ApiError(404, NO_ACTIVATION)
        return record

    @routes.get("/<ns>/activations")
    def activations() -> Response:
        return _list(platform)

    @routes.get("/<ns>/activations/<id_>")
    def activation(id_: str) -> dict[str, Any]:
        return representations.activation(found(id_))

    @routes.get("/<ns>/activations/<id_>/logs")
    def logs(id_: str) -> dict[str, Any]:
        return {"logs": found(id_).logs}

    @routes.get("/<ns>/activations/<id_>/result")
    def result(id_: str) -> dict[str, Any]:
        return representations.response(found(id_))

    return routes


def _list(platform: Platform) -> Response:
    page, count, docs = wire.page("activations"), wire.flag("count"), wire.flag("docs")
    if count and docs:
        raise ApiError(400, "The parameter 'docs' is not permitted with 'count'.")
    name = request.args.get("name") or None
    if name and name.count("/") > 1:
        raise ApiError(400, f"Parameter may be a 'simple' name or 'package-name/simple' name: {name}")
    found = platform.activations.find(name, wire.whole_number("since"), wire.whole_number("upto"))
    if count:
        return flask.jsonify({"activations": max(0, len(found) - page.start)})
    show = representations.activation if docs else representations.activation_summary
    return flask.jsonify([show(record) for record in found[page]])


def _check_id(id_: str) -> None:
    if len(id_) != 32:
        raise ApiError(400, f"Activation id length is {len(id_)} but must be 32.")
    if not re.fullmatch("[0-9a-f]{32}", id_):
        raise ApiError(400, "The activation id is not valid.")
