"""The alerts in a delivery of Alertmanager, Grafana, Sentry, Datadog (with our template), or in JSON of our own."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bluegreen.core.alerts import Alert
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound.webhooks import Ignored, payload_of, text_at, value_at

_NAME, _SUMMARY, _SEVERITY = 80, 120, 20  # bytes that are kept
_VERSIONS = {"4": "alertmanager", "1": "grafana"}  # both send `alerts`, and say which they are by `version`
_STATES = {"firing": True, "resolved": False}
_GRAFANA_BLIND = ("DatasourceNoData", "DatasourceError")  # the query returned nothing, or failed: that is no evidence
_SENTRY_ISSUE = {"created": True, "unresolved": True, "resolved": False, "archived": False, "ignored": False}
_SENTRY_METRIC = {"critical": True, "warning": True, "resolved": False}
_DATADOG = {"Triggered": True, "Re-Triggered": True, "Warn": True, "Re-Warn": True, "Recovered": False}

Labels = Iterable[tuple[str, str]]


def alerts_in(
    headers: Mapping[str, str], body: bytes, redacted: Callable[[Any], Any] = lambda payload: payload
) -> tuple[Alert, ...] | Ignored:
    """The alerts of a delivery whose sender was verified. Header names are lower case.

    `redacted` takes our secrets out of a payload, before its words are cut.
    """
    payload = redacted(payload_of(headers, body))
    resource = headers.get("sentry-hook-resource")
    if resource is not None:
        return _sentry(resource, payload)
    if "alerts" in payload:
        return _grouped(payload)
    return _datadog(payload) if payload.get("sender") == "datadog" else (_plain(payload),)


def _grouped(payload: dict[str, Any]) -> tuple[Alert, ...]:
    """prometheus.io/docs/alerting/latest/configuration/#webhook_config; grafana.com/docs, webhook notifier"""
    sender, alerts = _VERSIONS.get(str(payload.get("version"))), payload["alerts"]
    if sender is None:
        raise BadRequest("`version` is neither 4 (Alertmanager) nor 1 (Grafana)")
    if not isinstance(alerts, list) or not all(isinstance(alert, dict) for alert in alerts):
        raise BadRequest("`alerts` has to be a list of objects")
    return tuple(_of_group(sender, alert) for alert in alerts)


def _of_group(sender: str, alert: dict[str, Any]) -> Alert:
    labels = _pairs(alert.get("labels"))
    by_name = dict(labels)
    name = by_name.get("alertname", "")
    return _alert(
        sender,
        text_at(alert, "fingerprint") or repr(sorted(labels)),
        name,
        _state(alert),
        "no data" if name in _GRAFANA_BLIND else by_name.get("severity", ""),
        labels,
        text_at(alert, "annotations", "summary") or text_at(alert, "annotations", "description"),
        _time(alert.get("startsAt")),
    )


def _sentry(resource: str, payload: dict[str, Any]) -> tuple[Alert, ...] | Ignored:
    """docs.sentry.io/integrations/integration-platform/webhooks"""
    action, data = text_at(payload, "action"), payload.get("data")
    if not isinstance(data, dict):
        raise BadRequest("Sentry's `data` has to be an object")
    if resource == "metric_alert" and action in _SENTRY_METRIC:
        return (_sentry_metric(action, data),)
    if resource == "event_alert" and action == "triggered":
        return (_sentry_event(data),)
    if resource == "issue" and action in _SENTRY_ISSUE:
        return (_sentry_issue(_SENTRY_ISSUE[action], data),)
    return Ignored(f"{resource[:40]} {action[:40]} of Sentry is no alert")


def _sentry_metric(action: str, data: dict[str, Any]) -> Alert:
    projects = value_at(data, "metric_alert", "projects")
    named = [("project", name) for name in projects if isinstance(name, str)] if isinstance(projects, list) else []
    environment = text_at(data, "metric_alert", "alert_rule", "environment")
    return _alert(
        "sentry",
        f"metric {_id(data, 'metric_alert', 'id')}",
        text_at(data, "metric_alert", "alert_rule", "name") or text_at(data, "description_title"),
        _SENTRY_METRIC[action],
        action if _SENTRY_METRIC[action] else "",
        [*named, ("environment", environment)],
        text_at(data, "description_text"),
        _time(text_at(data, "metric_alert", "date_started")),
    )


