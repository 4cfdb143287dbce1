"""Slack: incoming webhooks, and the Web API with a bot's token (docs.slack.dev/reference/methods/chat.postMessage)."""

import json
from typing import Any, NamedTuple

import httpx

from bluegreen.clients.posting import post
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction
from bluegreen.core.errors import Misconfigured, RateLimited, Refused, Unavailable

_WRONG = ("auth", "token", "scope", "channel", "account", "archived", "permission", "not_allowed")
_REFUSED = ("invalid_blocks", "msg_too_long", "no_text", "invalid_arguments", "too_many_attachments")
GONE = ("message_not_found", "cant_update_message", "edit_window_closed")


class Posted(NamedTuple):
    """Where a message is."""

    channel: str
    ts: str


class Slack:
    """`bot_token` is "" where only the webhook is known."""

    def __init__(
        self,
        webhook_url: str,
        http: httpx.Client,
        redaction: Redaction = NOTHING_SECRET,
        bot_token: str = "",
        api: str = "https://slack.com/api",
    ) -> None:
        self._url = webhook_url
        self._http = http
        self._redaction = redaction
        self._token, self._api = bot_token, api

    @property
    def is_bot(self) -> bool:
        return bool(self._token)

    def post(self, message: dict[str, Any]) -> None:
        post(self._http, self._redaction, "Slack", self._url, message)

    def post_message(self, message: dict[str, Any]) -> Posted:
        answer = self._called("chat.postMessage", message)
        return Posted(str(answer.get("channel", "")), str(answer.get("ts", "")))

    def update(self, at: Posted, message: dict[str, Any]) -> bool:
        """False where that message cannot be changed any more."""
        answer = self._called("chat.update", {**message, "channel": at.channel, "ts": at.ts}, GONE)
        return answer.get("ok") is True

    def answer(self, address: str, text: str) -> None:
        """To the one who has pressed a button, and to nobody else. `address` is what Slack has named for it."""
        told = {"response_type": "ephemeral", "replace_original": False, "text": text}
        post(self._http, self._redaction, "Slack", address, told)

    def _called(self, method: str, body: dict[str, Any], passes: tuple[str, ...] = ()) -> dict[str, Any]:
        """Slack answers 200 and says in the body whether it was done."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json; charset=utf-8"}
        answer = _object(post(self._http, self._redaction, "Slack", f"{self._api}/{method}", body, headers))
        error = str(answer.get("error", "no reason"))[:60]
        if answer.get("ok") is True or error in passes:
            return answer
        says = f"Slack answered {method} with {error}"
        if error == "ratelimited":
            raise RateLimited(says, 60.0)
        if error in _REFUSED:
            raise Refused(says)
        if any(word in error for word in _WRONG):
            raise Misconfigured(f"{says}: is the token right, and the bot in the channel?")
        raise Unavailable(says)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unavailable("Slack answered with something that is not JSON") from None
    if not isinstance(found, dict):
        raise Unavailable("Slack answered with something that is not an object")
    return found
