"""One request that is answered for a long time: passed on as it is, and ended cleanly when its time is up."""

import asyncio
import ssl
import time
from collections.abc import Callable
from contextlib import suppress

import h11

from bluegreen_router.frames import Frames, close_frame
from bluegreen_router.settings import Origin
from bluegreen_router.side import Side

_CONNECT = 5.0  # seconds
_PARTING = 1.0  # seconds for the rest of a frame, and for the answer to a close frame
_WHOLE_ONLY = {b"content-length", b"content-encoding"}
_BROKEN = (OSError, EOFError, h11.ProtocolError)


class Stream:
    """Between Envoy, which has connected, and the environment. `began` is when, by the loop's clock; `patience` how
    many seconds an answer is waited for. `answered` is told when one has begun that is no failure, or when a client has
    given up waiting for its WebSocket, which Envoy does not tell: how many milliseconds after the request's last byte,
    None if before, and whether there was an answer."""

    def __init__(
        self,
        origin: Origin,
        tls: ssl.SSLContext | None,
        envoy: Side,
        began: float,
        patience: float,
        answered: Callable[[float | None, bool], None],
    ) -> None:
        self.began = began
        self._origin, self._tls, self._envoy, self._tell = origin, tls, envoy, answered
        self._patience, self._late = patience, False
        self._asked: float | None = None  # when the request was whole
        self._ending = asyncio.Event()
        self._answering: asyncio.Task[bool] | None = None
        self._upgrades, self._let_go = False, False
        self._answered = False  # an answer has begun
        self._events = False  # and it is an event stream, which may end anywhere

    def end(self) -> None:
        """An event stream ends after what was passed on; either side of a WebSocket gets a close frame."""
        self._ending.set()

    def look(self) -> None:
        """Lets go if the client has left, which would not be noticed while an environment says nothing, or if there is
        no answer in time."""
        if self._answering is None or self._let_go:
            return
        waited, gone = None if self._answered else self._waited(), self._envoy.gone
        self._late = not gone and waited is not None and waited >= self._patience * 1000
        self._let_go = gone or self._late
        if gone and waited is not None and self._upgrades:
            self._tell(waited, False)
        if self._let_go:
            self._answering.cancel()

    async def pass_on(self) -> None:
        """Comes back when it is over. What breaks in the middle shows on both sides as the end of their connection."""
        try:
            request = await self._envoy.next_event()
        except _BROKEN:
            await refuse(self._envoy, 400, "Bad Request")  # it has reached nobody
            return
        if isinstance(request, h11.Request):
            self._upgrades = any(name == b"upgrade" for name, _ in request.headers)
            await self._ask_environment(request)

    async def _ask_environment(self, request: h11.Request) -> None:
        try:
            environment = await self._connect()
            try:
                await self._exchange(request, environment)
            finally:
                environment.close()
        except _BROKEN:
            if not self._answered:
                await refuse(self._envoy, 502, "Bad Gateway")

    async def _connect(self) -> Side:
        name = self._origin.host if self._tls else None
        opening = asyncio.open_connection(self._origin.host, self._origin.port, ssl=self._tls, server_hostname=name)
        return Side(h11.CLIENT, *await asyncio.wait_for(opening, _CONNECT))

    async def _exchange(self, request: h11.Request, environment: Side) -> None:
        await environment.send(request)
        self._answering = answer = asyncio.create_task(self._answer(environment))
        beside = (asyncio.create_task(self._ask(environment, answer)), asyncio.create_task(self._cut(answer)))
        try:
            upgraded = await answer
        except asyncio.CancelledError:
            upgraded = False
            if self._late:
                await refuse(self._envoy, 504, "Gateway Timeout")
            if self._events and self._ending.is_set():
                await self._envoy.send(h11.EndOfMessage())
        finally:
            for task in beside:
                task.cancel()
        if upgraded:
            await self._relay(environment)

    async def _answer(self, environment: Side) -> bool:
        """Passes the answer on; whether the connection is a WebSocket from here on."""
        while not (self._events and self._ending.is_set()):
            event = await environment.next_event()
            if event is None or isinstance(event, h11.ConnectionClosed):
                raise ConnectionError("closed without an answer")
            if isinstance(event, h11.InformationalResponse) and event.status_code == 101:
                self._begins(event)
                await self._envoy.send(event)
                return True
            if isinstance(event, h11.Response):
                self._begins(event)
                event = _as_http_1_1(event)
            await self._envoy.send(event)
            if isinstance(event, h11.EndOfMessage):
                return False
            if isinstance(event, h11.Response):
                self._events = _is_events(event)
        await self._envoy.send(h11.EndOfMessage())
        return False

    def _begins(self, answer: h11.Response | h11.InformationalResponse) -> None:
        self._answered = True
        if answer.status_code < 500:
            self._tell(self._waited(), True)

    def _waited(self) -> float | None:
        return None if self._asked is None else (time.monotonic() - self._asked) * 1000

    async def _ask(self, environment: Side, answer: "asyncio.Task[bool]") -> None:
        """Passes the request's body on, and notices when the client has gone."""
        with suppress(*_BROKEN):
            while event := await self._envoy.next_event():
                if isinstance(event, h11.ConnectionClosed):
                    break
                await environment.send(event)
                if isinstance(event, h11.EndOfMessage):
                    self._asked = time.monotonic()
            else:
                return
        answer.cancel()

    async def _cut(self, answer: "asyncio.Task[bool]") -> None:
        await self._ending.wait()
        if self._events:
            answer.cancel()

    async def _relay(self, environment: Side) -> None:
        ways = _Way(self._envoy, environment, masked=True), _Way(environment, self._envoy, masked=False)
        passing = [asyncio.create_task(way.pass_on(self._ending)) for way in ways]
        ending = asyncio.create_task(self._ending.wait())
        try:
            await asyncio.wait((*passing, ending), return_when=asyncio.FIRST_COMPLETED)
            if self._ending.is_set():
                await asyncio.gather(*(way.part(task) for way, task in zip(ways, passing, strict=True)))
            elif not passing[1].done():  # the environment may have said more; a client is to hear no more
                await asyncio.wait(passing, timeout=_PARTING)
        finally:
            for task in (*passing, ending):
                task.cancel()
            await asyncio.gather(*passing, return_exceptions=True)


