"""The apps' stable URLs: one Envoy process, a port per app, which is told whom to ask as the instances come and go."""

import json
import os
import random
import socket
import subprocess
import threading
import time
from pathlib import Path

from bluegreen_router.engine.clusters import (
    Config,
    desk,
    endpoint,
    socket_address,
    told_by_the_desk,
    typed,
    upstream_protocols,
)
from bluegreen_router.engine.desk import Desk
from bluegreen_router.engine.process import TOOLS, program

_START_WITHIN = 30.0  # seconds
_TAKEN_WITHIN = 5.0
UNUSED_SECONDS = 30  # that an unused connection to an app is kept: less than the app keeps it, or they meet a request
# The clients of `bluegreen_emulator.traffic` come from the loopback and are seen as the public's.
_ADDRESS = """
function envoy_on_request(handle)
  local address = handle:streamInfo():downstreamDirectRemoteAddress():gsub(":%d+$", "")
  handle:headers():replace("do-connecting-ip", (address:gsub("^127%.0%.1%.", "198.51.100.")))
end
"""


def free_port() -> int:
    """A free port below the range that the kernel gives to clients, so that none of them takes it meanwhile."""
    for _ in range(200):
        port = random.randrange(20_000, 32_000)
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port between 20000 and 32000")


class Ingress:
    """Ports are set up for `count` apps at the start."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._ports = [free_port() for _ in range(count)]
        self._taken: dict[str, int] = {}
        self._lock = threading.Lock()
        self._instances: dict[str, list[Config]] = {_name(number): [] for number in range(count)}
        self._desk = Desk(lambda: dict(self._instances), lambda _: (404, ""))
        self._process = self._run()

    def open(self, app: str) -> str:
        """The app's URL; the same on every call."""
        if app not in self._taken:
            if len(self._taken) == len(self._ports):
                raise ValueError(f"the host was made for {len(self._ports)} apps")
            self._taken[app] = len(self._taken)
        return f"http://127.0.0.1:{self._ports[self._taken[app]]}"

    def point(self, app: str, addresses: list[str]) -> None:
        """Sends the app's requests to these `host:port`s in turn, before it comes back; to none: 503."""
        places = [address.split(":") for address in addresses]
        with self._lock:
            self._instances[_name(self._taken[app])] = [endpoint(host, int(port)) for host, port in places]
            self._desk.is_taken(self._desk.tell(), _TAKEN_WITHIN)

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._desk.close()

    def _run(self) -> subprocess.Popen[bytes]:
        config = self._folder / "envoy.json"
        config.write_text(json.dumps(self._config(), indent=1))
        with (self._folder / "envoy.log").open("ab") as log:
            process = subprocess.Popen(
                [program(), "-c", str(config), *TOOLS],
                env={"PATH": os.environ.get("PATH", "")},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._await(process)
        return process

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        give_up = time.monotonic() + _START_WITHIN
        while time.monotonic() < give_up and process.poll() is None:
            if all(_listens(port) for port in self._ports):
                return
            time.sleep(0.02)
        process.kill()
        process.wait()
        raise OSError(f"envoy did not start: {(self._folder / 'envoy.log').read_text(encoding='utf-8')[-500:]}")

    def _config(self) -> Config:
        apps = {_name(number): port for number, port in enumerate(self._ports)}
        listeners = [
            {
                "name": name,
                "address": socket_address("127.0.0.1", port),
                "filter_chains": [{"filters": [_http(name)]}],
            }
            for name, port in apps.items()
        ]
        kept = upstream_protocols(
            {"explicit_http_config": {"http_protocol_options": {}}}, idle_timeout=f"{UNUSED_SECONDS}s"
        )
        clusters = [{**told_by_the_desk(name), "connect_timeout": "2s", **kept} for name in apps]
        return {
            "node": {"id": "ingress", "cluster": "emulator"},
            "static_resources": {"listeners": listeners, "clusters": [*clusters, desk(self._desk.port)]},
        }


def _name(number: int) -> str:
    return f"app{number}"


def _http(cluster: str) -> Config:
    """A refused connection is tried elsewhere; a request that broke off is not: nothing hides a bad drain. A client's
    `X-Forwarded-Host` and `X-Forwarded-For` are kept, as by an ingress that trusts who is before it."""
    retries = {"retry_on": "connect-failure", "num_retries": 2}
    route = {"cluster": cluster, "timeout": "0s", "retry_policy": retries}
    host = {"name": cluster, "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": route}]}
    return typed(
        "envoy.filters.network.http_connection_manager",
        "filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=cluster,
        use_remote_address=False,
        generate_request_id=False,
        server_header_transformation="PASS_THROUGH",
        stream_idle_timeout="0s",
        max_request_headers_kb=256,
        upgrade_configs=[{"upgrade_type": "websocket"}],
        route_config={"name": cluster, "virtual_hosts": [host]},
        http_filters=[
            typed("envoy.filters.http.lua", "filters.http.lua.v3.Lua", default_source_code={"inline_string": _ADDRESS}),
            typed("envoy.filters.http.router", "filters.http.router.v3.Router"),
        ],
    )


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
