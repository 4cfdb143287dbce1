"""One emulated service on the wire: a WSGI app behind a threaded HTTP/1.1 server, with latency and faults."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from bluegreen_emulator.faults import Faults

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # werkzeug closes after each answer all the same

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def send_header(self, keyword: str, value: str) -> None:
        """A service's own date stands for the server's, which is sent first."""
        if keyword == "Date":
            before: list[bytes] = vars(self)["_headers_buffer"]
            before[:] = [line for line in before if not line.startswith(b"Date:")]
        super().send_header(keyword, value)


@dataclass
class Front:
    """What stands before a service: waits `latency` seconds, then lets a fault act or passes the request on."""

    app: Wsgi
    latency: float = 0.0  # seconds before the service sees a request
    faults: Faults = field(default_factory=Faults)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self.latency:
            time.sleep(self.latency)
        request = Request(environ)
        fault = self.faults.take(request.method, request.full_path.rstrip("?"))
        if fault is None:
            return self.app(environ, start_response)
        if fault.after_effect:
            Response.from_app(self.app, environ)
        if fault.hang:
            time.sleep(fault.hang)
        answer = Response(fault.body, fault.status, fault.headers, content_type="application/json")
        return answer(environ, start_response)


class Server:
    """A service at `url`; `port` 0 takes a free one. Only 127.0.0.1 is served."""

    def __init__(self, app: Wsgi, port: int = 0) -> None:
        self._http: BaseWSGIServer = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
        self._http.daemon_threads = True  # type: ignore[attr-defined]  # ThreadingMixIn has it
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._http.server_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)
