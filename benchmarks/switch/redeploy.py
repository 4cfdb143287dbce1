"""`python -m benchmarks.switch.redeploy`: the router app itself is deployed anew under load, as the platform does it.

A new instance starts and answers its health check; it takes an old one's place in the rotation, and the old one gets
SIGTERM. Clients on kept connections go on; one that is told to close opens its next connection to the rotation.
"""

import asyncio
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import typer

from benchmarks.switch.routers import Routers
from benchmarks.switch.run import environments

_ASK = b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n"
_CLIENTS, _PAUSE = 16, 0.02  # seconds between two requests of a client
_LIMIT = 30.0
_STOP = {"BLUEGREEN_DRAIN_SECONDS": "1", "BLUEGREEN_GRACE_SECONDS": "10"}


class Rotation:
    """The ports that new connections go to. `answered` and `lost` are counted by the clients."""

    def __init__(self, ports: list[int]) -> None:
        self.ports, self.ended = ports, False
        self.answered, self.lost = 0, Counter[str]()

    async def ask_on(self) -> None:
        while not self.ended:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", random.choice(self.ports))
                while not self.ended and await self._kept(reader, writer):
                    await asyncio.sleep(_PAUSE)
                writer.close()
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                self.lost[f"{type(error).__name__}: {error}"] += 1

    async def _kept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection may be used again; raises where the answer is not whole, or not 200."""
        writer.write(_ASK)
        async with asyncio.timeout(_LIMIT):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
        if not head.startswith(b"http/1.1 200"):
            raise ValueError(head[:30].decode("latin-1"))
        self.answered += 1
        return b"connection: close" not in head


def replaced(routers: Routers, rotation: Rotation, processes: "list[subprocess.Popen[bytes]]") -> None:
    """One instance by a new one."""
    processes.append(routers.add(**_STOP))
    url = routers.urls[-1]
    end = time.monotonic() + _LIMIT
    while not routers.serves(url) and time.monotonic() < end:
        time.sleep(0.05)
    rotation.ports = [*rotation.ports[1:], urlsplit(url).port or 0]
    old = processes.pop(0)
    old.send_signal(signal.SIGTERM)
    old.wait(_LIMIT)


async def _load(rotation: Rotation) -> None:
    await asyncio.gather(*(rotation.ask_on() for _ in range(_CLIENTS)))


def run(requests: int) -> tuple[int, int, Counter[str]]:
    """How many were answered, how many instances replaced meanwhile, and what was lost."""
    with tempfile.TemporaryDirectory(prefix="bluegreen-redeploy-") as name, ExitStack() as stack:
        folder = Path(name)
        routers = Routers(environments(folder, stack), folder, stack, instances=0)
        processes = [routers.add(**_STOP) for _ in range(2)]
        routers.await_followed()
        rotation = Rotation([urlsplit(url).port or 0 for url in routers.urls])
        load = threading.Thread(target=lambda: asyncio.run(_load(rotation)))
        load.start()
        times = 0
        try:
            while rotation.answered < requests:
                replaced(routers, rotation, processes)
                times += 1
        finally:
            rotation.ended = True
            load.join()
        return rotation.answered, times, rotation.lost


def main(requests: int = 20_000) -> None:
    answered, times, lost = run(requests)
    print(f"{answered:,} requests answered while {times} instances were replaced, {lost.total()} lost")
    for why, number in lost.most_common(5):
        print(f"  {number} times {why}")
    raise typer.Exit(1 if lost else 0)


if __name__ == "__main__":
    typer.run(main)
