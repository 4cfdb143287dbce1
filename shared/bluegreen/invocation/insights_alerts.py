"""The alerts of DigitalOcean Insights: each instance that a delivery names is read from the API."""

from collections.abc import Iterator
from urllib.parse import quote

from pydantic import BaseModel

from bluegreen.clients.http import Api
from bluegreen.clients.shapes import shaped
from bluegreen.core.alerts import Alert
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BadRequest, BluegreenError, Later, Never, NotFound, Unavailable
from bluegreen.core.inbound.alert_parts import Partly, partly
from bluegreen.core.inbound.insights import Announced, Instance, alert_of
from bluegreen.invocation.entry_point import Invocation

_PATH = "/v2/insights"


class _Instance(BaseModel):
    """docs.digitalocean.com/products/insights/reference/api: what is read of an alert instance."""

    status: str
    rule_id: str = ""
    severity: str = ""
    value: float | None = None
    triggered_at: str = ""
    resource_urn: str = ""


class _RuleSpec(BaseModel):
    name: str = ""


class _Rule(BaseModel):
    spec: _RuleSpec = _RuleSpec()


class _InstanceAnswer(BaseModel):
    alert_instance: _Instance


class _RuleAnswer(BaseModel):
    alert_rule: _Rule = _Rule()


def alerts_of(invocation: Invocation, found: Announced) -> tuple[Alert, ...] | Partly:
    """By a token of its own, which may read Insights and nothing else: this function is on the web."""
    clients, now = invocation.clients, invocation.clock.now()
    api = clients.api("DigitalOcean", clients.settings.file.apis.digitalocean, "insights_token")
    apps = list(_apps(invocation))
    read: list[Alert] = []
    faults: list[BluegreenError] = []
    for instance in found.instances:
        try:
            told = _read(api, instance)
        except BadRequest as error:
            faults.append(error)
            continue
        try:
            read.append(alert_of(told, apps, now))
        except Unavailable as error:  # by its status; where the API gives no answer the whole delivery comes again
            faults.append(error)
    if faults and not read:
        raise faults[0]
    return partly(read, [str(fault) for fault in faults])


def _apps(invocation: Invocation) -> Iterator[tuple[str, Environment, str]]:
    for service in invocation.settings.file.services.values():
        yield from ((service.name, environment, service.app(environment)) for environment in Environment)


def _read(api: Api, instance: str) -> Instance:
    try:
        answer = api.get(f"{_PATH}/alert-instances/{instance}")
    except NotFound:
        raise BadRequest(f"DigitalOcean Insights knows no alert instance {instance}: nothing was done") from None
    told = shaped(_InstanceAnswer, answer, api.name, "alert instance").alert_instance
    rule = _rule(api, told.rule_id) if told.rule_id else ""
    return Instance(
        instance, told.rule_id, rule, told.severity, told.status, told.resource_urn, told.value, told.triggered_at
    )


def _rule(api: Api, rule: str) -> str:
    """Its name, for people; a rule that is gone, or an answer that does not come, takes nothing from the alert."""
    try:
        answer = api.once("GET", f"{_PATH}/alert-rules/{quote(rule, safe='')}")
        return shaped(_RuleAnswer, answer, api.name, "alert rule").alert_rule.spec.name
    except (Later, Never):
        return ""
