"""The addresses of the environments' names, looked up again and again; the last ones stay while there are none."""

import socket
import threading
from collections.abc import Callable, Mapping

from bluegreen.core.environment import Environment
from bluegreen_router.log import Log
from bluegreen_router.settings import Origin

_EVERY = 5.0  # seconds
_SOON = 1.0


class Addresses:
    """Looked up once when it is made."""

    def __init__(self, origins: Mapping[Environment, Origin], log: Log) -> None:
        self._origins, self._log = origins, log
        self._stop = threading.Event()
        self.found: dict[Environment, tuple[str, ...]] = {}
        self._look()

    def start(self, changed: Callable[[], object]) -> None:
        """`changed` is told in the thread that looks from now on."""
        threading.Thread(target=self._run, args=(changed,), name="addresses", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self, changed: Callable[[], object]) -> None:
        while not self._stop.wait(_EVERY if len(self.found) == len(self._origins) else _SOON):
            if self._look():
                changed()

    def _look(self) -> bool:
        before = self.found
        self.found = {one: found for one in self._origins if (found := self._of(one))}
        return self.found != before

    def _of(self, one: Environment) -> tuple[str, ...]:
        """In the order of the first answer: name servers turn it round, and connections would be lost by it."""
        origin, last = self._origins[one], self.found.get(one, ())
        try:
            answers = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except OSError as error:
            self._log.trouble(f"the address of {one.value}", f"{origin.host}: {error}")
            return last
        self._log.trouble(f"the address of {one.value}", "")
        found = tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))
        return last if set(found) == set(last) else found
