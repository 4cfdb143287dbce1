"""Routes of apps: list, create, read, update, propose, health, instances, restart, rollback."""

from typing import Any

from flask import Blueprint, Response, request

from bluegreen_emulator.digitalocean import rollbacks
from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.deployment import Deployment
from bluegreen_emulator.digitalocean.deployment_shape import deployment_shape
from bluegreen_emulator.digitalocean.errors import unprocessable
from bluegreen_emulator.digitalocean.host import Instance
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.pages import page

Json = dict[str, Any]


def blueprint(model: DigitalOcean) -> Blueprint:
    routes = Blueprint("apps", __name__)
    _collection(routes, model)
    _one(routes, model)
    _running(routes, model)
    _rollback(routes, model)
    return routes


def shown(model: DigitalOcean, app: App) -> Json:
    return app.shown(model.clock.now(), model.settings.owner)


def _collection(routes: Blueprint, model: DigitalOcean) -> None:
    @routes.get("/v2/apps")
    def list_apps() -> Json:
        with model.lock:
            model.tick()
            return page("apps", [shown(model, app) for app in model.apps.all.values()])

    @routes.post("/v2/apps")
    def create() -> Json:
        with model.lock:
            spec = _spec(request.get_json(force=True))
            return {"app": shown(model, model.create(spec, model.programs(spec), deployed=False))}

    @routes.post("/v2/apps/propose")
    def propose() -> Json:
        body = request.get_json(force=True)
        with model.lock:
            return model.apps.propose(_spec(body), body.get("app_id", ""))


def _one(routes: Blueprint, model: DigitalOcean) -> None:
    @routes.get("/v2/apps/<app_id>")
    def read(app_id: str) -> Json:
        with model.lock:
            return {"app": shown(model, model.app(app_id))}

    @routes.put("/v2/apps/<app_id>")
    def update(app_id: str) -> Json:
        body = request.get_json(force=True)
        with model.lock:
            app = model.app(app_id)
            model.apps.update(app, _spec(body), body.get("update_all_source_versions", False), model.clock.now())
            return {"app": shown(model, app)}

    @routes.post("/v2/apps/<app_id>/restart")
    def restart(app_id: str) -> Json:
        body = request.get_json(force=True) if request.data else {}
        with model.lock:
            now = model.tick()
            made = model.apps.restart(model.app(app_id), now, body.get("components", []))
            return {"deployment": deployment_shape(made, now)}


def _running(routes: Blueprint, model: DigitalOcean) -> None:
    @routes.get("/v2/apps/<app_id>/health")
    def health(app_id: str) -> Json:
        with model.lock:
            app = model.app(app_id)
            return {"app_health": {"components": _health(app, model.host.instances(app.key))}}

    @routes.get("/v2/apps/<app_id>/instances")
    def instances(app_id: str) -> Json:
        with model.lock:
            found = model.host.instances(model.app(app_id).key)
        return {"instances": [_instance(instance) for instance in found]}


def _rollback(routes: Blueprint, model: DigitalOcean) -> None:
    def target(app: App) -> Deployment:
        return model.apps.deployment(app, request.get_json(force=True).get("deployment_id", ""))

    @routes.post("/v2/apps/<app_id>/rollback/validate")
    def validate(app_id: str) -> Json:
        with model.lock:
            app = model.app(app_id)
            return rollbacks.validate(app, target(app), model.settings.revision_limit)

    @routes.post("/v2/apps/<app_id>/rollback")
    def roll_back(app_id: str) -> Json:
        skip_pin = request.get_json(force=True).get("skip_pin", False)
        with model.lock:
            app, now = model.app(app_id), model.tick()
            made = rollbacks.roll_back(model.apps, app, target(app), skip_pin, now)
            return {"deployment": deployment_shape(made, now)}

    @routes.post("/v2/apps/<app_id>/rollback/commit")
    def commit(app_id: str) -> Response:
        with model.lock:
            rollbacks.commit(model.app(app_id))
        return Response(status=204)

    @routes.post("/v2/apps/<app_id>/rollback/revert")
    def revert(app_id: str) -> Json:
        with model.lock:
            app, now = model.app(app_id), model.tick()
            return {"deployment": deployment_shape(rollbacks.revert(model.apps, app, now), now)}


def _spec(body: Json) -> Json:
    if not isinstance(body.get("spec"), dict):
        raise unprocessable("spec is missing")
    spec: Json = body["spec"]
    return spec


def _health(app: App, instances: list[Instance]) -> list[Json]:
    services = app.active.spec.get("services", []) if app.active else []
    return [_component_health(s, [i for i in instances if i.component == s["name"]]) for s in services]


def _component_health(service: Json, instances: list[Instance]) -> Json:
    desired, ready = int(service.get("instance_count", 1)), sum(instance.ready for instance in instances)
    return {
        "name": service["name"],
        "state": "HEALTHY" if ready >= desired else "UNHEALTHY",
        "replicas_desired": desired,
        "replicas_ready": ready,
        "cpu_usage_percent": 12.5,
        "memory_usage_percent": 41.0,
    }


def _instance(instance: Instance) -> Json:
    return {
        "component_name": instance.component,
        "component_type": "SERVICE",
        "instance_name": instance.name,
        "instance_alias": instance.name,
    }
