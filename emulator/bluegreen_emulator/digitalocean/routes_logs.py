"""Routes of logs: the API names URLs, and the texts behind them are served without a token, as archives are."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from bluegreen_emulator.digitalocean import logs
from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.deployment import Deployment
from bluegreen_emulator.digitalocean.errors import bad_request, not_found
from bluegreen_emulator.digitalocean.model import DigitalOcean

Json = dict[str, Any]


def blueprint(model: DigitalOcean) -> Blueprint:
    routes = Blueprint("logs", __name__)

    @routes.get("/v2/apps/<app_id>/logs")
    @routes.get("/v2/apps/<app_id>/components/<component>/logs")
    def of_active(app_id: str, component: str = "") -> Json:
        with model.lock:
            app = model.app(app_id)
            if app.active is None:
                raise bad_request("app has no active deployment")
            return _urls(app, app.active, component)

    @routes.get("/v2/apps/<app_id>/deployments/<deployment_id>/logs")
    @routes.get("/v2/apps/<app_id>/deployments/<deployment_id>/components/<component>/logs")
    def of_deployment(app_id: str, deployment_id: str, component: str = "") -> Json:
        with model.lock:
            app = model.app(app_id)
            return _urls(app, model.apps.deployment(app, deployment_id), component)

    @routes.get("/archive/<app_id>/<deployment_id>/<kind>.log")
    def archive(app_id: str, deployment_id: str, kind: str) -> Response:
        with model.lock:
            app = model.app(app_id)
            found = model.apps.deployment(app, deployment_id)
            logs.require_reached(found, kind)
            text = logs.text(found, kind, model.host.log(app.key, found.id))
        lines = text.splitlines(keepends=True)
        tail = request.args.get("tail_lines", type=int)
        return Response("".join(lines[-tail:] if tail else lines), mimetype="text/plain")

    return routes


def _urls(app: App, deployment: Deployment, component: str) -> Json:
    if component and component not in deployment.versions:
        raise not_found("component not found")
    kind = request.args.get("type", "UNSPECIFIED")
    logs.require_reached(deployment, kind)
    named = {"app_id": app.id, "deployment_id": deployment.id, "kind": kind}
    tail = {"tail_lines": request.args["tail_lines"]} if request.args.get("tail_lines") else {}
    url = url_for("logs.archive", _external=True, **named, **tail)
    live = logs.running(deployment, kind) and kind != "RUN"
    return {"live_url": url, "historic_urls": [url]} if live else {"historic_urls": [url]}
