"""hooks/alert: receives alerts from monitoring systems. Verified first, then noted, then acted on as policy says."""

import hashlib

from bluegreen.core.alerts import NAMING, Alert
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BadRequest, Unsigned
from bluegreen.core.inbound.alert_formats import alerts_in
from bluegreen.core.inbound.alert_parts import Partly
from bluegreen.core.inbound.alert_policy import apply_alerts, why_not_of_now
from bluegreen.core.inbound.insights import Announced
from bluegreen.core.inbound.signatures import check_alert
from bluegreen.core.inbound.webhooks import Ignored
from bluegreen.invocation.entry_point import (
    STORE,
    TELL,
    WAKE,
    EntryPoint,
    Invocation,
    Response,
    web_answer,
)
from bluegreen.invocation.insights_alerts import alerts_of
from bluegreen.invocation.web_request import request_of, verified_body
from bluegreen.ordering.placing import deliver_notices, place
from bluegreen.steps.take_turn import wake_next


def run(invocation: Invocation) -> Response:
    request, secret = request_of(invocation.event), invocation.settings.secrets.alert_secret
    now = invocation.clock.now()
    if secret is None:
        raise Unsigned("alerts are not taken: BLUEGREEN_ALERT_SECRET is not set")
    body = verified_body(request, lambda body: check_alert(request.headers, body, secret.get_secret_value(), now))
    alerts = alerts_in(request.headers, body, invocation.clients.redaction.json)
    message = hashlib.sha256(body).hexdigest()[:32]
    if isinstance(alerts, Announced):  # a nudge: what the API says counts, so the same body again may be news
        alerts, message = alerts_of(invocation, alerts), ""
    if isinstance(alerts, Ignored):
        return web_answer(200, True, f"ignored: {alerts.why}")
    left_out = ""
    if isinstance(alerts, Partly):
        left_out, alerts = f"; {alerts.left_out}", alerts.alerts
    if old := why_not_of_now(alerts, now):
        raise BadRequest(f"not heard: {old}; is it an old message, or a clock that is wrong?")
    concerned = [(service, _theirs(service, alerts)) for service in invocation.settings.file.services.values()]
    heard = {service.name: _hear(invocation, service, theirs, message) for service, theirs in concerned if theirs}
    if not heard:
        looked_at = f"its {', '.join(NAMING)} names none, or `alerts.match` in bluegreen.yml does not fit"
        return web_answer(200, True, f"ignored: the alert belongs to no service ({looked_at}){left_out}")
    what = "; ".join(f"{name}: {says}" for name, (_, says) in heard.items()) + left_out
    return web_answer(202 if any(written for written, _ in heard.values()) else 200, True, what)


def _theirs(service: Service, alerts: tuple[Alert, ...]) -> list[Alert]:
    return [alert for alert in alerts if alert.concerns(service.name, service.alerts)]


def _hear(invocation: Invocation, service: Service, alerts: list[Alert], message: str) -> tuple[bool, str]:
    cloud = invocation.cloud(service)
    why = f"an alert of {alerts[0].sender}: {alerts[0].name}"
    placed = place(cloud, why, lambda record, now: apply_alerts(record, service, alerts, now, message))
    if placed.written and placed.outcome.taken:
        wake_next(cloud, placed.version.record)
    deliver_notices(cloud, placed)
    return placed.written, placed.outcome.says


ENTRY_POINT = EntryPoint("hooks/alert", (*STORE, *TELL, *WAKE, "alert_secret", "insights_token"), run, web=True)
