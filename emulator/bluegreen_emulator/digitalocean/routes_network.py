"""Routes of load balancers, domains and tags."""

from typing import Any

from flask import Blueprint, Response, request

from bluegreen_emulator.digitalocean.load_balancers import LoadBalancer
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.pages import page

Json = dict[str, Any]


def blueprint(model: DigitalOcean) -> Blueprint:
    routes = Blueprint("network", __name__)
    _load_balancers(routes, model)
    _backends(routes, model)
    _domains(routes, model)
    _records(routes, model)
    _tags(routes, model)
    return routes


def _load_balancers(routes: Blueprint, model: DigitalOcean) -> None:
    balancers = model.load_balancers

    def shown(found: LoadBalancer) -> Json:
        return {"load_balancer": balancers.shown(found, model.clock.now())}

    @routes.get("/v2/load_balancers")
    def list_balancers() -> Json:
        with model.lock:
            return page("load_balancers", [shown(found)["load_balancer"] for found in balancers.all.values()])

    @routes.post("/v2/load_balancers")
    def create_balancer() -> tuple[Json, int]:
        with model.lock:
            return shown(balancers.create(_body(), model.clock.now())), 202

    @routes.get("/v2/load_balancers/<lb_id>")
    def read_balancer(lb_id: str) -> Json:
        with model.lock:
            return shown(balancers.get(lb_id))

    @routes.put("/v2/load_balancers/<lb_id>")
    def update_balancer(lb_id: str) -> Json:
        with model.lock:
            found = balancers.get(lb_id)
            balancers.update(found, _body(), model.clock.now())
            return shown(found)


def _backends(routes: Blueprint, model: DigitalOcean) -> None:
    balancers = model.load_balancers

    @routes.route("/v2/load_balancers/<lb_id>/droplets", methods=["POST", "DELETE"])
    def droplets(lb_id: str) -> Response:
        change = balancers.add_droplets if request.method == "POST" else balancers.remove_droplets
        with model.lock:
            change(balancers.get(lb_id), _body().get("droplet_ids", []), model.clock.now())
        return Response(status=204)

    @routes.route("/v2/load_balancers/<lb_id>/forwarding_rules", methods=["POST", "DELETE"])
    def rules(lb_id: str) -> Response:
        change = balancers.add_rules if request.method == "POST" else balancers.remove_rules
        with model.lock:
            change(balancers.get(lb_id), _body().get("forwarding_rules", []), model.clock.now())
        return Response(status=204)


def _domains(routes: Blueprint, model: DigitalOcean) -> None:
    domains = model.domains

    @routes.get("/v2/domains")
    def list_domains() -> Json:
        with model.lock:
            return page("domains", [domains.shown(name) for name in domains.zones])

    @routes.post("/v2/domains")
    def create_domain() -> tuple[Json, int]:
        body = _body()
        with model.lock:
            domains.create(body["name"], body.get("ip_address", ""))
        return {"domain": {"name": body["name"], "ttl": None, "zone_file": None}}, 201

    @routes.get("/v2/domains/<zone>")
    def read_domain(zone: str) -> Json:
        with model.lock:
            return {"domain": domains.shown(zone)}

    @routes.delete("/v2/domains/<zone>")
    def delete_domain(zone: str) -> Response:
        with model.lock:
            domains.delete(zone)
        return Response(status=204)


def _records(routes: Blueprint, model: DigitalOcean) -> None:
    domains = model.domains

    @routes.get("/v2/domains/<zone>/records")
    def list_records(zone: str) -> Json:
        with model.lock:
            found = domains.records(zone, request.args.get("name", ""), request.args.get("type", ""))
            return page("domain_records", found)

    @routes.post("/v2/domains/<zone>/records")
    def create_record(zone: str) -> tuple[Json, int]:
        with model.lock:
            return {"domain_record": domains.add(zone, _body())}, 201

    @routes.get("/v2/domains/<zone>/records/<int:record_id>")
    def read_record(zone: str, record_id: int) -> Json:
        with model.lock:
            return {"domain_record": domains.record(zone, record_id)}

    @routes.route("/v2/domains/<zone>/records/<int:record_id>", methods=["PUT", "PATCH"])
    def change_record(zone: str, record_id: int) -> Json:
        with model.lock:
            return {"domain_record": domains.change(zone, record_id, _body())}

    @routes.delete("/v2/domains/<zone>/records/<int:record_id>")
    def delete_record(zone: str, record_id: int) -> Response:
        with model.lock:
            domains.remove(zone, record_id)
        return Response(status=204)


def _tags(routes: Blueprint, model: DigitalOcean) -> None:
    tags = model.tags

    @routes.get("/v2/tags")
    def list_tags() -> Json:
        with model.lock:
            return page("tags", [tags.shown(name) for name in tags.all])

    @routes.post("/v2/tags")
    def create_tag() -> tuple[Json, int]:
        name = _body().get("name", "")
        with model.lock:
            tags.create(name)
            return {"tag": tags.shown(name)}, 201

    @routes.get("/v2/tags/<name>")
    def read_tag(name: str) -> Json:
        with model.lock:
            return {"tag": tags.shown(name)}

    @routes.delete("/v2/tags/<name>")
    def delete_tag(name: str) -> Response:
        with model.lock:
            tags.delete(name)
        return Response(status=204)

    @routes.route("/v2/tags/<name>/resources", methods=["POST", "DELETE"])
    def tag_resources(name: str) -> Response:
        change = tags.attach if request.method == "POST" else tags.detach
        with model.lock:
            change(name, _body().get("resources", []))
        return Response(status=204)


def _body() -> Json:
    body: Json = request.get_json(force=True) if request.data else {}
    return body
