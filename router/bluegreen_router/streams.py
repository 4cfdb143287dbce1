"""Where WebSockets and server-sent events pass, so that they can be ended some time after a switch.

Envoy ends neither in form: it would tear a WebSocket between two bytes, and an event stream in the middle of a word.
So it sends both by way of the agent, which knows when an environment has stopped serving.
"""

import asyncio
import resource
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

import h11

from bluegreen.core.environment import Environment
from bluegreen_router.counts import Answer
from bluegreen_router.settings import Origin
from bluegreen_router.side import Side
from bluegreen_router.stream import Stream, refuse

_BACKLOG = 1024
_LOOK = 0.1  # seconds between looks for streams whose time is up
KEPT_BACK = 128  # files that the agent may have open besides; each stream has two


def _tls_for_http_1() -> ssl.SSLContext:
    """Some choose by the protocol that is named who answers, or refuse who names none."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class Streams:
    """Listens from the start, one loopback port an environment; `seconds` is what a stream gets after a switch,
    `patience` how many an answer may take to begin. `tell` gets each that begins well, for how it ends may be known
    hours later only, and each wait for a WebSocket that was given up."""

    def __init__(
        self, origins: Mapping[Environment, Origin], seconds: float, patience: float, tell: Callable[[Answer], None]
    ) -> None:
        self._origins, self._seconds, self._patience, self._tell_of = origins, seconds, patience, tell
        self._left: dict[Environment, float] = {}  # when it stopped serving, by the loop's clock
        self._open: dict[Stream, Environment] = {}
        self._over = False
        self._most = max((resource.getrlimit(resource.RLIMIT_NOFILE)[0] - KEPT_BACK) // 2, 1)
        self._sockets = {one: socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG) for one in Environment}
        self._tls = _tls_for_http_1() if origins[Environment.BLUE].scheme == "https" else None
        self._loop = asyncio.new_event_loop()
        self._closing, self._stirred = False, asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="streams", daemon=True)
        self._thread.start()

    @property
    def ports(self) -> dict[Environment, int]:
        """Where Envoy sends an environment's streams."""
        return {one: int(listening.getsockname()[1]) for one, listening in self._sockets.items()}

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    @property
    def open(self) -> int:
        """How many pass now."""
        return len(self._open)

    def serve(self, active: Environment) -> None:
        """The other's streams have `seconds` from now; going back in that time lets them live."""
        self._tell(self._serve, active)

    def end(self) -> None:
        """All end now, and what comes later at once: while Envoy still runs, a WebSocket can be parted from in form."""
        self._tell(self._end)

    def close(self) -> None:
        """What is still open is cut off: Envoy has ended before."""
        self._tell(self._close)
        self._thread.join(timeout=5)

    def _tell(self, what: Callable[..., None], *about: object) -> None:
        """To the loop, unless it has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what, *about)

    def _serve(self, active: Environment) -> None:
        self._left.pop(active, None)
        self._left.setdefault(active.other, self._loop.time())

    def _end(self) -> None:
        self._over = True

    def _close(self) -> None:
        self._closing = True
        self._stirred.set()

    def _run(self) -> None:
        self._loop.run_until_complete(self._work())
        self._loop.close()

    async def _work(self) -> None:
        servers = [await self._listen(environment, found) for environment, found in self._sockets.items()]
        while not self._closing:
            self._stirred.clear()
            self._look()
            with suppress(TimeoutError):  # nothing wakes it while there is no stream
                await asyncio.wait_for(self._stirred.wait(), _LOOK if self._open else None)
        for server in servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    async def _listen(self, environment: Environment, listening: socket.socket) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            envoy = Side(h11.SERVER, reader, writer)
            if len(self._open) >= self._most:
                with suppress(h11.ProtocolError, OSError):
                    await envoy.next_event()
                await refuse(envoy, 429, "Too Many Streams")
                envoy.close()
                return
            begun = self._loop.time()
            tell = partial(self._began, environment)
            stream = Stream(self._origins[environment], self._tls, envoy, begun, self._patience, tell)
            if not self._open:
                self._stirred.set()
            self._open[stream] = environment
            try:
                with suppress(asyncio.CancelledError):
                    await stream.pass_on()
            finally:
                del self._open[stream]
                envoy.close()

        return await asyncio.start_server(serve, sock=listening, backlog=_BACKLOG)

    def _began(self, environment: Environment, milliseconds: float | None, answered: bool) -> None:
        self._tell_of(Answer(environment, False, milliseconds, unanswered=not answered))

    def _look(self) -> None:
        now = self._loop.time()
        for stream, environment in tuple(self._open.items()):
            stream.look()
            if self._over or now >= self._ends_at(stream, environment):
                stream.end()

    def _ends_at(self, stream: Stream, environment: Environment) -> float:
        """A stream that set out before the switch may arrive after it."""
        left = self._left.get(environment)
        return float("inf") if left is None else max(left, stream.began) + self._seconds
