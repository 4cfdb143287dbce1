"""Slack's incoming webhooks (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks)."""

from typing import Any

import httpx

from bluegreen.clients.posting import post
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction


class Slack:
    def __init__(self, webhook_url: str, http: httpx.Client, redaction: Redaction = NOTHING_SECRET) -> None:
        self._url = webhook_url
        self._http = http
        self._redaction = redaction

    def post(self, message: dict[str, Any]) -> None:
        post(self._http, self._redaction, "Slack", self._url, message)
