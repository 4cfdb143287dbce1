"""Routes of the account, the registry, monitoring and the keys of Spaces."""

from typing import Any

from flask import Blueprint, Response, request

from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.pages import page

Json = dict[str, Any]


def blueprint(model: DigitalOcean) -> Blueprint:
    routes = Blueprint("others", __name__)
    _spaces_keys(routes, model)
    _account_and_monitoring(routes, model)
    return routes


def _account_and_monitoring(routes: Blueprint, model: DigitalOcean) -> None:
    @routes.get("/v2/account")
    def account() -> Json:
        settings = model.settings
        verified = {"email": settings.user, "uuid": settings.owner, "email_verified": True}
        return {
            "account": verified
            | {"status": "active", "status_message": "", "droplet_limit": 25, "floating_ip_limit": 5}
        }

    @routes.get("/v2/registries/<registry>/repositories/<path:repository>/tags")
    def list_tags(registry: str, repository: str) -> Json:
        with model.lock:
            return page("tags", model.registry.list_tags(registry, repository))

    @routes.get("/v2/registries/<registry>/repositories/<path:repository>/digests")
    def list_digests(registry: str, repository: str) -> Json:
        with model.lock:
            return page("manifests", model.registry.list_digests(registry, repository))

    @routes.get("/v2/monitoring/metrics/apps/<metric>")
    def app_metrics(metric: str) -> Json:
        with model.lock:
            app = model.app(request.args.get("app_id", ""))
            wanted = request.args.get("app_component")
            instances = [i for i in model.host.instances(app.key) if wanted in (None, i.component)]
            start, end = request.args.get("start", ""), request.args.get("end", "")
            now = model.clock.now().timestamp()
            return model.monitoring.matrix(app.name, app.id, metric, instances, start, end, now)

    @routes.get("/v2/monitoring/metrics/load_balancer/<metric>")
    def load_balancer_metrics(metric: str) -> Json:
        with model.lock:
            found = model.load_balancers.get(request.args.get("lb_id", ""))
            start, end = request.args.get("start", ""), request.args.get("end", "")
            return model.monitoring.balancer_matrix(found.id, metric, start, end, model.clock.now().timestamp())


def _spaces_keys(routes: Blueprint, model: DigitalOcean) -> None:
    keys = model.spaces_keys

    @routes.get("/v2/spaces/keys")
    def list_keys() -> Json:
        with model.lock:
            return page("keys", keys.listing(request.args.get("name", "")))

    @routes.post("/v2/spaces/keys")
    def create_key() -> tuple[Json, int]:
        body = request.get_json(force=True)
        with model.lock:
            made = keys.create(body.get("name", ""), body.get("grants") or [], model.clock.now())
        return {"key": made}, 201

    @routes.get("/v2/spaces/keys/<access_key>")
    def read_key(access_key: str) -> Json:
        with model.lock:
            return {"keys": [keys.get(access_key)]}

    @routes.delete("/v2/spaces/keys/<access_key>")
    def delete_key(access_key: str) -> Response:
        with model.lock:
            keys.delete(access_key)
        return Response(status=204)
