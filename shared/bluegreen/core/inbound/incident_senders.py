"""Alerts of tools whose default webhook has a shape of its own: each is known by a mark that only it has."""

import json
from datetime import UTC, datetime
from typing import Any

from bluegreen.core.alerts import Alert
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import no_data
from bluegreen.core.inbound.alert_parts import alert, epoch, identity, pairs, texts, time
from bluegreen.core.inbound.webhooks import Ignored, text_at, value_at

_OURS = "bluegreen:"  # how the pages begin that we open ourselves: notify/pager.py
_PAGERDUTY = {"triggered": True, "reopened": True, "unacknowledged": True, "acknowledged": True, "resolved": False}
_NEW_RELIC = {"ACTIVATED": True, "CLOSED": False, "RESOLVED": False}
_KUMA = {0: True, 1: False}  # 2 is pending, 3 is maintenance
_BETTER_STACK = {"started": True, "acknowledged": True, "validating": True, "resolved": False}
_CLOUDWATCH = {"ALARM": True, "INSUFFICIENT_DATA": True, "OK": False}
_CHANGED = "CloudWatch Alarm State Change"  # EventBridge also tells of alarms that were made, changed or deleted
_SNS_ABOUT_ITSELF = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
_DOWN = "critical"  # of tools that know up and down only
Found = tuple[Alert, ...] | Ignored


def is_pagerduty(payload: dict[str, Any]) -> bool:
    return bool(text_at(payload, "event", "event_type"))


def pagerduty(payload: dict[str, Any]) -> Found:
    """developer.pagerduty.com/docs/webhooks-overview (v3). Pages that we have opened there come back, and are left."""
    kind, data = text_at(payload, "event", "event_type"), value_at(payload, "event", "data")
    word = kind.removeprefix("incident.")
    if not isinstance(data, dict) or not kind.startswith("incident.") or word not in _PAGERDUTY:
        return Ignored(f"event {kind[:60]} of PagerDuty neither fires nor resolves")
    if text_at(data, "incident_key").startswith(_OURS):
        return Ignored("the incident is a page that Bluegreen has opened itself")
    title, service = text_at(data, "title"), text_at(data, "service", "summary")
    return (
        alert(
            "pagerduty",
            identity(data, "id"),
            title,
            _PAGERDUTY[word],
            text_at(data, "priority", "summary") or text_at(data, "urgency"),
            [("service", service), ("pagerduty_service", identity(data, "service", "id"))],
            began=time(data.get("created_at")),
            sent=time(value_at(payload, "event", "occurred_at")),
            no_data=no_data.by_signal(title),
        ),
    )


def is_new_relic(payload: dict[str, Any]) -> bool:
    return "issueUrl" in payload or "alertConditionNames" in payload


def new_relic(payload: dict[str, Any]) -> Found:
    """docs.newrelic.com/docs/alerts/get-notified: the default template of a workflow's webhook"""
    word, title = text_at(payload, "state").upper(), text_at(payload, "title")
    if word not in _NEW_RELIC:
        return Ignored(f"state {word[:40] or 'without a name'} of New Relic neither fires nor resolves")
    entities, conditions = texts(payload.get("impactedEntities")), texts(payload.get("alertConditionNames"))
    policies = texts(payload.get("alertPolicyNames"))
    labels = [
        *(("app", entity) for entity in entities),
        *(("condition", condition) for condition in conditions),
        *(("policy", policy) for policy in policies),
    ]
    return (
        alert(
            "new relic",
            identity(payload, "id"),
            title or next(iter(conditions), ""),
            _NEW_RELIC[word],
            text_at(payload, "priority"),
            labels,
            began=epoch(payload.get("createdAt")),
            no_data=no_data.by_signal(title, *conditions, text_at(payload, "trigger")),
        ),
    )


def is_uptime_kuma(payload: dict[str, Any]) -> bool:
    return "heartbeat" in payload and "monitor" in payload


def uptime_kuma(payload: dict[str, Any]) -> Found:
    """github.com/louislam/uptime-kuma, notification Webhook as JSON. Its `time` is UTC, without a zone.

    It is that of the beat: a reminder that a monitor is still down (its beat is not `important`) says not since when.
    """
    status = value_at(payload, "heartbeat", "status")
    if isinstance(status, bool) or not isinstance(status, int) or status not in _KUMA:
        return Ignored("a message of Uptime Kuma without a heartbeat that is up or down")
    name, tags = text_at(payload, "monitor", "name"), value_at(payload, "monitor", "tags")
    tagged = [(text_at(tag, "name"), text_at(tag, "value")) for tag in tags] if isinstance(tags, list) else []
    labels = [*tagged, ("monitor", name), ("url", text_at(payload, "monitor", "url"))]
    reminds = _KUMA[status] and value_at(payload, "heartbeat", "important") is False
    said = text_at(payload, "heartbeat", "msg")
    return (
        alert(
            "uptime kuma",
            identity(payload, "monitor", "id") or name,
            name,
            _KUMA[status],
            dict(tagged).get("severity") or _DOWN,
            labels,
            said,
            began=None if reminds else _utc(text_at(payload, "heartbeat", "time")),
            no_data=no_data.by_labels(name, labels),
            doubt=no_data.by_heartbeat(said),
        ),
    )


