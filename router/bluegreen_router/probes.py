"""Twin probes: the same small GET to both environments, so that a fault of one can be told from a fault of all.

They go through Envoy, by a way of their own: a probe that read answers otherwise than Envoy does, or spoke TLS or HTTP
otherwise, would be well where every user is answered 502, or fail where all are served.
"""

import math
import socket
import threading
import time
from collections.abc import Callable

import h11
import httpx

from bluegreen.core.environment import Environment
from bluegreen_router.connections import Connections, Limits
from bluegreen_router.counts import Answer
from bluegreen_router.engine.probing import WHOM
from bluegreen_router.settings import Settings

TIME_LIMIT = 2.0  # seconds
_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": "bluegreen-router",
    "X-Bluegreen-Probe": "1",
}


class Probes:
    """`tell` gets every answer; `path` is the socket by which Envoy takes probes. As many threads for an environment as
    a silent one needs to keep the rate."""

    def __init__(
        self, settings: Settings, path: str, tell: Callable[[Answer], None], rate: float | None = None
    ) -> None:
        """`rate` a second to each environment, unless it is that of the settings."""
        self._connections = _ToEnvoy(path)
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
        self._connections.close()

    def _ask_on(self, environment: Environment, first: float, every: float) -> None:
        """Keeps to the beat: a slow answer does not push the later probes back."""
        due = time.monotonic() + first
        while not self._stop.wait(max(due - time.monotonic(), 0.0)):
            answer = self.ask(environment)
            if answer is not None:
                self._tell(answer)
            due = max(due + every, time.monotonic())

    def ask(self, environment: Environment) -> Answer | None:
        """None where the environment was not asked: Envoy does not run yet, or has not been told where that one is."""
        began = time.perf_counter()
        try:
            found = self._connections.ask("GET", self._target, {**_HEADERS, WHOM: environment.value})
            failed = found.status >= 500
            if (WHOM.encode(), environment.value.encode()) not in found.headers:
                return None
        except _Away:
            return None
        except (OSError, h11.ProtocolError):
            failed = True
        seconds = time.perf_counter() - began
        return Answer(environment, failed or seconds > TIME_LIMIT, seconds * 1000)


class _Away(OSError):
    """Envoy takes no connection."""


class _ToEnvoy(Connections):
    def __init__(self, path: str) -> None:
        super().__init__("", 0, "probes", None, Limits(TIME_LIMIT, TIME_LIMIT, TIME_LIMIT))
        self._path = path

    def _connected(self) -> socket.socket:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            made.settimeout(self._limits.connect)
            made.connect(self._path)
        except OSError as error:
            made.close()
            raise _Away(str(error)) from error
        return made
