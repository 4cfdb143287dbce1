"""Envoy's own door, a Unix socket: what it has counted, and how it is asked to stop."""

import os
import re
import socket
import tempfile
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

_LONGEST = 100  # bytes of a socket's path (man 7 unix)
_ADMIN, _PROBES = "admin", "probes"
_TIME_LIMIT = 2.0  # seconds
_SAMPLE = re.compile(r"^(\w+)\{([^}]*)\} (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')
PLACE = "place"  # the label of what we count: environment and route, "-" where there is none


class Sample(NamedTuple):
    name: str
    labels: dict[str, str]
    value: float


class Admin:
    """`OSError` where Envoy does not answer, or not well. `probes` is the socket by which it takes probes."""

    def __init__(self, folder: Path) -> None:
        long = len(os.fsencode(folder / _PROBES)) > _LONGEST
        self._short = tempfile.TemporaryDirectory(prefix="bg-") if long else None
        place = Path(self._short.name if self._short else folder)
        self.path, self.probes = str(place / _ADMIN), str(place / _PROBES)

    def samples(self, pattern: str) -> list[Sample]:
        """What was counted from the start, by the names that a pattern finds."""
        text = self._ask("GET", f"/stats/prometheus?filter={quote(pattern)}")
        return [
            Sample(name.removeprefix("envoy_"), _apart(dict(_LABEL.findall(labels))), float(value))
            for name, labels, value in _SAMPLE.findall(text)
        ]

    def gauge(self, name: str) -> int:
        text = self._ask("GET", f"/stats?filter={quote(f'^{name}$')}")
        if not text.startswith(f"{name}: "):
            raise OSError(f"envoy keeps no number of the name {name}")
        return int(text.rpartition(": ")[2])

    def order(self, what: str) -> None:
        self._ask("POST", what)

    def close(self) -> None:
        if self._short:
            self._short.cleanup()

    def _ask(self, method: str, target: str) -> str:
        connection = _Connection("envoy", timeout=_TIME_LIMIT)
        connection.path = self.path
        try:
            connection.request(method, target)
            answer = connection.getresponse()
            text = answer.read().decode()
        except HTTPException as error:
            raise OSError(f"envoy: {error!r}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise OSError(f"envoy: {answer.status} {text[:100]}")
        return text


def _apart(labels: dict[str, str]) -> dict[str, str]:
    """With environment and route by themselves."""
    place = labels.pop(PLACE, None)
    if place is None:
        return labels
    environment, _, route = place.partition("/")
    return {**labels, "environment": environment.strip("-"), "route": route.strip("-")}


class _Connection(HTTPConnection):
    path: str

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)
