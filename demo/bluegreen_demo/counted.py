"""Counts the requests to a service by the key that signed them, so that each party's share can be told."""

import re
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
_KEY = re.compile(r"Credential=([^/\s]+)/")
MOST_KEPT = 200_000


class Asked(NamedTuple):
    at: datetime
    key: str  # the access key, "" where the request bore none
    method: str
    path: str


class Counted:
    """A WSGI application that stands before another."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app
        self._lock = threading.Lock()
        self.asked: list[Asked] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found = _KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
        key = found[1] if found else ""
        with self._lock:
            self.asked.append(Asked(datetime.now(UTC), key, environ["REQUEST_METHOD"], environ["PATH_INFO"]))
            del self.asked[:-MOST_KEPT]
        return self._app(environ, start_response)

    def by(self, key: str, since: datetime, until: datetime) -> list[Asked]:
        with self._lock:
            return [one for one in self.asked if one.key == key and since <= one.at <= until]
