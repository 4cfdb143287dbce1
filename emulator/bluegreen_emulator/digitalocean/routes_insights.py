"""Routes of DigitalOcean Insights."""

from typing import Any

from flask import Blueprint, jsonify, request

from bluegreen_emulator.digitalocean.errors import not_found, unprocessable
from bluegreen_emulator.digitalocean.insights import PromError
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.pages import page

Json = dict[str, Any]
_PROM = "/v2/insights/query/<region>/prom/api/v1"


def blueprint(model: DigitalOcean) -> Blueprint:
    routes = Blueprint("insights", __name__)
    _promql(routes, model)
    _alerts(routes, model)
    return routes


def _promql(routes: Blueprint, model: DigitalOcean) -> None:
    @routes.errorhandler(PromError)
    def refused(error: PromError) -> tuple[Any, int]:
        return jsonify(error.body), error.status

    @routes.get(f"{_PROM}/query")
    def query(region: str) -> Json:
        with model.lock:
            at = _number("time", str(model.clock.now().timestamp()))
            return model.insights.query(region, request.args["query"], at)

    @routes.get(f"{_PROM}/query_range")
    def query_range(region: str) -> Json:
        with model.lock:
            start, end, step = map(_number, ("start", "end", "step"))
            return model.insights.query_range(region, request.args["query"], start, end, step)


def _alerts(routes: Blueprint, model: DigitalOcean) -> None:
    insights = model.insights

    @routes.get("/v2/insights/alert-instances")
    def instances() -> Json:
        with model.lock:
            wanted = {
                name: request.args[name] for name in ("status", "rule_id", "resource_urn") if name in request.args
            }
            found = [each for each in reversed(insights.instances.values()) if wanted.items() <= each.items()]
            return page("alert_instances", found)

    @routes.get("/v2/insights/alert-instances/<instance>")
    def instance(instance: str) -> Json:
        with model.lock:
            return {"alert_instance": insights.instance(instance)}

    @routes.get("/v2/insights/alert-rules/<rule>")
    def rule(rule: str) -> Json:
        with model.lock:
            if rule not in insights.rules:
                raise not_found()
            return {"alert_rule": insights.rules[rule]}


def _number(name: str, otherwise: str = "") -> float:
    given = request.args.get(name, otherwise)
    try:
        return float(given)
    except ValueError:
        raise unprocessable(f"{name} must be a UNIX time or a number of seconds, not {given!r}") from None
