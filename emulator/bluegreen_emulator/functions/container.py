"""One process of one function: loaded once, called once at a time, killed at its time limit."""

import contextlib
import json
import os
import selectors
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bluegreen_emulator.functions.logs import LogLines, Outlet
from bluegreen_emulator.functions.stem_cell import StemCell

_LAST_WORDS = 1.0  # seconds to wait for the rest of the log once the answer is there


class TimeLimitError(Exception):
    """The answer did not come in time; the process has to go."""


class Container:
    """Not safe from several threads: the pool hands it to one at a time."""

    def __init__(self, stem_cell: StemCell, directory: Path) -> None:
        directory.mkdir(parents=True)
        self._directory = directory
        self._stem_cell = stem_cell
        self._process = stem_cell.fork(directory)
        self._outlets = {self._process.out: Outlet("stdout"), self._process.err: Outlet("stderr")}
        self.idle_since = 0.0  # monotonic

    def load(self, order: dict[str, Any], deadline: float, logs: LogLines) -> bytes | None:
        """The answer to the code: {"ok": true} or {"error": …}; None if the process died of it."""
        return self._exchange(order, deadline, logs, lambda line: b'"error"' in line)

    def call(self, order: dict[str, Any], deadline: float, logs: LogLines) -> bytes | None:
        """The answer to an event; None if the process died of it. `deadline` is monotonic."""
        return self._exchange(order, deadline, logs, lambda _line: True)

    def freeze(self) -> None:
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self._process.pid, signal.SIGCONT)

    def end(self) -> None:
        """Kills the process; its folder goes in the background, thousands of files take their time."""
        self._stem_cell.end(self._process.pid)
        self._process.close()
        threading.Thread(target=shutil.rmtree, args=(self._directory, True), daemon=True).start()

    def _exchange(
        self, order: dict[str, Any], deadline: float, logs: LogLines, ends: Callable[[bytes], bool]
    ) -> bytes | None:
        for outlet in self._outlets.values():
            outlet.ended = False
        with contextlib.suppress(BrokenPipeError):
            self._process.channel.sendall(json.dumps(order).encode() + b"\n")
        with selectors.DefaultSelector() as selector:
            for fd in (self._process.channel.fileno(), *self._outlets):
                selector.register(fd, selectors.EVENT_READ)
            line = self._read_answer(selector, deadline, logs)
            if line is None or ends(line):
                self._read_logs(selector, time.monotonic() + _LAST_WORDS, logs)
        return line

    def _read_answer(self, selector: selectors.BaseSelector, deadline: float, logs: LogLines) -> bytes | None:
        channel = self._process.channel.fileno()
        parts: list[bytes] = []
        while not (parts and parts[-1].endswith(b"\n")):
            ready = selector.select(_left(deadline))
            if not ready:
                self._read_logs(selector, 0, logs)
                raise TimeLimitError
            for key, _ in ready:
                chunk = _read(key.fd)
                if key.fd != channel:
                    self._hear(selector, key.fd, chunk, logs)
                elif chunk:
                    parts.append(chunk)
                else:
                    return None
        return b"".join(parts).rstrip(b"\n")

    def _read_logs(self, selector: selectors.BaseSelector, deadline: float, logs: LogLines) -> None:
        selector.unregister(self._process.channel.fileno())
        while not all(outlet.ended for outlet in self._outlets.values()):
            ready = selector.select(_left(deadline))
            if not ready:
                return
            for key, _ in ready:
                self._hear(selector, key.fd, _read(key.fd), logs)

    def _hear(self, selector: selectors.BaseSelector, fd: int, chunk: bytes, logs: LogLines) -> None:
        self._outlets[fd].feed(chunk, logs)
        if not chunk:
            selector.unregister(fd)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 65536)
    except ConnectionResetError:
        return b""
