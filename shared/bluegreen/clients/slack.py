"""Slack's incoming webhooks. Their address is a secret, so it is in no message and no error."""

from typing import Any

import httpx

from bluegreen.clients.http import asking, decoded, no_answer
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction
from bluegreen.clients.statuses import error_for, retry_after
from bluegreen.core.errors import Misconfigured

_NO_WEBHOOK = (403, 404, 410)
_QUOTED = 60  # characters of Slack's answer


class Slack:
    def __init__(self, webhook_url: str, http: httpx.Client, redaction: Redaction = NOTHING_SECRET) -> None:
        self._url = webhook_url
        self._http = http
        self._redaction = redaction

    def post(self, message: dict[str, Any]) -> None:
        try:
            with asking():
                answer = self._http.post(self._url, json=message, timeout=5.0)
        except httpx.HTTPError as error:
            raise no_answer("Slack did not answer", error) from None
        if answer.is_success:
            return
        status = answer.status_code
        quoted = self._redaction.text(decoded(answer, answer.content))[:_QUOTED]
        says = f"Slack answered {status} ({quoted})"
        if status in _NO_WEBHOOK:
            raise Misconfigured(f"{says}: is the webhook's address right?")
        wait = retry_after(answer.headers, 30.0) if status == 429 else 5.0
        raise error_for(status, says, wait)
