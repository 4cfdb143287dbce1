"""DigitalOcean Insights: a delivery of its HTTPS channel is only a nudge, the alert instance is the truth. Pure.

docs.digitalocean.com/products/insights/reference/api has the instance and the rule. What the channel posts is not
documented: an instance's id is taken from wherever the documented shapes would put it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from bluegreen.core.alerts import Alert
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BadRequest, Unavailable
from bluegreen.core.inbound import no_data
from bluegreen.core.inbound.alert_parts import alert, time
from bluegreen.core.inbound.webhooks import value_at

_INSTANCE, _INSTANCES, _ID = "alert_instance", "alert_instances", "alert_instance_id"
_AROUND = ("", "data", "alert", "event", "payload")  # what may stand around them
_MOST = 10  # instances that one delivery has us read
_USABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")  # it becomes part of an address
_STATUS = {"active": True, "resolved": False}
_WANTED = f"{_INSTANCE}.id, {_INSTANCES}[].id, {_ID}, or `id` beside `rule_id`"


class Announced(NamedTuple):
    """The ids of the alert instances that a delivery is about."""

    instances: tuple[str, ...]


class Instance(NamedTuple):
    """An alert instance as the API has it; `rule` is its rule's name, "" where that cannot be read."""

    id: str
    rule_id: str
    rule: str
    severity: str
    status: str
    resource: str
    value: float | None
    began: str


def is_insights(payload: dict[str, Any]) -> bool:
    return any(found.keys() & {_INSTANCE, _INSTANCES, _ID} for found in _parts(payload))


def may_be_insights(payload: dict[str, Any]) -> bool:
    """By a rule, which an alert of one's own may have too: that has a name."""
    return any("rule_id" in found and "name" not in found for found in _parts(payload))


def announced(payload: dict[str, Any]) -> Announced:
    ids = dict.fromkeys(each for part in _parts(payload) for each in _ids(part) if each)
    unusable = [each for each in ids if not _USABLE.fullmatch(each)]
    if unusable:
        raise BadRequest(f"{unusable[0][:64]!r} is no id of an alert instance: letters, digits, - and _ are wanted")
    if not ids:
        raise BadRequest(f"DigitalOcean Insights names no alert instance: one of {_WANTED} is wanted (docs/alerts.md)")
    if len(ids) > _MOST:
        raise BadRequest(f"{len(ids)} alert instances in one delivery: {_MOST} or fewer are wanted")
    return Announced(tuple(ids))


def alert_of(found: Instance, apps: Iterable[tuple[str, Environment, str]], now: datetime) -> Alert:
    """`apps`: service, environment and id of each app that is known. `now` is when the instance was read.

    An app's alert concerns the service whose app it is, and tells the environment where each has an app of its own.
    """
    if found.status not in _STATUS:
        said = f"DigitalOcean Insights says that alert instance {found.id} is {found.status[:40]!r}"
        raise Unavailable(f"{said}, neither {' nor '.join(_STATUS)}: nothing was done")
    ours = [(service, side) for service, side, app in apps if found.resource == f"do:app:{app}"]
    sides = {side.value for _, side in ours}
    labels = [("rule_id", found.rule_id), ("rule", found.rule), ("resource_urn", found.resource)]
    labels += [("service", service) for service, _ in ours]
    labels += [("environment", side) for side in sides if len(sides) == 1]
    name, began = found.rule or f"rule {found.rule_id}", time(found.began)
    return alert(
        "insights",
        found.id,
        name,
        _STATUS[found.status],
        found.severity,
        labels,
        _measured(found),
        began=began,
        sent=now if began else None,  # that it is active now does not say since when: it may be an old one
        no_data=no_data.by_labels(name, labels),
    )


def _measured(found: Instance) -> str:
    value = "" if found.value is None else f"{found.value:g}"
    return " at ".join(filter(None, (value, found.resource)))


def _parts(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in _AROUND:
        found = value_at(payload, name) if name else payload
        if isinstance(found, Mapping):
            yield dict(found)


def _ids(part: dict[str, Any]) -> Iterator[str]:
    """Whole: what is cut might be the id of another."""
    listed = part.get(_INSTANCES)
    for each in (part.get(_INSTANCE), *(listed if isinstance(listed, list) else ())):
        yield _text(each.get("id") if isinstance(each, dict) else each)
    yield _text(part.get(_ID))
    if "rule_id" in part:
        yield _text(part.get("id"))


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
