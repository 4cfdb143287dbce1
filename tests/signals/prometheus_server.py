"""A real Prometheus, and a little server whose pages it scrapes."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from bluegreen.clients.http import Api
from bluegreen.clients.prometheus import Prometheus
from bluegreen_emulator.digitalocean.ingress import free_port
from tests.waiting import until

INTERVAL = 0.3  # seconds between two scrapes


class Pages:
    """`counters` holds instance → what its /metrics says: series → value. `down` are those that do not answer.

    `behind` holds the pages of several processes that answer for one instance in turn.
    """

    def __init__(self) -> None:
        self.counters: dict[str, dict[str, float]] = {}
        self.down: set[str] = set()
        self.behind: dict[str, list[dict[str, float]]] = {}
        self.asked_in_vain = 0
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.split("/")[1]
                pages.asked_in_vain += name in pages.down
                self.send_response(503 if name in pages.down else 200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                if name in pages.behind:
                    pages.counters[name] = pages.behind[name][0]
                    pages.behind[name].append(pages.behind[name].pop(0))
                if name not in pages.down:
                    self.wfile.write("".join(f"{s} {v}\n" for s, v in pages.counters[name].items()).encode())

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.at = f"127.0.0.1:{self._http.server_port}"
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def prometheus(folder, pages: Pages) -> Iterator[str]:
    """The address of a Prometheus that scrapes all the pages; instance `blue-1` is blue."""
    address = f"127.0.0.1:{free_port()}"
    (folder / "prometheus.yml").write_text(_configured(pages))
    options = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    command = ["prometheus", *options, f"--web.listen-address={address}", "--log.level=error"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until(lambda: _ready(f"http://{address}/-/ready"), what="Prometheus is ready")
            yield f"http://{address}"
        finally:
            server.kill()


def client(url: str, http: httpx.Client) -> Prometheus:
    return Prometheus(Api("Prometheus", url, http, {}, lambda seconds: None))


def now() -> datetime:
    return datetime.now(UTC)


def _configured(pages: Pages) -> str:
    targets = "".join(
        f"      - targets: ['{pages.at}']\n"
        f"        labels: {{environment: {name.split('-')[0]}, instance: {name}, __metrics_path__: /{name}}}\n"
        for name in pages.counters
    )
    interval = f"{INTERVAL * 1000:.0f}ms"
    return (
        f"global: {{scrape_interval: {interval}, scrape_timeout: {interval}}}\n"
        f"scrape_configs:\n  - job_name: web\n    static_configs:\n{targets}"
    )


def _ready(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.HTTPError:
        return False
