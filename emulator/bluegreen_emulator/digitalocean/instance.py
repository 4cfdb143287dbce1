"""One instance of a component: a process with a port of its own, restarted when it dies."""

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from bluegreen_emulator.digitalocean.host import Workload
from bluegreen_emulator.digitalocean.ingress import free_port

_ENDS_WITHIN = 60  # seconds: what is killed goes at once, but for a machine that has no time for it
_PROBE = 1.0  # seconds that a health check may take
_BACKOFF = (0.1, 0.5, 1.0, 2.0, 5.0)  # seconds before the next start, after so many deaths


class Process:
    def __init__(self, name: str, component: str, workload: Workload, log: Path) -> None:
        self.name, self.component, self.workload = name, component, workload
        self.ready = False
        self.leaving = False
        self.restarts = 0
        self._log = log
        self._again_at = 0.0
        self._start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def exit_code(self) -> int | None:
        """Of the last death; None while it lives."""
        return self._process.poll()

    def look(self) -> None:
        """Restarts it when it is dead, and asks for its health until the answer is good."""
        if self.leaving:
            return
        if self._process.poll() is not None:
            self._revive()
        elif not self.ready:
            self.ready = self._healthy()

    def terminate(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """With everything that it started itself."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self) -> None:
        self._process.wait(_ENDS_WITHIN)

    def _start(self) -> None:
        self._port = free_port()
        program = self.workload.program
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "PORT": str(self._port)} | program.env
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                program.command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _revive(self) -> None:
        if self.ready or not self._again_at:
            self.ready = False
            self._again_at = time.monotonic() + _BACKOFF[min(self.restarts, len(_BACKOFF) - 1)]
        if time.monotonic() >= self._again_at:
            self._again_at = 0.0
            self.restarts += 1
            self._start()

    def _healthy(self) -> bool:
        try:
            if not self.workload.health_path:
                socket.create_connection(("127.0.0.1", self._port), _PROBE).close()
                return True
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PROBE)
            try:
                connection.request("GET", self.workload.health_path, headers={"User-Agent": "kube-probe/1.31"})
                return connection.getresponse().status < 400
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            return False
