"""The alerts in a delivery: Alertmanager's and Grafana's, JSON of our own, and by name what other tools send."""

from collections.abc import Callable, Mapping
from typing import Any

from bluegreen.core.alerts import Alert
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import alert_senders, incident_senders, insights, no_data
from bluegreen.core.inbound.alert_parts import Partly, alert, identity, pairs, partly, state, time
from bluegreen.core.inbound.webhooks import Ignored, payload_of, text_at

_LISTED = "`alerts` has to be a list of objects"
_GRAFANA_TEST = "TestAlert"  # what the button *Test* of a contact point sends
_VERSIONS = {"4": "alertmanager", "1": "grafana"}  # both send `alerts`, and say which they are by `version`
_SHAPE = (
    'send {"name": "…", "status": "firing" or "resolved", "severity": "critical", "service": "…", "started_at": "…"}; '
    "read by their own shapes: Alertmanager, Grafana, Sentry, Datadog (with our template), PagerDuty v3, New Relic, "
    "Uptime Kuma, Better Stack, CloudWatch, DigitalOcean Insights (docs/alerts.md)"
)
Found = tuple[Alert, ...] | Partly | insights.Announced | Ignored
_Read = Callable[[dict[str, Any]], Found]


def alerts_in(
    headers: Mapping[str, str], body: bytes, redacted: Callable[[Any], Any] = lambda payload: payload
) -> Found:
    """The alerts of a delivery whose sender was verified, or where they are to be read. Header names are lower case.

    `redacted` takes our secrets out of a payload, before its words are cut.
    """
    payload = redacted(payload_of(headers, body))
    resource = headers.get("sentry-hook-resource")
    if resource is not None:
        return alert_senders.sentry(resource, payload)
    found = next((read for knows, read in _SENDERS if knows(payload)), _plain)
    return found(payload)


def _grouped(payload: dict[str, Any]) -> Found:
    """One that cannot be read keeps none of the others back, which are not sent again.

    prometheus.io/docs/alerting/latest/configuration/#webhook_config; grafana.com/docs, webhook notifier
    """
    sender, alerts = _VERSIONS.get(str(payload.get("version"))), payload["alerts"]
    if sender is None:
        raise BadRequest("`version` is neither 4 (Alertmanager) nor 1 (Grafana)")
    if not isinstance(alerts, list):
        raise BadRequest(_LISTED)
    if sender == "grafana" and {_name(found) for found in alerts} == {_GRAFANA_TEST}:
        return Ignored("a test of Grafana's contact point: it has arrived, and is no alert")
    read: list[Alert] = []
    faults: list[str] = []
    for found in alerts:
        try:
            read.append(_of_group(sender, found))
        except BadRequest as error:
            faults.append(str(error))
    return _with_cut_off(partly(read, faults), payload.get("truncatedAlerts"))


def _with_cut_off(found: tuple[Alert, ...] | Partly, more: Any) -> tuple[Alert, ...] | Partly:
    """Alertmanager sends at most `max_alerts` of a group, and says how many it has cut off."""
    if not isinstance(more, int) or more <= 0:
        return found
    says = f"{more:,} more were cut off by Alertmanager (`max_alerts`)"
    return Partly(found.alerts, f"{found.left_out}; {says}") if isinstance(found, Partly) else Partly(found, says)


def _name(found: Any) -> str:
    return text_at(found, "labels", "alertname") if isinstance(found, dict) else ""


def _of_group(sender: str, found: Any) -> Alert:
    if not isinstance(found, dict):
        raise BadRequest(_LISTED)
    labels, annotations = pairs(found.get("labels")), pairs(found.get("annotations"))
    by_name = dict(labels)
    name = by_name.get("alertname", "")
    absent, doubt = no_data.by_expression(text_at(found, "generatorURL"))
    return alert(
        sender,
        text_at(found, "fingerprint") or repr(sorted(labels)),
        name,
        state(found, name),
        by_name.get("severity", ""),
        labels,
        text_at(found, "annotations", "summary") or text_at(found, "annotations", "description"),
        time(found.get("startsAt")),
        no_data=no_data.by_labels(name, labels, annotations) or absent,
        doubt=doubt,
    )


def _plain(payload: dict[str, Any]) -> tuple[Alert, ...]:
    labels = [*pairs(payload.get("labels")), ("service", text_at(payload, "service"))]
    name = text_at(payload, "name")
    if not name or text_at(payload, "status") not in ("firing", "resolved"):
        raise BadRequest(f"an alert needs `name`, `status` (firing or resolved), and `service` or `labels`: {_SHAPE}")
    return (
        alert(
            "plain",
            identity(payload, "id") or repr((name, sorted(labels))),
            name,
            state(payload),
            text_at(payload, "severity"),
            labels,
            text_at(payload, "summary"),
            time(payload.get("started_at")),
            time(payload.get("sent_at")),
            no_data.by_labels(name, labels, pairs(payload.get("annotations"))),
        ),
    )


# The first whose mark is in the payload reads it; what has none is in our own words.
_SENDERS: tuple[tuple[Callable[[dict[str, Any]], bool], _Read], ...] = (
    (insights.is_insights, insights.announced),
    (lambda payload: "alerts" in payload, _grouped),
    (alert_senders.is_datadog, alert_senders.datadog),
    (incident_senders.is_pagerduty, incident_senders.pagerduty),
    (incident_senders.is_new_relic, incident_senders.new_relic),
    (incident_senders.is_uptime_kuma, incident_senders.uptime_kuma),
    (incident_senders.is_better_stack, incident_senders.better_stack),
    (incident_senders.is_cloudwatch, incident_senders.cloudwatch),
    (insights.may_be_insights, insights.announced),
)
