"""A press of a button, as Slack sends it (docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from bluegreen_emulator.slack import ANSWERS


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a message as it stands, those that act and those that only lead somewhere."""
    return [each for block in message.get("blocks", []) if block["type"] == "actions" for each in block["elements"]]


def pressed(button: dict[str, Any], user: str, channel: str = "C00RELEASE") -> bytes:
    """The body. Slack tells the app of every button, also of one with an address."""
    payload = {
        "type": "block_actions",
        "user": {"id": user, "username": "anna", "name": "anna", "team_id": "T00HOLI00"},
        "api_app_id": "A00BLUEGREEN",
        "token": "a-token-that-is-not-used-any-more",
        "container": {"type": "message", "message_ts": "1790000000.000100", "channel_id": channel},
        "trigger_id": "1.2.abc",
        "team": {"id": "T00HOLI00", "domain": "holi"},
        "channel": {"id": channel, "name": "releases"},
        "response_url": f"https://hooks.slack.com{ANSWERS}/T00HOLI00/1/abcdef",
        "actions": [{"block_id": "b", "type": "button", "action_ts": "1790000000.1", **_of(button)}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes, secret: str, seconds: int) -> dict[str, str]:
    """The headers: docs.slack.dev/authentication/verifying-requests-from-slack."""
    mac = hmac.new(secret.encode(), f"v0:{seconds}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": str(seconds),
        "x-slack-signature": f"v0={mac}",
    }


def _of(button: dict[str, Any]) -> dict[str, Any]:
    return {name: button[name] for name in ("action_id", "text", "value", "style") if name in button}
