"""Alerts of Sentry, and of Datadog by the template of docs/alerts.md."""

from typing import Any

from bluegreen.core.alerts import Alert
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import no_data
from bluegreen.core.inbound.alert_parts import alert, epoch, identity, texts, time
from bluegreen.core.inbound.webhooks import Ignored, text_at, value_at

_SENTRY_ISSUE = {"created": True, "unresolved": True, "resolved": False, "archived": False, "ignored": False}
_SENTRY_METRIC = {"critical": True, "warning": True, "resolved": False}
_SAMPLE = ("sample_event", "yes")  # the tag of the event that a test of an alert sends
_TEST = "[test]"  # how the title of a test begins
_AGAIN = "told again, so it may have begun long before"
_DATADOG = {"Triggered": True, "Re-Triggered": True, "Warn": True, "Re-Warn": True, "Recovered": False}


def sentry(resource: str, payload: dict[str, Any]) -> tuple[Alert, ...] | Ignored:
    """docs.sentry.io/integrations/integration-platform/webhooks"""
    action, data = text_at(payload, "action"), payload.get("data")
    if not isinstance(data, dict):
        raise BadRequest("Sentry's `data` has to be an object")
    if resource == "metric_alert" and action in _SENTRY_METRIC:
        return (_sentry_metric(action, data),)
    if resource == "event_alert" and action == "triggered":
        return _sentry_event(data)
    if resource == "issue" and action in _SENTRY_ISSUE:
        return (_sentry_issue(_SENTRY_ISSUE[action], data),)
    return Ignored(f"{resource[:40]} {action[:40]} of Sentry is no alert")


def _sentry_metric(action: str, data: dict[str, Any]) -> Alert:
    named = [("project", name) for name in texts(value_at(data, "metric_alert", "projects"))]
    environment = text_at(data, "metric_alert", "alert_rule", "environment")
    return alert(
        "sentry",
        f"metric {identity(data, 'metric_alert', 'id')}",
        text_at(data, "metric_alert", "alert_rule", "name") or text_at(data, "description_title"),
        _SENTRY_METRIC[action],
        action if _SENTRY_METRIC[action] else "",
        [*named, ("environment", environment)],
        text_at(data, "description_text"),
        time(text_at(data, "metric_alert", "date_started")),
    )


def _sentry_event(data: dict[str, Any]) -> tuple[Alert, ...] | Ignored:
    """The event has its project's number only; the project's name is read from its API address, which is not called."""
    tags = value_at(data, "event", "tags")
    tagged = [(tag[0], tag[1]) for tag in tags if _is_pair(tag)] if isinstance(tags, list) else []
    _, _, after = text_at(data, "event", "url").partition("/api/0/projects/")
    project = after.split("/")[1] if after.count("/") > 1 else ""
    if _SAMPLE in tagged:
        return Ignored("a sample event of Sentry, sent as a test: it has arrived, and is no alert")
    named = [("project", project), ("project", identity(data, "event", "project"))]
    return (
        alert(
            "sentry",
            f"issue {identity(data, 'event', 'issue_id')}",
            text_at(data, "triggered_rule") or text_at(data, "event", "title"),
            True,
            text_at(data, "event", "level"),
            [*tagged, *named, ("environment", text_at(data, "event", "environment"))],
            text_at(data, "event", "title"),
            time(text_at(data, "event", "datetime")),
        ),
    )


def _sentry_issue(firing: bool, data: dict[str, Any]) -> Alert:
    key, title = identity(data, "issue", "id"), text_at(data, "issue", "title")
    project = ("project", text_at(data, "issue", "project", "slug"))
    return alert("sentry", f"issue {key}", title, firing, text_at(data, "issue", "level"), [project])


def is_datadog(payload: dict[str, Any]) -> bool:
    return payload.get("sender") == "datadog" or "alert_transition" in payload


def datadog(payload: dict[str, Any]) -> tuple[Alert, ...] | Ignored:
    """docs.datadoghq.com/integrations/webhooks: the body is a template, ours or one with the variables' own names."""
    transition, scope, title = (_said(payload, name) for name in ("transition", "scope", "title"))
    if transition not in _DATADOG:
        return Ignored(f"transition {transition[:40] or 'without a name'} of Datadog neither fires nor resolves")
    if title.lower().startswith(_TEST):
        return Ignored("a test of Datadog: it has arrived, and is no alert")
    tags = f"{text_at(payload, 'tags')},{scope}".split(",")
    labels = [(name.strip(), value.strip()) for name, _, value in (tag.partition(":") for tag in tags)]
    severity = "warning" if "Warn" in transition else dict(labels).get("severity") or _said(payload, "priority")
    cycle = identity(payload, "cycle") or identity(payload, "cycle_key") or identity(payload, "alert_cycle_key")
    key = f"{identity(payload, 'alert_id')} {scope} {cycle}"
    return (
        alert(
            "datadog",
            key,
            title,
            _DATADOG[transition],
            severity,
            labels,
            _said(payload, "status"),
            sent=epoch(payload.get("date")),
            no_data=no_data.by_words(title) or no_data.by_labels("", labels),
            doubt=_AGAIN if transition.startswith("Re-") else "",
        ),
    )


def _said(payload: dict[str, Any], name: str) -> str:
    """By our template's name, or by the variable's."""
    return text_at(payload, name) or text_at(payload, f"alert_{name}")


def _is_pair(tag: Any) -> bool:
    return isinstance(tag, list) and len(tag) == 2 and all(isinstance(text, str) for text in tag)
