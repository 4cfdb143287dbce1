"""As many GETs as a proxy takes, on so many kept connections.

`python -m benchmarks.switch.hammer PORT CONNECTIONS SECONDS` says "begun" when each connection has had an answer: what
comes before that is the making of connections, on both sides of the proxy. From there on it counts, and in the end it
prints how many were answered, how many not by a whole 200, and in how many seconds. It is a process of its own: what is
measured beside it is the proxy's processor time.
"""

import asyncio
import re
import sys
import time

_ASK = b"GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: hammer\r\nAccept: */*\r\n\r\n"
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_LOOK, _PATIENCE = 0.01, 60.0  # seconds


class _Asking(asyncio.Protocol):
    """One connection: the next request when the answer to the last is whole."""

    def __init__(self, tally: "Tally") -> None:
        self._tally, self._heard, self._fresh = tally, b"", True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(_ASK)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head = self._heard.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(self._heard, 0, head)
        if len(self._heard) < head + 4 + int(length[1] if length else 0):
            return
        self._tally.answered += 1
        self._tally.begun, self._fresh = self._tally.begun + self._fresh, False
        self._tally.bad += not self._heard.startswith(b"HTTP/1.1 200")
        self._heard = b""
        if self._tally.going:
            self._transport.write(_ASK)

    def connection_lost(self, exc: Exception | None) -> None:
        self._tally.bad += self._tally.going


class Tally:
    def __init__(self) -> None:
        self.answered = self.bad = self.begun = 0
        self.going = True


async def hammer(port: int, connections: int, seconds: float) -> tuple[int, int, float]:
    loop, tally = asyncio.get_running_loop(), Tally()
    for _ in range(connections):
        await loop.create_connection(lambda: _Asking(tally), "127.0.0.1", port)
    for _ in range(round(_PATIENCE / _LOOK)):
        if tally.begun >= connections or tally.bad:
            break
        await asyncio.sleep(_LOOK)
    print("begun", flush=True)
    before, began = tally.answered, time.monotonic()
    await asyncio.sleep(seconds)
    found = tally.answered - before, tally.bad, time.monotonic() - began
    tally.going = False
    return found


def main() -> None:
    print(*asyncio.run(hammer(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))), flush=True)


if __name__ == "__main__":
    main()
