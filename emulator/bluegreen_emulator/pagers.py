"""Systems that page people: PagerDuty's Events API v2, Opsgenie's Alert API and a webhook, refusing what they refuse.

PagerDuty: developer.pagerduty.com/docs/events-api-v2 (trigger-events). Opsgenie: docs.opsgenie.com/docs/alert-api.
Both take an event (202) before they have looked at what it closes: a page that nobody knows is no fault.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

_KEY = 32  # characters of PagerDuty's routing key
_LONGEST = {"message": 130, "alias": 512, "description": 15_000, "entity": 512, "source": 100, "note": 25_000}


@dataclass
class Page:
    """What is known of one matter. `heard` are the bodies, oldest first."""

    open: bool = True
    heard: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Pager:
    """Any of the three. `key` is the one that is taken; of a webhook, what it is signed with ("": not at all)."""

    key: str
    pages: dict[str, Page] = field(default_factory=dict)
    refused: list[list[str]] = field(default_factory=list)

    def hear(self, key: str, body: dict[str, Any], opens: bool) -> None:
        page = self.pages.setdefault(key, Page())
        page.heard.append(body)
        page.open = opens

    @property
    def open(self) -> list[str]:
        return [key for key, page in self.pages.items() if page.open]


def pagerduty(model: Pager) -> Flask:
    app = Flask("pagerduty")

    @app.post("/v2/enqueue")
    def enqueue() -> tuple[Response, int]:
        event: Any = request.get_json(silent=True)
        faults = [*_event_faults(event, model.key)]
        if faults:
            model.refused.append(faults)
            answer = {"status": "invalid event", "message": "Event object is invalid", "errors": faults}
            return jsonify(answer), 400
        model.hear(event["dedup_key"], event, event["event_action"] == "trigger")
        return jsonify({"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}), 202

    return app


def _event_faults(event: Any, key: str) -> Iterator[str]:
    if not isinstance(event, dict):
        yield "JSON is invalid"
        return
    if len(str(event.get("routing_key", ""))) != _KEY:
        yield f"Length of 'routing_key' is incorrect (should be {_KEY} characters)"
    elif event["routing_key"] != key:
        yield "Invalid routing key"
    action = event.get("event_action")
    if action not in ("trigger", "acknowledge", "resolve"):
        yield "'event_action' is invalid (must be one of 'trigger', 'acknowledge' or 'resolve')"
    if not 0 < len(event.get("dedup_key", "")) <= 255:
        yield "'dedup_key' is missing, or longer than 255 characters"
    payload = event.get("payload", {})
    if action == "trigger":
        yield from (f"'payload.{name}' is missing or blank" for name in ("summary", "source") if not payload.get(name))
        if payload.get("severity") not in ("critical", "error", "warning", "info"):
            yield "'payload.severity' is invalid (must be one of critical, warning, error or info)"
    if len(payload.get("summary", "")) > 1024:
        yield "'payload.summary' is too long (maximum 1024 characters)"


def opsgenie(model: Pager) -> Flask:
    app = Flask("opsgenie")

    def answered(body: Any, faults: list[str]) -> tuple[Response, int]:
        if request.headers.get("Authorization") != f"GenieKey {model.key}":
            faults = ["Could not authenticate"]
            model.refused.append(faults)
            return jsonify({"message": faults[0], "took": 0.0, "requestId": "r"}), 401
        if faults or not isinstance(body, dict):
            model.refused.append(faults)
            errors = {"message": "Request body is not processable. Please check the errors.", "errors": faults}
            return jsonify({**errors, "took": 0.0, "requestId": "r"}), 422
        return jsonify({"result": "Request will be processed", "took": 0.0, "requestId": "r"}), 202

    @app.post("/v2/alerts")
    def create() -> tuple[Response, int]:
        body: Any = request.get_json(silent=True)
        answer = answered(body, [*_alert_faults(body)])
        if answer[1] == 202:
            model.hear(body["alias"], body, True)
        return answer

    @app.post("/v2/alerts/<path:identifier>/close")
    def close(identifier: str) -> tuple[Response, int]:
        body: Any = request.get_json(silent=True)
        by_alias = request.args.get("identifierType") == "alias"
        answer = answered(body, [] if by_alias else [f"there is no alert with the id {identifier}"])
        if answer[1] == 202 and identifier in model.pages:
            model.hear(identifier, body, False)
        return answer

    return app


def _alert_faults(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        yield "the body is not JSON"
        return
    if not body.get("message"):
        yield "message can not be empty"
    yield from (f"{name} is too long" for name, most in _LONGEST.items() if len(body.get(name, "")) > most)
    if body.get("priority", "P3") not in ("P1", "P2", "P3", "P4", "P5"):
        yield "priority should be one of [ P1, P2, P3, P4, P5 ]"
    details = body.get("details", {})
    if not all(isinstance(value, str) for value in details.values()):
        yield "details should be a map of texts"


def webhook(model: Pager) -> Flask:
    """As somebody would write one: signed where a key was agreed on, 401 where that is missing or wrong."""
    app = Flask("webhook")

    @app.post("/<path:path>")
    def take(path: str) -> Response:
        mac = hmac.new(model.key.encode(), request.get_data(), hashlib.sha256).hexdigest()
        given = request.headers.get("X-Bluegreen-Signature-256", "")
        if model.key and not hmac.compare_digest(given, f"sha256={mac}"):
            model.refused.append(["the signature is missing or wrong"])
            return Response("the signature is missing or wrong", 401)
        body = request.get_json()
        model.hear(body["key"], body, body["event"] == "trigger")
        return Response("", 204)

    return app
