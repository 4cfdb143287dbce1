"""As many GETs as a proxy takes, on so many kept connections.

`python -m benchmarks.switch.hammer PORT CONNECTIONS SECONDS` prints how many were answered, how many not by a whole
200, and in how many seconds. It is a process of its own: what is measured beside it is the proxy's processor time.
"""

import asyncio
import re
import sys
import time

_ASK = b"GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: hammer\r\nAccept: */*\r\n\r\n"
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class _Asking(asyncio.Protocol):
    """One connection: the next request when the answer to the last is whole."""

    def __init__(self, tally: "Tally") -> None:
        self._tally, self._heard = tally, b""

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
        self._tally.bad += not self._heard.startswith(b"HTTP/1.1 200")
        self._heard = b""
        if time.monotonic() < self._tally.end:
            self._transport.write(_ASK)
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._tally.bad += time.monotonic() < self._tally.end
        self._tally.open -= 1


class Tally:
    def __init__(self, connections: int, end: float) -> None:
        self.answered = self.bad = 0
        self.open, self.end = connections, end


async def hammer(port: int, connections: int, seconds: float) -> tuple[int, int, float]:
    loop = asyncio.get_running_loop()
    began = time.monotonic()
    tally = Tally(connections, began + seconds)
    for _ in range(connections):
        await loop.create_connection(lambda: _Asking(tally), "127.0.0.1", port)
    while tally.open > 0 and time.monotonic() < tally.end + 10:
        await asyncio.sleep(0.02)
    return tally.answered, tally.bad, time.monotonic() - began


if __name__ == "__main__":
    print(*asyncio.run(hammer(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))))
