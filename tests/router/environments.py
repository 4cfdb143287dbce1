"""Little real environments that stand behind a router."""

import json
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx

from bluegreen_cli.stage import ROOT


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        environment: Upstream = self.server.upstream  # type: ignore[attr-defined]
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if "X-Bluegreen-Probe" not in self.headers:
            environment.requests.append(dict(self.headers))
        if url.path == "/held" or (environment.holds and "X-Bluegreen-Probe" not in self.headers):
            environment.let_go.wait(float(asked.get("seconds", 60)))
        if url.path == "/drop":
            self.close_connection = True
            return
        body = json.dumps({"name": environment.name, "got": sent.decode()}).encode()
        self.send_response(int(asked.get("status", environment.status)))
        self.send_header("X-Bluegreen-Environment", "not for the app to say")
        more = 1000 if url.path == "/half" or environment.stalls else 0
        self.send_header("Content-Length", str(len(body) + more))
        self.end_headers()
        self.wfile.write(body)
        if environment.stalls:
            environment.let_go.wait(60)
        self.close_connection = url.path == "/half"

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, *_: object) -> None:
        pass


class Upstream:
    """An environment. Paths: /drop closes without an answer, /half in the middle of one, /held answers once `let_go`
    is set or after ?seconds=; ?status=. While it `holds`, every path is like /held; while it
    `stalls`, answers begin and do not end before `let_go`."""

    def __init__(self, name: str, port: int = 0, host: str = "127.0.0.1") -> None:
        self.name, self.status, self.holds, self.stalls = name, 200, False, False
        self.requests: list[dict[str, str]] = []  # headers of what came, without probes
        self.let_go = threading.Event()
        self._http = _Quiet((host, port), _Answers)
        self._http.upstream = self  # type: ignore[attr-defined]
        self.port = self._http.server_port
        self.url = f"http://{host}:{self.port}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def speak_tls(self, context: ssl.SSLContext) -> None:
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    def close(self) -> None:
        self.let_go.set()
        self._http.shutdown()
        self._http.server_close()


class App:
    """The benchmark's app as an environment."""

    def __init__(self, name: str, port: int) -> None:
        self.name, self.url = name, f"http://127.0.0.1:{port}"
        program = [sys.executable, "-m", "benchmarks.switch.app", name, str(port)]
        self.process = subprocess.Popen(program, cwd=ROOT)

    def up(self) -> bool:
        try:
            return httpx.get(self.url, trust_env=False).is_success
        except httpx.TransportError:
            return False
