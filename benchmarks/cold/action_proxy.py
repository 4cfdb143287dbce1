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

_PATH = "/usr/local/bin:/usr/bin:/bin"


class _Proxy(HTTPServer):
    launcher = ""
    folder = ""
    process = None  # of the launcher: bytes to its stdin, answers on a pipe of their own
    answers = None
    env: dict = {}

    def init(self, value):
        """Why it failed, "" where the function is loaded."""
        if self.process is not None:
            return "Cannot initialize the action more than once."
        os.makedirs(self.folder)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(value["code"]))) as package:
            package.extractall(self.folder)
        main = os.path.join(self.folder, "__main__.py")
        if not os.path.isfile(main):
            return "Zip file does not include '__main__.py'."
        os.rename(main, os.path.join(self.folder, "main__.py"))
        ours, theirs = os.pipe()
        self.env = {"PATH": _PATH, **value.get("env", {})}
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", self.launcher, str(theirs)],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.PIPE,
            pass_fds=[theirs],
        )
        os.close(theirs)
        self.answers = os.fdopen(ours, "rb")
        first = self.answers.readline()
        return "" if json.loads(first or b"{}").get("ok") else "Cannot start action. Check logs for details."

    def run(self, request):
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        return self.answers.readline()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/init":
            fault = self.server.init(request["value"])
            return self._say(502 if fault else 200, json.dumps({"error": fault} if fault else {"ok": True}).encode())
        answer = self.server.run(request)
        return self._say(200 if answer else 400, answer or b'{"error": "command exited"}')

    def do_GET(self):
        """Beside the protocol: what it took so far, as the kernel counts it."""
        with open(f"/proc/{self.server.process.pid}/status") as status:
            (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
        cpu = sum(_cpu(pid) for pid in ("self", self.server.process.pid))
        self._say(200, json.dumps({"peak_mb": int(peak) / 1024, "cpu": cpu}).encode())

    def _say(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def _cpu(pid):
    """Seconds, of user and of system."""
    with open(f"/proc/{pid}/stat") as stat:
        after_name = stat.read().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _leave(*_):
    if server.process is not None:
        server.process.kill()
    os._exit(0)


if __name__ == "__main__":
    server = _Proxy(("127.0.0.1", 0), _Answer)
    server.launcher, server.folder = sys.argv[1:]
    signal.signal(signal.SIGTERM, _leave)
    print(server.server_port, flush=True)
    server.serve_forever()
