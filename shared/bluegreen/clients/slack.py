"""Slack's incoming webhooks. Their address is a secret, so it is in no message and no error."""

from typing import Any

import httpx

from bluegreen.core.errors import Misconfigured, RateLimited, Refused, Unavailable


class Slack:
    def __init__(self, webhook_url: str, http: httpx.Client) -> None:
        self._url = webhook_url
        self._http = http

    def post(self, message: dict[str, Any]) -> None:
        try:
            answer = self._http.post(self._url, json=message, timeout=5.0)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"Slack did not answer: {type(error).__name__}") from None
        if answer.is_success:
            return
        what = f"Slack answered {answer.status_code} ({answer.text[:60]})"
        if answer.status_code == 429:
            raise RateLimited(what, delay=float(answer.headers.get("retry-after", "30")))
        if answer.status_code in (403, 404, 410):
            raise Misconfigured(f"{what}: is the webhook's address right?")
        raise Unavailable(what) if answer.status_code >= 500 else Refused(what)
