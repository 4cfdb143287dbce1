"""GET, PUT and DELETE of packages, and the list of namespaces that a key opens."""

from typing import Any

import flask
from flask import Blueprint, Response

from bluegreen_emulator.functions import representations, wire
from bluegreen_emulator.functions.platform import Platform


def blueprint(platform: Platform) -> Blueprint:
    routes = wire.guarded_blueprint("packages", platform)
    catalog, namespace = platform.catalog, platform.namespace

    @routes.get("")
    @routes.get("/")
    def namespaces() -> Response:
        return flask.jsonify([namespace])

    @routes.get("/<ns>/packages")
    def packages() -> Response:
        page = wire.page("packages")
        return flask.jsonify([representations.package_summary(namespace, p) for p in catalog.packages()[page]])

    @routes.get("/<ns>/packages/<name>")
    def package(name: str) -> dict[str, Any]:
        return representations.package(namespace, catalog.package(name), catalog.actions(name))

    @routes.put("/<ns>/packages/<name>")
    def put(name: str) -> dict[str, Any]:
        made = catalog.put_package(name, wire.json_object(), wire.flag("overwrite"))
        return representations.package(namespace, made, catalog.actions(name))

    @routes.delete("/<ns>/packages/<name>")
    def delete(name: str) -> dict[str, Any]:
        return representations.package(namespace, catalog.delete_package(name, wire.flag("force")), [])

    return routes
