"""The store as a router may use it: no call holds a duty up for ever, and nothing is taken that cannot be a version.

The clients' own time limits are for silence. A store that sends a byte now and then keeps within them for hours, and
looking up a name has no limit at all.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from bluegreen.clients.store.objects import Objects
from bluegreen.core.errors import Corrupt, Unavailable

LIMIT = 25.0  # seconds: more than the client's limits for two tries together
MOST_BYTES = 1024 * 1024  # a version has less than 64 KB
_TICK = 1.0
_MOST_LATE = 3

T = TypeVar("T")


class Timely:
    """Objects, of which each call ends within `seconds`; `meanwhile` is called about every second of it."""

    def __init__(self, objects: Objects, seconds: float = LIMIT, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._objects, self._seconds, self._meanwhile = objects, seconds, meanwhile
        self._late: list[threading.Thread] = []

    def get(self, key: str) -> bytes | None:
        body = self._call(lambda: self._objects.get(key), f"reading {key}")
        if body is not None and len(body) > MOST_BYTES:
            raise Corrupt(f"{key} has {len(body)} bytes, and may have {MOST_BYTES}")
        return body

    def create(self, key: str, body: bytes) -> None:
        self._call(lambda: self._objects.create(key, body), f"creating {key}")

    def put(self, key: str, body: bytes) -> None:
        self._call(lambda: self._objects.put(key, body), f"writing {key}")

    def keys(self, prefix: str, after: str = "") -> list[str]:
        return self._call(lambda: self._objects.keys(prefix, after), f"listing {prefix}")

    def folders(self, prefix: str) -> list[str]:
        return self._call(lambda: self._objects.folders(prefix), f"listing {prefix}")

    def ages(self, prefix: str) -> dict[str, float]:
        return self._call(lambda: self._objects.ages(prefix), f"listing {prefix}")

    def versioning(self) -> str:
        return self._call(self._objects.versioning, "asking whether versions are kept")

    def _call(self, work: Callable[[], T], doing: str) -> T:
        """In a thread that is left behind when it is late: what it brings then is nobody's."""
        self._late = [thread for thread in self._late if thread.is_alive()]
        if len(self._late) >= _MOST_LATE:
            raise Unavailable(f"{doing}: {len(self._late)} calls before it have not come back")
        answer: Future[T] = Future()
        thread = threading.Thread(target=_work, args=(answer, work), name="store", daemon=True)
        thread.start()
        end = time.monotonic() + self._seconds
        while not answer.done():
            if time.monotonic() >= end:
                self._late.append(thread)
                raise Unavailable(f"{doing}: no end of it within {self._seconds:g} s")
            self._await(thread, end)
        return answer.result()

    def _await(self, thread: threading.Thread, end: float) -> None:
        thread.join(min(_TICK, max(end - time.monotonic(), 0.0)))
        self._meanwhile()


def _work(answer: "Future[T]", work: Callable[[], T]) -> None:
    try:
        answer.set_result(work())
    except BaseException as error:  # noqa: BLE001  # the caller's thread raises it
        answer.set_exception(error)
