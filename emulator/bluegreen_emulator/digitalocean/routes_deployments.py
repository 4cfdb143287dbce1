"""Routes of deployments and of the events that they leave."""

from typing import Any

from flask import Blueprint, request

from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.deployment import Deployment
from bluegreen_emulator.digitalocean.deployment_shape import deployment_shape
from bluegreen_emulator.digitalocean.errors import not_found
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.pages import page
from bluegreen_emulator.digitalocean.times import stamp

Json = dict[str, Any]


def blueprint(model: DigitalOcean) -> Blueprint:
    routes = Blueprint("deployments", __name__)
    _deployments(routes, model)
    _events(routes, model)
    return routes


def _deployments(routes: Blueprint, model: DigitalOcean) -> None:
    @routes.get("/v2/apps/<app_id>/deployments")
    def list_deployments(app_id: str) -> Json:
        wanted = _listed("deployment_types")
        with model.lock:
            found = [d for d in _newest_first(model.app(app_id)) if not wanted or d.cause.type in wanted]
            return page("deployments", [deployment_shape(d, model.clock.now()) for d in found])

    @routes.post("/v2/apps/<app_id>/deployments")
    def create(app_id: str) -> Json:
        force_build = (request.get_json(force=True) if request.data else {}).get("force_build", False)
        with model.lock:
            now = model.tick()
            made = model.apps.deploy(model.app(app_id), force_build, now)
            return {"deployment": deployment_shape(made, now)}

    @routes.get("/v2/apps/<app_id>/deployments/<deployment_id>")
    def read(app_id: str, deployment_id: str) -> Json:
        with model.lock:
            found = model.apps.deployment(model.app(app_id), deployment_id)
            return {"deployment": deployment_shape(found, model.clock.now())}

    @routes.post("/v2/apps/<app_id>/deployments/<deployment_id>/cancel")
    def cancel(app_id: str, deployment_id: str) -> Json:
        with model.lock:
            now, app = model.tick(), model.app(app_id)
            found = model.apps.deployment(app, deployment_id)
            model.apps.cancel(app, found, now)
            return {"deployment": deployment_shape(found, now)}


def _events(routes: Blueprint, model: DigitalOcean) -> None:
    @routes.get("/v2/apps/<app_id>/events")
    def list_events(app_id: str) -> Json:
        wanted = _listed("event_types")
        with model.lock:
            found = _newest_first(model.app(app_id)) if not wanted or "DEPLOYMENT" in wanted else []
            return page("events", [_event(model, deployment) for deployment in found])

    @routes.get("/v2/apps/<app_id>/events/<event_id>")
    def read_event(app_id: str, event_id: str) -> Json:
        with model.lock:
            for deployment in model.app(app_id).deployments:
                if deployment.id[::-1] == event_id:
                    return {"event": _event(model, deployment)}
        raise not_found("event not found")


def _event(model: DigitalOcean, deployment: Deployment) -> Json:
    """Only deployments leave events here; an event's id is its deployment's, backwards."""
    return {
        "id": deployment.id[::-1],
        "type": "DEPLOYMENT",
        "created_at": stamp(deployment.created_at),
        "deployment_id": deployment.id,
        "deployment": deployment_shape(deployment, model.clock.now()),
    }


def _newest_first(app: App) -> list[Deployment]:
    return app.deployments[::-1]


def _listed(name: str) -> list[str]:
    given = request.args.getlist(name) + request.args.getlist(f"{name}[]")
    return [value for values in given for value in values.split(",")]
