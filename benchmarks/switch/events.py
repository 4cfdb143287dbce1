"""Clients that listen to server-sent events. A stream may end as a whole answer ends, and in no other way."""

import http.client
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from benchmarks.switch.asking import BROKEN, LIMIT, TALK, Broken, Outcome

KIND = "events"
_CLIENTS = 3


def listeners(urls: list[str]) -> list[Callable[[threading.Event, list[Outcome]], None]]:
    """Each runs until the event is set; addresses take turns."""
    return [_listening(urls[number % len(urls)]) for number in range(_CLIENTS)]


def _listening(url: str) -> Callable[[threading.Event, list[Outcome]], None]:
    def run(stop: threading.Event, outcomes: list[Outcome]) -> None:
        while not stop.wait(0.02):
            outcomes.append(listen(url, TALK))

    return run


def listen(url: str, seconds: float) -> Outcome:
    """For so long, unless the other side ends it."""
    where, began = urlsplit(url), time.monotonic()
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=LIMIT)
    environment, fault, closed = "", "", False
    try:
        connection.request("GET", "/events", headers={"Accept": "text/event-stream"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise Broken(f"answered {answer.status}")
        environment, closed = _heard(answer, began + seconds)
    except (*BROKEN, Broken) as error:
        fault = f"{type(error).__name__}: {error}"
    finally:
        connection.close()
    return Outcome(KIND, began, time.monotonic(), environment, fault, closed)


def _heard(answer: http.client.HTTPResponse, until: float) -> tuple[str, bool]:
    """Who speaks, and whether the stream has ended, in form: one that breaks off is an error of HTTP."""
    label, said = answer.headers.get("X-Bluegreen-Environment"), ""
    while time.monotonic() < until:
        line = answer.readline().decode()
        if not line:
            return said or label or "", True
        name, _, text = line.rstrip("\n").partition(": ")
        if name == "data" and text != (label or said or text):
            raise Broken(f"{text} came labelled {label or said}")
        said = text if name == "data" else said
    return said, False