def _as_http_1_1(answer: h11.Response) -> h11.Response:
    """h11 reads what an environment says in 1.0 or in an odd version, and writes nothing but 1.1."""
    return h11.Response(status_code=answer.status_code, reason=answer.reason, headers=answer.headers.raw_items())


def _is_events(answer: h11.Response) -> bool:
    """Only an event stream may be ended as if it were whole: not what says its length, nor what is packed."""
    told = [(name, value.partition(b";")[0].strip().lower()) for name, value in answer.headers]
    kinds = {value for name, value in told if name == b"content-type"}
    return kinds == {b"text/event-stream"} and not _WHOLE_ONLY & {name for name, _ in told}


async def refuse(envoy: Side, status: int, reason: str) -> None:
    """429 is for want of open files, which the route needs too: a 5xx would be counted against the environment."""
    with suppress(*_BROKEN):
        more = [("Retry-After", "5")] if status == 429 else []
        headers = [("Content-Length", "0"), ("Cache-Control", "no-store"), ("Connection", "close"), *more]
        await envoy.send(h11.Response(status_code=status, reason=reason, headers=headers))
        await envoy.send(h11.EndOfMessage())


class _Way:
    """One direction of a WebSocket."""

    def __init__(self, source: Side, target: Side, masked: bool) -> None:
        self._source, self._target, self._masked = source, target, masked
        self._frames = Frames()

    async def pass_on(self, ending: asyncio.Event) -> None:
        """Until the source ends; once `ending` is set, until its frame does."""
        with suppress(*_BROKEN):
            while data := await self._source.read():
                stop = ending.is_set()
                followed = self._frames.follow(data, stop)
                await self._target.write(data[:followed])
                if stop and self._frames.between:
                    return

    async def part(self, passing: "asyncio.Task[None]") -> None:
        """Says good-bye to the target, and hears the source out."""
        if self._frames.between:
            passing.cancel()
        await asyncio.wait((passing,), timeout=_PARTING)
        with suppress(*_BROKEN, TimeoutError):
            if self._frames.between and not self._frames.closing:
                await self._target.write(close_frame(self._masked))
            async with asyncio.timeout(_PARTING):
                while not self._frames.closing and (data := await self._source.read()):
                    self._frames.follow(data)
