"""Programs that the benchmark runs, each on free loopback ports, each stopped by its handle."""

import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import ROOT

_UP_WITHIN = 30.0  # seconds


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(
    program: Sequence[str], stack: ExitStack, log: Path, env: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Stopped when `stack` is closed; what it says goes into `log`."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            program, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
    stack.callback(stop, process)
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def await_port(port: int) -> None:
    end = time.monotonic() + _UP_WITHIN
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise Faulty([f"nothing listens on port {port} after {_UP_WITHIN:.0f} s"])
