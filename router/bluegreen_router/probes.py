"""Twin probes: the same small GET to both environments, so that a fault of one can be told from a fault of all."""

import math
import ssl
import threading
import time
from collections.abc import Callable

import httpx

from bluegreen.core.environment import Environment
from bluegreen_router.counts import Answer
from bluegreen_router.settings import Settings

TIME_LIMIT = 2.0  # seconds


class Probes:
    """`tell` gets every answer. As many threads for an environment as a silent one needs to keep the rate."""

    def __init__(self, settings: Settings, tell: Callable[[Answer], None], rate: float | None = None) -> None:
        """`rate` a second to each environment, unless it is that of the settings."""
        self._urls = {environment: origin.url for environment, origin in settings.origins.items()}
        self._path = settings.probe_path
        self._rate = settings.probes_per_second if rate is None else rate
        self._tell = tell
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._client = httpx.Client(
            timeout=TIME_LIMIT,
            headers={"X-Bluegreen-Probe": "1", "User-Agent": "bluegreen-router"},
            limits=httpx.Limits(keepalive_expiry=30),
            trust_env=False,
            verify=ssl.create_default_context(),
        )

    def start(self) -> None:
        threads = math.ceil(self._rate * TIME_LIMIT)
        for environment in Environment:
            for number in range(threads):
                place = (environment, number / self._rate, threads / self._rate)
                self._threads.append(threading.Thread(target=self._ask_on, args=place, name="probe", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(TIME_LIMIT + 1)
        self._client.close()

    def _ask_on(self, environment: Environment, first: float, every: float) -> None:
        """Keeps to the beat: a slow answer does not push the later probes back."""
        due = time.monotonic() + first
        while not self._stop.wait(max(due - time.monotonic(), 0.0)):
            self._tell(self.ask(environment))
            due = max(due + every, time.monotonic())

    def ask(self, environment: Environment) -> Answer:
        began = time.perf_counter()
        try:
            failed = self._client.get(self._urls[environment] + self._path).status_code >= 500
        except httpx.HTTPError:
            failed = True
        seconds = time.perf_counter() - began
        return Answer(environment, failed or seconds > TIME_LIMIT, seconds * 1000)
