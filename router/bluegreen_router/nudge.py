"""Wakes the watch when the release under watch fails. A nudge carries no truth, and may be lost."""

import threading
import time

import httpx

from bluegreen_router.log import Log
from bluegreen_router.settings import Settings

EVERY = 5.0  # seconds
_TIME_LIMIT = 3.0


class Nudge:
    """Does nothing without BLUEGREEN_NUDGE_URL."""

    def __init__(self, settings: Settings, log: Log) -> None:
        self._url = settings.nudge_url
        self._secret = settings.nudge_secret.get_secret_value() if settings.nudge_secret else ""
        self._service = settings.service
        self._log = log
        self._sent = -EVERY

    def send(self) -> None:
        """Returns at once; at most one every few seconds leaves."""
        now = time.monotonic()
        if self._url is None or now < self._sent + EVERY:
            return
        self._sent = now
        threading.Thread(target=self._post, args=(self._url,), name="nudge", daemon=True).start()

    def _post(self, url: str) -> None:
        headers = {"X-Require-Whisk-Auth": self._secret}
        try:
            answer = httpx.post(
                url, json={"service": self._service}, headers=headers, timeout=_TIME_LIMIT, trust_env=False
            )
            self._log.trouble("nudge", "" if answer.is_success else f"the nudge was answered {answer.status_code}")
        except httpx.HTTPError as error:
            self._log.trouble("nudge", f"the nudge did not arrive: {type(error).__name__}")