def _sentry_event(data: dict[str, Any]) -> Alert:
    """The event has its project's number only; the project's name is read from its API address, which is not called."""
    tags = value_at(data, "event", "tags")
    pairs = [(tag[0], tag[1]) for tag in tags if _is_pair(tag)] if isinstance(tags, list) else []
    _, _, after = text_at(data, "event", "url").partition("/api/0/projects/")
    project = after.split("/")[1] if after.count("/") > 1 else ""
    environment = text_at(data, "event", "environment")
    return _alert(
        "sentry",
        f"issue {_id(data, 'event', 'issue_id')}",
        text_at(data, "triggered_rule") or text_at(data, "event", "title"),
        True,
        text_at(data, "event", "level"),
        [*pairs, ("project", project), ("project", _id(data, "event", "project")), ("environment", environment)],
        text_at(data, "event", "title"),
        _time(text_at(data, "event", "datetime")),
    )


def _sentry_issue(firing: bool, data: dict[str, Any]) -> Alert:
    key, title, severity = _id(data, "issue", "id"), text_at(data, "issue", "title"), text_at(data, "issue", "level")
    project = ("project", text_at(data, "issue", "project", "slug"))
    return _alert("sentry", f"issue {key}", title, firing, severity, [project])


def _datadog(payload: dict[str, Any]) -> tuple[Alert, ...] | Ignored:
    """docs.datadoghq.com/integrations/webhooks: the body is the template of docs/alerts.md"""
    transition, scope = text_at(payload, "transition"), text_at(payload, "scope")
    if transition not in _DATADOG:
        return Ignored(f"transition {transition[:40] or 'without a name'} of Datadog neither fires nor resolves")
    tags = f"{text_at(payload, 'tags')},{scope}".split(",")
    labels = [(name.strip(), value.strip()) for name, _, value in (tag.partition(":") for tag in tags)]
    severity = "warning" if "Warn" in transition else dict(labels).get("severity") or text_at(payload, "priority")
    key = f"{text_at(payload, 'alert_id')} {scope} {text_at(payload, 'cycle')}"
    title, summary, sent = text_at(payload, "title"), text_at(payload, "status"), _epoch(text_at(payload, "date"))
    return (_alert("datadog", key, title, _DATADOG[transition], severity, labels, summary, sent=sent),)


def _plain(payload: dict[str, Any]) -> Alert:
    labels = [*_pairs(payload.get("labels")), ("service", text_at(payload, "service"))]
    name = text_at(payload, "name")
    if not name or text_at(payload, "status") not in _STATES:
        raise BadRequest("an alert needs `name`, `status` (firing or resolved), and `service` or `labels`")
    return _alert(
        "plain",
        text_at(payload, "id") or repr((name, sorted(labels))),
        name,
        _state(payload),
        text_at(payload, "severity"),
        labels,
        text_at(payload, "summary"),
        _time(payload.get("started_at")),
        _time(payload.get("sent_at")),
    )


def _alert(
    sender: str,
    key: str,
    name: str,
    firing: bool,
    severity: str,
    labels: Labels,
    summary: str = "",
    began: datetime | None = None,
    sent: datetime | None = None,
) -> Alert:
    digest = hashlib.sha256(f"{sender} {key}".encode(errors="replace")).hexdigest()[:32]
    name, summary = _readable(name, _NAME) or "an alert without a name", _readable(summary, _SUMMARY)
    return Alert(sender, digest, name, firing, _readable(severity, _SEVERITY), frozenset(labels), summary, began, sent)


def _state(alert: Mapping[str, Any]) -> bool:
    status = alert.get("status")
    if not isinstance(status, str) or status not in _STATES:
        raise BadRequest("an alert's `status` is neither firing nor resolved")
    return _STATES[status]


def _pairs(labels: Any) -> list[tuple[str, str]]:
    pairs = labels.items() if isinstance(labels, dict) else ()
    return [(name, value) for name, value in pairs if isinstance(value, str)]


def _is_pair(tag: Any) -> bool:
    return isinstance(tag, list) and len(tag) == 2 and all(isinstance(text, str) for text in tag)


def _id(payload: dict[str, Any], *path: str) -> str:
    """A number or a text, as text."""
    value = value_at(payload, *path)
    return str(value)[:60] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _time(written: Any) -> datetime | None:
    """None where it is missing, has no zone, or is the zero time that some senders write for "not yet"."""
    try:
        time = datetime.fromisoformat(written).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return time if time.year > 1970 and datetime.fromisoformat(written).tzinfo else None


def _epoch(written: str) -> datetime | None:
    """Datadog's `$DATE`, milliseconds since 1970; None where it was not filled in."""
    return datetime.fromtimestamp(int(written) / 1000, UTC) if re.fullmatch(r"[0-9]{13}", written) else None


def _readable(text: str, limit: int) -> str:
    """One line of at most `limit` bytes, without control characters, cut between characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return line.encode()[:limit].decode(errors="ignore")
