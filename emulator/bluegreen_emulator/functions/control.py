"""DigitalOcean's own API for Functions, /v2/functions/…: namespaces, triggers and access keys.

A blueprint for the API's app, which checks the bearer token. Shapes: DigitalOcean's API description, tag Functions.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import flask
from flask import Blueprint, Response

from bluegreen_emulator.functions import control_keys, control_triggers
from bluegreen_emulator.functions.control_shapes import fields, moment
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import ApiError

REGIONS = ("ams3", "blr1", "fra1", "lon1", "nyc1", "sfo3", "sgp1", "syd1", "tor1")
NAMESPACE_LIMIT = 10
_IDS = {400: "bad_request", 404: "not_found", 409: "conflict", 422: "unprocessable_entity", 501: "not_emulated"}


def control_blueprint(
    platform: Platform, label: str = "bluegreen", region: str = "nyc1", there: bool = True
) -> Blueprint:
    """One namespace runs functions: the platform's. Others can be made, listed and deleted, no more.

    Where it is not `there` yet, it is the first that is made.
    """
    routes = Blueprint("functions_control", __name__, url_prefix="/v2/functions/namespaces")
    namespaces = Namespaces(platform, label, region, there)

    @routes.get("")
    def listing() -> dict[str, Any]:
        return {"namespaces": list(namespaces)}

    @routes.post("")
    def create() -> dict[str, Any]:
        return {"namespace": namespaces.create(fields())}

    @routes.get("/<ns>")
    def one(ns: str) -> dict[str, Any]:
        return {"namespace": namespaces.get(ns)}

    @routes.delete("/<ns>")
    def delete(ns: str) -> Response:
        namespaces.delete(ns)
        return Response(status=204)

    control_triggers.add(routes, platform, namespaces.check)
    control_keys.add(routes, platform, namespaces.check)
    routes.register_error_handler(ApiError, _refusal)
    return routes


class Namespaces:
    """The account's namespaces as the API shows them."""

    def __init__(self, platform: Platform, label: str, region: str, there: bool = True) -> None:
        self._platform = platform
        self._made: dict[str, dict[str, Any]] = {}
        if there:
            self._add_platform_s(label, region)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter([self.get(name) for name in self._made])

    def get(self, name: str) -> dict[str, Any]:
        if name not in self._made:
            raise ApiError(404, "namespace not found")
        return {"api_host": self._platform.api_host} | self._made[name]

    def create(self, asked: dict[str, Any]) -> dict[str, Any]:
        """doctl nests the fields under `namespace` and writes `Region`; the API description does neither."""
        flat = {key.lower(): value for key, value in (asked.get("namespace") or asked).items()}
        label, region = flat.get("label"), flat.get("region")
        if not isinstance(label, str) or not label or region not in REGIONS:
            raise ApiError(400, "label and region are required")
        if any(made["label"] == label for made in self._made.values()):
            raise ApiError(422, "namespace with this label already exists")
        if len(self._made) >= NAMESPACE_LIMIT:
            raise ApiError(422, "namespace limit reached")
        if self._platform.namespace not in self._made:
            self._add_platform_s(label, region)
            return self.get(self._platform.namespace)
        id_ = str(uuid.uuid4())
        name = f"fn-{id_}"
        self._add({"namespace": name, "label": label, "region": region, "uuid": id_, "key": uuid.uuid4().hex})
        return self.get(name)

    def delete(self, name: str) -> None:
        self.get(name)
        if name == self._platform.namespace:
            raise ApiError(501, f"not emulated: deleting {name}, the namespace that this emulator runs")
        del self._made[name]

    def check(self, name: str) -> None:
        """Triggers and keys live in the namespace that runs functions."""
        self.get(name)
        if name != self._platform.namespace:
            raise ApiError(501, f"not emulated: this emulator runs functions in {self._platform.namespace} only")

    def _add_platform_s(self, label: str, region: str) -> None:
        uuid_, key = self._platform.legacy_key
        self._add({"namespace": self._platform.namespace, "label": label, "region": region, "uuid": uuid_, "key": key})

    def _add(self, made: dict[str, Any]) -> None:
        now = moment(self._platform.clock.now())
        self._made[made["namespace"]] = made | {"created_at": now, "updated_at": now}


def _refusal(error: ApiError) -> Response:
    body = {"id": _IDS.get(error.status, "error"), "message": error.text, "request_id": str(uuid.uuid4())}
    return flask.make_response(body, error.status)
