"""The app behind the switch: quick and slow answers, uploads, an event stream, a WebSocket. Each names its environment.

`python -m benchmarks.switch.app NAME PORT`
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol

_IDLE = 600  # seconds that an unused connection is kept: longer than any proxy keeps it


def create_app(name: str) -> Starlette:
    """`/`, `/slow?seconds=`, `/upload`, `/events`, `/silent`, `/ws`."""

    async def quick(request: Request) -> Response:
        return PlainTextResponse(name)

    async def slow(request: Request) -> Response:
        await asyncio.sleep(float(request.query_params.get("seconds", "0.5")))
        return PlainTextResponse(name)

    async def upload(request: Request) -> Response:
        """The name, and how many bytes came."""
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
        return PlainTextResponse(f"{name} {size}")

    async def events(request: Request) -> Response:
        return StreamingResponse(_events(name), media_type="text/event-stream")

    async def silent(request: Request) -> Response:
        return StreamingResponse(_silent(), media_type="text/event-stream")

    async def echo(socket: WebSocket) -> None:
        await _echo(socket, name)

    return Starlette(
        routes=[
            Route("/", quick),
            Route("/api/health", quick),
            Route("/slow", slow),
            Route("/upload", upload, methods=["POST"]),
            Route("/events", events),
            Route("/silent", silent),
            WebSocketRoute("/ws", echo),
        ]
    )


async def _events(name: str) -> AsyncIterator[str]:
    number = 0
    while True:
        yield f"id: {number}\ndata: {name}\n\n"
        number += 1
        await asyncio.sleep(0.05)


async def _echo(socket: WebSocket, name: str) -> None:
    """Says its name first, then whatever it hears."""
    await socket.accept()
    await socket.send_text(name)
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(await socket.receive_text())


async def _silent() -> AsyncIterator[str]:
    await asyncio.sleep(_IDLE)
    yield ""


class _Quick(H11Protocol):
    """Answers what is asked most without a look at the rest: the proxies are measured, not the app."""

    answer = b""

    def data_received(self, data: bytes) -> None:
        whole = data.startswith(b"GET / ") and data.find(b"\r\n\r\n") == len(data) - 4
        if whole and self.conn.our_state is h11.IDLE and b"close" not in data and not self.conn.trailing_data[0]:
            self.transport.write(self.answer)
        else:
            super().data_received(data)


def main() -> None:
    name, port = sys.argv[1], int(sys.argv[2])
    plain = f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(name)}\r\n\r\n{name}"
    _Quick.answer = f"HTTP/1.1 200 OK\r\n{plain}".encode()
    uvicorn.run(
        create_app(name),
        http=_Quick,
        host="127.0.0.1",
        port=port,
        access_log=False,
        log_level="error",
        lifespan="off",
        ws="wsproto",
        backlog=1024,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
