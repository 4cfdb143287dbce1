"""The clients: each asks without pause in its own way, never retries, and writes down what came of it."""

import http.client
import socket
import threading
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import h2.exceptions
import httpx
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, CloseConnection, Event, Message, Request, TextMessage

LIMIT = 15.0  # seconds that an answer may take
UPLOAD = bytes(256 * 1024)
SLOW = (0.5, 5.0)  # seconds
_OVER = 1000  # the code of a WebSocket's ordinary end
TALK = 2.0  # seconds that a WebSocket is kept
_SAY = 0.2  # seconds between two words on it
_GOODBYE = "ConnectionTerminated error_code:0"
BROKEN = (OSError, http.client.HTTPException, httpx.HTTPError, h2.exceptions.H2Error, ValueError)


class Outcome(NamedTuple):
    """`began` and `ended` are monotonic seconds, the same in all processes of the machine; `fault` "" is well."""

    kind: str
    began: float
    ended: float
    environment: str
    fault: str
    closed: bool = False  # a WebSocket that the other side closed, with a word


class Broken(Exception):
    """An answer that is not what was asked for."""


class Once:
    """HTTP/1.1 on one connection for as long as it is kept open."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._http = http.client.HTTPConnection(where.hostname or "", where.port, timeout=LIMIT)

    def ask(self, method: str, path: str, body: bytes | None = None, close: bool = False) -> str:
        """The answer's body. After a fault the next request opens a new connection."""
        try:
            self._http.request(method, path, body, {"Connection": "close"} if close else {})
            answer = self._http.getresponse()
            text = answer.read().decode()
        except BROKEN:
            self._http.close()
            raise
        return whole(answer.status, text, answer.headers.get("X-Bluegreen-Environment"))

    def close(self) -> None:
        self._http.close()


class Two:
    """HTTP/2 in clear text, as an ingress speaks it to a service."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = self._anew()

    def ask(self, path: str) -> str:
        try:
            answer = self._http.get(self._url + path)
        except (h2.exceptions.ProtocolError, httpx.RemoteProtocolError) as error:
            # Where the other side says good-bye (GOAWAY, no error) the protocol bids a client ask again elsewhere, and
            # the library does not.
            if not isinstance(error, h2.exceptions.ProtocolError) and _GOODBYE not in str(error):
                raise
            self._http.close()
            self._http = self._anew()
            answer = self._http.get(self._url + path)
        return whole(answer.status_code, answer.text, answer.headers.get("X-Bluegreen-Environment"))

    def close(self) -> None:
        self._http.close()

    @staticmethod
    def _anew() -> httpx.Client:
        return httpx.Client(http1=False, http2=True, trust_env=False, timeout=LIMIT)


class Talk:
    """A WebSocket."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._socket = socket.create_connection((where.hostname or "", where.port or 80), timeout=LIMIT)
        self._wire = WSConnection(ConnectionType.CLIENT)
        self._socket.sendall(self._wire.send(Request(host=where.netloc, target="/ws")))
        opened, first = self._hear(), self._hear()
        self.environment = str(getattr(first, "data", "") or _label(opened))
        self._parted = isinstance(first, CloseConnection)

    def last(self, until: float) -> bool:
        """Whether the other side closed it, with a word, before the time was over."""
        if self._parted:
            return True
        while time.monotonic() < until:
            event = self._exchange(Message("word"))
            if isinstance(event, CloseConnection):
                return True
            if not isinstance(event, TextMessage) or event.data != "word":
                raise Broken(f"the WebSocket said {event}")
            time.sleep(_SAY)
        event = self._exchange(CloseConnection(code=_OVER))
        while not isinstance(event, CloseConnection):
            event = self._hear()
        return event.code != _OVER

    def _exchange(self, word: Message[str] | CloseConnection) -> Event:
        """What is heard after a word; a good-bye that came before it is answered, and the word is not said."""
        if self._wire.state is ConnectionState.OPEN:
            self._socket.sendall(self._wire.send(word))
        event = self._hear()
        if isinstance(event, CloseConnection) and self._wire.state is ConnectionState.REMOTE_CLOSING:
            self._socket.sendall(self._wire.send(event.response()))
        return event

    def close(self) -> None:
        self._socket.close()

    def _hear(self) -> Event:
        while True:
            for event in self._wire.events():
                return event
            data = self._socket.recv(65536)
            if not data:
                raise Broken("the WebSocket broke off without a word")
            self._wire.receive_data(data)


