"""Webhooks and deliveries as the API shows them."""

from typing import Any

from bluegreen_emulator.github.shapes import API, FIRST_COMMIT, iso, number
from bluegreen_emulator.github.webhooks import Delivery, Hook


def hook_shape(hook: Hook) -> dict[str, Any]:
    """As the API and the ping show it; the secret is never told."""
    url = f"{API}/repos/{hook.repository}/hooks/{hook.id}"
    config = {"content_type": hook.content_type, "insecure_ssl": "0", "url": hook.url}
    return {
        "type": "Repository",
        "id": hook.id,
        "name": "web",
        "active": hook.active,
        "events": list(hook.events),
        "config": config | ({"secret": "********"} if hook.secret else {}),
        "updated_at": iso(FIRST_COMMIT),
        "created_at": iso(FIRST_COMMIT),
        "url": url,
        "test_url": f"{url}/test",
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "last_response": _last(hook),
    }


def _last(hook: Hook) -> dict[str, Any]:
    if hook.last_code is None:
        return {"code": None, "status": "unused", "message": None}
    return {"code": hook.last_code, "status": "active", "message": "OK" if hook.last_code < 300 else "Invalid response"}


def delivery_shape(delivery: Delivery, whole: bool = False) -> dict[str, Any]:
    """An entry of the list; `whole` adds what was sent and what came back."""
    shape: dict[str, Any] = {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": iso(delivery.delivered_at) if delivery.delivered_at else None,
        "redelivery": delivery.redelivery,
        "duration": round(delivery.duration_ms / 1000, 2),
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.payload.get("action"),
        "installation_id": None,
        "repository_id": number(delivery.repository),
        "throttled_at": None,
    }
    if whole:
        shape["url"] = delivery.hook.url
        shape["request"] = {"headers": delivery.headers, "payload": delivery.payload}
        shape["response"] = {"headers": delivery.answer_headers, "payload": delivery.answer}
    return shape
