"""Wakes the watch when the release under watch fails, and as often as the journal wants it. It carries no truth.

A nudge may be lost: nobody relies on one that has not come (watch/beats.py).
"""

import threading
import time

import httpx

from bluegreen_router.log import Log
from bluegreen_router.settings import Settings

EVERY = 5.0  # seconds
_TIME_LIMIT = 3.0
_WOKEN = 202  # what hooks/deployment answers; 200: it came, but nobody was woken


class Nudge:
    """Does nothing without BLUEGREEN_NUDGE_URL."""

    def __init__(self, settings: Settings, log: Log) -> None:
        self._url = settings.nudge_url
        self._secret = settings.nudge_secret.get_secret_value() if settings.nudge_secret else ""
        self._service = settings.service
        self._instance = settings.instance
        self._log = log
        self._sent = -EVERY
        self.works = settings.nudge_url is not None  # as far as the last one has shown

    def send(self) -> None:
        """Returns at once; at most one every few seconds leaves."""
        now = time.monotonic()
        if self._url is None or now < self._sent + EVERY:
            return
        self._sent = now
        threading.Thread(target=self._post, args=(self._url,), name="nudge", daemon=True).start()

    def beat(self) -> None:
        """As often as it is called."""
        if self._url is not None:
            self._sent = time.monotonic()
            threading.Thread(target=self._post, args=(self._url,), name="beat", daemon=True).start()

    def _post(self, url: str) -> None:
        headers = {"X-Require-Whisk-Auth": self._secret}
        told = {"service": self._service, "instance": self._instance}
        try:
            answer = httpx.post(url, json=told, headers=headers, timeout=_TIME_LIMIT, trust_env=False)
            self.works = answer.status_code == _WOKEN
            self._log.trouble("nudge", "" if answer.is_success else f"the nudge was answered {answer.status_code}")
        except httpx.HTTPError as error:
            self.works = False
            self._log.trouble("nudge", f"the nudge did not arrive: {type(error).__name__}")
