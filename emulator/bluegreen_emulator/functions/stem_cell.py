"""The fork server as the platform sees it: started once, it gives processes for functions in milliseconds."""

import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
_ENDS_WITHIN = 60  # seconds, on a busy machine
_SCRIPT = """
import sys
stdlib = list(sys.path)
sys.path += {extra!r}
from bluegreen_emulator.functions.process.fork_server import serve
serve({fd}, stdlib)
"""


@dataclass(frozen=True)
class Forked:
    """A process that waits for a function's code: its pid, and our ends of its channel and its two outputs."""

    pid: int
    channel: socket.socket
    out: int
    err: int

    def close(self) -> None:
        self.channel.close()
        os.close(self.out)
        os.close(self.err)


class _Server:
    """The fork server's process, and our end of the channel to it."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        found = importlib.util.find_spec("functions_framework")
        if found is None or found.origin is None:
            raise RuntimeError("functions-framework is not installed")
        extra = [str(Path(found.origin).parents[1]), str(_ROOT)]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-X", "utf8", "-c", _SCRIPT.format(extra=extra, fd=theirs.fileno())],
                env={"PATH": os.defpath},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._answers = self._control.makefile("rb")

    def ask(self, order: dict[str, Any], fds: list[int]) -> bytes:
        socket.send_fds(self._control, [json.dumps(order).encode()], fds)
        return self._answers.readline()

    def close(self) -> None:
        self._answers.close()
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=_ENDS_WITHIN)


class StemCell:
    """Safe from any thread. The fork server starts when the first process is asked for: many platforms never are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def fork(self, directory: Path) -> Forked:
        """A new process whose working directory is `directory`."""
        ours, theirs = socket.socketpair()
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        made = Forked(0, ours, out, err)
        try:
            pid = self._order({"directory": str(directory)}, [theirs.fileno(), out_end, err_end])["pid"]
        except BaseException:
            made.close()
            raise
        finally:
            Forked(0, theirs, out_end, err_end).close()
        return replace(made, pid=pid)

    def end(self, pid: int) -> None:
        """Kills that process; returns when it is gone. Without the fork server it is gone already."""
        if self._server is None:
            return
        with contextlib.suppress(OSError, RuntimeError):
            self._order({"end": pid}, [])

    def close(self) -> None:
        """Ends the fork server and with it every process it forked."""
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.close()

    def _order(self, order: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        with self._lock:
            self._server = self._server or _Server()
            line = self._server.ask(order, fds)
        if not line:
            raise RuntimeError("the fork server of the functions platform is gone; its words are on stderr")
        answer: dict[str, Any] = json.loads(line)
        return answer
