"""OpenWhisk's action proxy: what stands in a container before a function comes, and loads it. Runs under any Python.

The real one is a Go program (github.com/apache/openwhisk-runtime-go, openwhisk/initHandler.go and runHandler.go). As it
does, this one takes `POST /init` with the zip in base64, unpacks it, starts the language's launcher in that folder and
waits for its first word; each `POST /run` is a line to the launcher and a line back. It is standard library only, and
imports nothing of Bluegreen: `python action_proxy.py LAUNCHER FOLDER` prints its port.
"""

import base64
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

_PATH = "/usr/local/bin:/usr/bin:/bin"


class Container:
    """Of one function: it is loaded once."""

    def __init__(self, launcher: str, folder: Path) -> None:
        self._launcher, self._folder = launcher, folder
        self._answers: BinaryIO | None = None
        self.process: subprocess.Popen[bytes] | None = None  # of the launcher
        self._before = _cpu("self")  # a container stands ready before a function comes

    def init(self, value: dict[str, Any]) -> str:
        """Why it failed, "" where the function is loaded."""
        if self.process is not None:
            return "Cannot initialize the action more than once."
        self._folder.mkdir(parents=True)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(value["code"]))) as package:
            package.extractall(self._folder)
        main = self._folder / "__main__.py"
        if not main.is_file():
            return "Zip file does not include '__main__.py'."
        main.rename(self._folder / "main__.py")
        ours, theirs = os.pipe()
        command = [sys.executable, "-I", "-S", "-B", self._launcher, str(theirs)]
        env = {"PATH": _PATH, **value.get("env", {})}
        self.process = subprocess.Popen(command, cwd=self._folder, env=env, stdin=subprocess.PIPE, pass_fds=[theirs])
        os.close(theirs)
        self._answers = os.fdopen(ours, "rb")
        first = json.loads(self._answers.readline() or b"{}")
        return "" if first.get("ok") else "Cannot start action. Check logs for details."

    def run(self, request: dict[str, Any]) -> bytes:
        """The answer; none where the process died of it."""
        if self.process is None or self.process.stdin is None or self._answers is None:
            return b""
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        return self._answers.readline()

    def took(self) -> dict[str, float]:
        """Beside the protocol: most memory of the launcher, and CPU time of both, as the kernel counts them."""
        if self.process is None:
            return {}
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines()
        (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
        return {"peak_mb": int(peak) / 1024, "cpu": _cpu("self") + _cpu(str(self.process.pid)) - self._before}


def _cpu(pid: str) -> float:
    """Seconds, of user and of system."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    container: Container

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/init":
            fault = self.container.init(request["value"])
            self._say(502 if fault else 200, json.dumps({"error": fault} if fault else {"ok": True}).encode())
            return
        answer = self.container.run(request)
        self._say(200 if answer else 400, answer or b'{"error": "command exited"}')

    def do_GET(self) -> None:
        self._say(200, json.dumps(self.container.took()).encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def main(launcher: str, folder: str) -> None:
    _Answer.container = container = Container(launcher, Path(folder))

    def leave(*_: Any) -> NoReturn:
        if container.process is not None:
            container.process.kill()
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
