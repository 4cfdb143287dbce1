"""Twin probes: the same small GET to both environments, so that a fault of one can be told from a fault of all."""

import math
import ssl
import threading
import time
from collections.abc import Callable

import h11
import httpx

from bluegreen.core.environment import Environment
from bluegreen_router.connections import Connections, Limits
from bluegreen_router.counts import Answer
from bluegreen_router.settings import Settings

TIME_LIMIT = 2.0  # seconds
_UNUSED_SECONDS = 4.0  # as Envoy has it: common servers close a kept connection after 5
_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": "bluegreen-router",
    "X-Bluegreen-Probe": "1",
}


class Probes:
    """`tell` gets every answer. As many threads for an environment as a silent one needs to keep the rate."""

    def __init__(self, settings: Settings, tell: Callable[[Answer], None], rate: float | None = None) -> None:
        """`rate` a second to each environment, unless it is that of the settings."""
        secure = ssl.create_default_context()
        limits = Limits(TIME_LIMIT, TIME_LIMIT, TIME_LIMIT, _UNUSED_SECONDS)
        self._connections = {
            environment: Connections(
                origin.host,
                origin.port,
                origin.authority,
                secure if origin.scheme == "https" else None,
                limits,
            )
            for environment, origin in settings.origins.items()
        }
        # As httpx writes it: without what follows a #, and with the rest in the form in which HTTP takes it.
        self._target = httpx.URL(settings.origins[Environment.BLUE].url + settings.probe_path).raw_path.decode()
        self._rate = settings.probes_per_second if rate is None else rate
        self._tell = tell
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

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
        for one in self._connections.values():
            one.close()

    def _ask_on(self, environment: Environment, first: float, every: float) -> None:
        """Keeps to the beat: a slow answer does not push the later probes back."""
        due = time.monotonic() + first
        while not self._stop.wait(max(due - time.monotonic(), 0.0)):
            self._tell(self.ask(environment))
            due = max(due + every, time.monotonic())

    def ask(self, environment: Environment) -> Answer:
        began = time.perf_counter()
        try:
            failed = self._connections[environment].ask("GET", self._target, _HEADERS).status >= 500
        except (OSError, h11.ProtocolError):
            failed = True
        seconds = time.perf_counter() - began
        return Answer(environment, failed or seconds > TIME_LIMIT, seconds * 1000)