def is_better_stack(payload: dict[str, Any]) -> bool:
    return text_at(payload, "data", "type") == "incident"


def better_stack(payload: dict[str, Any]) -> Found:
    """betterstack.com/docs/uptime: an incident as its API describes it"""
    told = value_at(payload, "data", "attributes")
    told = told if isinstance(told, dict) else {}
    word, name = text_at(told, "status").lower(), text_at(told, "name")
    if word not in _BETTER_STACK:
        return Ignored(f"an incident of Better Stack that is {word[:40] or 'without a status'}: not confirmed yet")
    kept = pairs(told.get("metadata"))
    labels = [*kept, ("monitor", name), ("url", text_at(told, "url")), ("team", text_at(told, "team_name"))]
    cause = text_at(told, "cause")
    return (
        alert(
            "better stack",
            identity(payload, "data", "id"),
            name,
            _BETTER_STACK[word],
            dict(kept).get("severity") or _DOWN,
            labels,
            cause,
            began=time(told.get("started_at")),
            no_data=no_data.by_labels(name, labels) or no_data.by_words(cause),
            doubt=no_data.by_heartbeat(cause),
        ),
    )


def is_cloudwatch(payload: dict[str, Any]) -> bool:
    sns = payload.get("Type") in _SNS_ABOUT_ITSELF and "TopicArn" in payload
    return sns or "NewStateValue" in payload or "NewStateValue" in str(payload.get("Message")) or _is_event(payload)


def cloudwatch(payload: dict[str, Any]) -> Found:
    """docs.aws.amazon.com, CloudWatch alarms: by SNS, or by EventBridge (`CloudWatch Alarm State Change`)"""
    kind = text_at(payload, "detail-type" if _is_event(payload) else "Type")
    if kind in _SNS_ABOUT_ITSELF:
        return Ignored(f"{kind} of SNS: no address in a message is ever called, so confirm it in AWS's console")
    if _is_event(payload) and kind not in ("", _CHANGED):
        return Ignored(f"{kind[:60]} is no change of an alarm's state")
    found = _of_event(payload) if _is_event(payload) else _message(payload)
    word, name = text_at(found, "NewStateValue"), text_at(found, "AlarmName")
    if word not in _CLOUDWATCH:
        return Ignored(f"state {word[:40] or 'without a name'} of CloudWatch neither fires nor resolves")
    muted, reason = text_at(found, "ActionsSuppressedBy"), text_at(found, "NewStateReason")
    if muted and _CLOUDWATCH[word]:
        return Ignored(f"the alarm's actions are suppressed in CloudWatch ({muted[:40]})")
    missing, doubt = no_data.by_reason(reason)
    dimensions = value_at(found, "Trigger", "Dimensions")
    named = [(text_at(d, "name"), text_at(d, "value")) for d in dimensions] if isinstance(dimensions, list) else []
    return (
        alert(
            "cloudwatch",
            text_at(found, "AlarmArn") or name,
            name,
            _CLOUDWATCH[word],
            dict(named).get("severity") or _DOWN,
            [*named, ("alarm", name)],
            reason,
            began=time(text_at(found, "StateChangeTime").replace("+0000", "+00:00")),
            no_data=word if word == "INSUFFICIENT_DATA" else missing,
            doubt=doubt,
        ),
    )


def _is_event(payload: dict[str, Any]) -> bool:
    return payload.get("source") == "aws.cloudwatch"


def _of_event(payload: dict[str, Any]) -> dict[str, Any]:
    """EventBridge's words in SNS's places. An alarm that stood so before (and was muted) began then, or earlier."""
    stood = value_at(payload, "detail", "previousState", "value") == value_at(payload, "detail", "state", "value")
    return {
        "AlarmName": text_at(payload, "detail", "alarmName"),
        "NewStateValue": text_at(payload, "detail", "state", "value"),
        "NewStateReason": text_at(payload, "detail", "state", "reason"),
        "StateChangeTime": text_at(payload, "detail", "previousState" if stood else "state", "timestamp"),
        "ActionsSuppressedBy": text_at(payload, "detail", "state", "actionsSuppressedBy"),
    }


def _message(payload: dict[str, Any]) -> dict[str, Any]:
    """SNS carries the alarm as a text, or, with raw delivery, as it stands."""
    if "NewStateValue" in payload:
        return payload
    try:
        found = json.loads(text_at(payload, "Message"))
    except (ValueError, RecursionError):
        raise BadRequest("SNS's `Message` is not the JSON of a CloudWatch alarm") from None
    return found if isinstance(found, dict) else {}


def _utc(written: str) -> datetime | None:
    found = time(f"{written.replace(' ', 'T')}+00:00")
    return found and found.astimezone(UTC)
