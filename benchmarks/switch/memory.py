"""`python -m benchmarks.switch.memory`: what a router instance holds at rest, with 1,000 connections or WebSockets.

Resident memory of the agent and of its Envoy, each counted whole.
"""

import os
import resource
import socket
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.switch.asking import Talk
from benchmarks.switch.routers import Routers
from benchmarks.switch.run import environments

NUMBER = 1000
_ASK = b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n"
_SETTLED = 3.0  # seconds


def held(pid: int) -> float:
    """MB of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    own = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024**2
    return own + sum(held(int(child)) for child in children)


def measure() -> dict[str, float]:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="bluegreen-memory-") as name, ExitStack() as stack:
        folder = Path(name)
        routers = Routers(environments(folder, stack), folder, stack, instances=1)
        (url,), (pid,) = routers.urls, routers.pids
        return {
            "at rest": _settled(pid),
            f"{NUMBER} connections": _with_connections(url, pid),
            f"{NUMBER} WebSockets": _with_websockets(url, pid),
        }


def _settled(pid: int) -> float:
    time.sleep(_SETTLED)
    return held(pid)


def _with_connections(url: str, pid: int) -> float:
    """Each has had an answer, and is kept."""
    where = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
    with ExitStack() as stack:
        kept = [stack.enter_context(socket.create_connection(where, timeout=30)) for _ in range(NUMBER)]
        for one in kept:
            one.sendall(_ASK)
            one.recv(65536)
        return _settled(pid)


def _with_websockets(url: str, pid: int) -> float:
    talks: list[Talk] = []
    try:
        talks += (Talk(url) for _ in range(NUMBER))
        return _settled(pid)
    finally:
        for one in talks:
            one.close()


if __name__ == "__main__":
    for what, megabytes in measure().items():
        print(f"{what:>20} {megabytes:6.0f} MB")
