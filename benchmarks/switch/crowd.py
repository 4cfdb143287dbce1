"""Many short requests at one target, most on kept connections, an eighth each on a new one; every answer is judged.

`python -m benchmarks.switch.crowd URLS FILE` asks until its standard input ends, then prints what came of it. `FILE` is
an open file's number: in it stands how many have been answered so far.
"""

import asyncio
import gc
import json
import os
import re
import sys
import time
from urllib.parse import urlsplit

from benchmarks.switch.asking import LIMIT, Broken, Outcome, whole

PER_SECOND = 1500  # at most, of one target
_CLIENTS = 16
_TOLD_EVERY = 50  # requests
_ASK = "GET / HTTP/1.1\r\nHost: {}\r\nConnection: {}\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_LABEL = re.compile(rb"\r\nx-bluegreen-environment: (\S+)\r\n", re.IGNORECASE)


class Connection(asyncio.Protocol):
    """Asks one at a time; `answer` is done when the answer is whole, or will never be."""

    def __init__(self) -> None:
        self._heard, self.open = b"", True
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        self._heard, self.answer = b"", asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head = self._heard.find(b"\r\n\r\n")
        length = _LENGTH.search(self._heard, 0, head + 2) if head > 0 else None
        if length and len(self._heard) == head + 4 + int(length[1]) and not self.answer.done():
            self.answer.set_result(self._heard)

    async def close(self) -> None:
        self.transport.close()
        await self._closed.wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self._closed.set()
        if not self.answer.done():
            self.answer.set_exception(Broken(f"closed after {len(self._heard)} bytes"))
            self.answer.exception()  # nobody may wait for it


class Crowd:
    """`told` is a file that holds how many requests have been answered, for whoever waits for so many."""

    def __init__(self, urls: list[str], told: int) -> None:
        self._urls, self._told = urls, told
        self.outcomes: list[Outcome] = []
        self._going = True

    async def ask(self, end: asyncio.Event) -> None:
        clients = [asyncio.create_task(self._client(number)) for number in range(_CLIENTS)]
        await end.wait()
        self._going = False
        await asyncio.wait(clients)
        for client in clients:
            client.result()

    async def _client(self, number: int) -> None:
        where = urlsplit(self._urls[number % len(self._urls)])
        kept = number % 8 != 7
        request = _ASK.format(where.netloc, "keep-alive" if kept else "close").encode()
        kind, gap, due = "http/1.1" if kept else "no keep-alive", _CLIENTS / PER_SECOND, time.monotonic()
        connection: Connection | None = None
        while self._going:
            began, environment, fault = time.monotonic(), "", ""
            try:
                if connection is None or not connection.open:
                    connection = await _connected(where.hostname or "", where.port or 80)
                environment = _judged(await _in_time(connection.ask(request)))
            except (OSError, Broken, ValueError, TimeoutError) as error:
                fault = f"{type(error).__name__}: {error}"
            if connection is not None and (fault or not kept):
                await connection.close()
                connection = None
            self._note(Outcome(kind, began, time.monotonic(), environment, fault))
            due = max(due + gap, time.monotonic() - 1)
            await asyncio.sleep(due - time.monotonic())
        if connection is not None:
            await connection.close()

    def _note(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        if len(self.outcomes) % _TOLD_EVERY == 0:
            os.pwrite(self._told, len(self.outcomes).to_bytes(8, "big"), 0)


async def _connected(host: str, port: int) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(Connection, host, port)
    return connection


async def _in_time(answer: "asyncio.Future[bytes]") -> bytes:
    late = asyncio.get_running_loop().call_later(LIMIT, _give_up, answer)
    try:
        return await answer
    finally:
        late.cancel()


def _give_up(answer: "asyncio.Future[bytes]") -> None:
    if not answer.done():
        answer.set_exception(Broken(f"no whole answer within {LIMIT:g} s"))


def _judged(answer: bytes) -> str:
    """The environment that answered."""
    head, _, body = answer.partition(b"\r\n\r\n")
    label = _LABEL.search(head + b"\r\n")
    return whole(int(head[9:12]), body.decode(), label[1].decode() if label else None)


async def _until_told(crowd: Crowd) -> None:
    end = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), end.set)
    await crowd.ask(end)


def main() -> None:
    gc.disable()  # a million small things that nobody lets go
    urls, told = json.loads(sys.argv[1])[0], int(sys.argv[2])
    crowd = Crowd(urls, told)
    asyncio.run(_until_told(crowd))
    json.dump(crowd.outcomes, sys.stdout)


if __name__ == "__main__":
    main()
