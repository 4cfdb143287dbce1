"""Buttons in Slack: what one carries, and what Slack sends when it is pressed.

docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bluegreen.core.errors import BadRequest, Unsigned
from bluegreen.core.inbound.bearers import Bearer, SlackUser
from bluegreen.core.inbound.webhooks import Ignored, payload_of, text_at, value_at
from bluegreen.core.notices import ACTION_ID, CARRIED, SlackButton

_ANSWERS = "hooks.slack.com"
_LONGEST = 2_000  # characters of a value that Slack keeps
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


class ButtonPressed(NamedTuple):
    """`answer_url`: where the one who pressed is answered, "" where Slack names no address of its own."""

    user: str
    button: SlackButton
    answer_url: str


def button_pressed(
    headers: Mapping[str, str], body: bytes, redacted: Callable[[Any], Any] = lambda payload: payload
) -> ButtonPressed | Ignored:
    """What a verified request asks for. The address for the answer is kept as it came: it is written nowhere."""
    if b"ssl_check=1" in body.split(b"&"):
        return Ignored("Slack looks at the certificate")
    raw = payload_of(headers, body)
    payload = redacted(raw)
    actions = value_at(payload, "actions")
    if text_at(payload, "type") != "block_actions" or not isinstance(actions, list):
        return Ignored("it is no press of a button")
    pressed = next((each for each in actions if _acts(each)), None)
    if pressed is None:
        return Ignored("that button only leads somewhere")
    user = text_at(payload, "user", "id")
    if not _USER.fullmatch(user):
        raise BadRequest("a press needs `user.id`")
    address = text_at(raw, "response_url")
    return ButtonPressed(user, _carried(pressed.get("value")), address if is_answer_url(address) else "")


def presser(user: str, users: Mapping[str, SlackUser]) -> Bearer:
    """Unsigned where bluegreen.yml does not name that person."""
    found = next((name for name, known in users.items() if known.id == user), None)
    if found is None:
        raise Unsigned(f"`slack_users` of bluegreen.yml does not name {user}")
    return Bearer(found, frozenset(users[found].rights))


def is_answer_url(address: str) -> bool:
    """Slack's own host and no other, whatever a payload names: the answer is posted there."""
    try:
        at = urlsplit(address)
        port = at.port
    except ValueError:
        return False
    plain = address.isascii() and not any(character.isspace() or character == "\\" for character in address)
    return plain and at.scheme == "https" and at.netloc in (_ANSWERS, f"{_ANSWERS}:443") and port in (None, 443)


def _acts(action: object) -> bool:
    return isinstance(action, dict) and str(action.get("action_id", "")).startswith(ACTION_ID)


def _carried(value: object) -> SlackButton:
    try:
        found = json.loads(value) if isinstance(value, str) and len(value) <= _LONGEST else None
        texts = {name: found[name] for name in CARRIED} if isinstance(found, dict) else {}
        seq = found["seq"] if texts and found else None
    except (ValueError, KeyError, RecursionError):
        raise BadRequest("the button's value cannot be read") from None
    if not all(isinstance(text, str) for text in texts.values()) or type(seq) is not int or not 0 < seq < 10**12:
        raise BadRequest("the button's value cannot be read")
    return SlackButton(**texts, seq=seq)