def clients(once: list[str], two: list[str]) -> list[Callable[[threading.Event, list[Outcome]], None]]:
    """Each runs until the event is set; addresses take turns."""

    def at(urls: list[str], number: int) -> str:
        return urls[number % len(urls)]

    quick = [_keeping(at(once, n)) for n in range(4)]
    anew = [_anew(at(once, n)) for n in range(2)]
    streams = [_multiplexed(at(two, n)) for n in range(2)]
    slow = [_slow(at(once, n), SLOW[n // 3]) for n in range(4)]
    uploads = [_uploading(at(once, n)) for n in range(2)]
    talks = [_talking(at(once, n)) for n in range(4)]
    return [*quick, *anew, *streams, *slow, *uploads, *talks]


Client = Callable[[threading.Event, list[Outcome]], None]


def _keeping(url: str) -> Client:
    once = Once(url)
    return _every(0.08, "http/1.1", lambda: once.ask("GET", "/"))


def _anew(url: str) -> Client:
    once = Once(url)
    return _every(0.1, "no keep-alive", lambda: once.ask("GET", "/", close=True))


def _multiplexed(url: str) -> Client:
    two = Two(url)
    return _every(0.07, "http/2", lambda: two.ask("/"))


def _slow(url: str, seconds: float) -> Client:
    once = Once(url)
    return _every(0.01, "slow", lambda: once.ask("GET", f"/slow?seconds={seconds}"))


def _uploading(url: str) -> Client:
    once = Once(url)

    def upload() -> str:
        name, size = once.ask("POST", "/upload", UPLOAD).split()
        if int(size) != len(UPLOAD):
            raise Broken(f"{size} of {len(UPLOAD)} bytes arrived")
        return name

    return _every(0.4, "upload", upload)


def _every(gap: float, kind: str, ask: Callable[[], str]) -> Client:
    def run(stop: threading.Event, outcomes: list[Outcome]) -> None:
        due = time.monotonic()
        while not stop.wait(max(due - time.monotonic(), 0.0)):
            began = time.monotonic()
            try:
                environment, fault = ask(), ""
            except (*BROKEN, Broken) as error:
                environment, fault = "", f"{type(error).__name__}: {error}"
            outcomes.append(Outcome(kind, began, time.monotonic(), environment, fault))
            due = max(due + gap, time.monotonic())

    return run


def _talking(url: str) -> Client:
    def run(stop: threading.Event, outcomes: list[Outcome]) -> None:
        while not stop.wait(0.02):
            outcomes.append(_talk(url))

    return run


def _talk(url: str) -> Outcome:
    began, environment, fault, closed = time.monotonic(), "", "", False
    talk: Talk | None = None
    try:
        talk = Talk(url)
        environment = talk.environment
        closed = talk.last(began + TALK)
    except (*BROKEN, Broken) as error:
        fault = f"{type(error).__name__}: {error}"
    finally:
        if talk is not None:
            talk.close()
    return Outcome("websocket", began, time.monotonic(), environment, fault, closed)


def _label(opened: Event) -> str:
    """What the answer that opened a WebSocket says of where it came from."""
    told = dict(opened.extra_headers) if isinstance(opened, AcceptConnection) else {}
    return bytes(told.get(b"x-bluegreen-environment", b"")).decode()


def whole(status: int, text: str, label: str | None) -> str:
    if status != 200:
        raise Broken(f"answered {status}")
    if label is not None and label != text.split()[0]:
        raise Broken(f"{text} came labelled {label}")
    return text
