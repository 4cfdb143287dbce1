"""Requests a second, and what a proxy adds to the time of one."""

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

from benchmarks.switch.asking import Once
from benchmarks.switch.figures import Spread, spread
from benchmarks.switch.processes import await_port, free_port, start
from bluegreen.core.environment import Environment
from bluegreen_router.engine.clusters import Config, endpoint, socket_address, typed
from bluegreen_router.engine.process import TOOLS, program

_CONNECTIONS = 16


def client() -> str:
    return "wrk" if shutil.which("wrk") else "own client"


def requests_per_second(urls: Sequence[str], rounds: int = 3, seconds: int = 2) -> list[float]:
    """Of each, the median of a few rounds in which they take turns: what else the machine does then hits all alike."""
    taken = [[_round(url, seconds) for url in urls] for _ in range(rounds)]
    return [median(found) for found in zip(*taken, strict=True)]


def _round(url: str, seconds: int) -> float:
    if client() != "wrk":
        return _own(url, seconds)
    asked = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", url]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return float(found[1]) if found else 0.0


def added_milliseconds(direct: str, through: str, pairs: int = 1500) -> Spread:
    """One request at a time, straight and through the proxy in turn, each on its own kept connection. Who goes first
    changes: the second finds the app awake."""
    ways: list[tuple[Once, list[float]]] = [(Once(direct), []), (Once(through), [])]
    for number in range(pairs):
        for way, times in ways if number % 2 else reversed(ways):
            began = time.perf_counter()
            way.ask("GET", "/")
            times.append((time.perf_counter() - began) * 1000)
    for way, _ in ways:
        way.close()
    before, after = (spread(times[pairs // 10 :]) for _, times in ways)
    return Spread(round(after.p50 - before.p50, 2), round(after.p99 - before.p99, 2))


def static_environments(folder: Path, stack: ExitStack) -> dict[Environment, int]:
    """Two answers out of Envoy's own memory: an app that is never the bottleneck."""
    folder.mkdir(parents=True)
    ports = {one: free_port() for one in Environment}
    said = {
        port: {"direct_response": {"status": 200, "body": {"inline_string": one.value}}} for one, port in ports.items()
    }
    _envoy(said, [], folder, stack)
    await_port(ports[Environment.GREEN])
    return ports


def plain_envoy(port: int, folder: Path, stack: ExitStack) -> tuple[str, int]:
    """Envoy before the same app, without agent, rules and counting: its URL, its process."""
    folder.mkdir(parents=True)
    own = free_port()
    place = {"cluster_name": "app", "endpoints": [{"lb_endpoints": [endpoint("127.0.0.1", port)]}]}
    limits = ("max_connections", "max_pending_requests", "max_requests")
    cluster = {
        "name": "app",
        "type": "STATIC",
        "connect_timeout": "2s",
        "load_assignment": place,
        "circuit_breakers": {"thresholds": [dict.fromkeys(limits, 10**6)]},
    }
    pid = _envoy({own: {"route": {"cluster": "app", "timeout": "0s"}}}, [cluster], folder, stack)
    await_port(own)
    return f"http://127.0.0.1:{own}", pid


def _envoy(does: dict[int, Config], clusters: list[Config], folder: Path, stack: ExitStack) -> int:
    """What it does with every request, by port."""
    listeners = [
        {
            "name": str(port),
            "address": socket_address("127.0.0.1", port),
            "filter_chains": [{"filters": [_http(str(port), one)]}],
        }
        for port, one in does.items()
    ]
    file = folder / "envoy.json"
    file.write_text(json.dumps({"static_resources": {"listeners": listeners, "clusters": clusters}}))
    return start([program(), "-c", str(file), *TOOLS], stack, folder / "said").pid


def _http(name: str, does: Config) -> Config:
    host = {"name": name, "domains": ["*"], "routes": [{"match": {"prefix": "/"}, **does}]}
    return typed(
        "envoy.filters.network.http_connection_manager",
        "filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=name,
        route_config={"name": name, "virtual_hosts": [host]},
        http_filters=[typed("envoy.filters.http.router", "filters.http.router.v3.Router")],
    )


def _own(url: str, seconds: int) -> float:
    counts = [0] * _CONNECTIONS
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=_ask_on(url, end, counts, n)) for n in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _ask_on(url: str, end: float, counts: list[int], number: int) -> Callable[[], None]:
    def run() -> None:
        with closing(Once(url)) as once:
            while time.monotonic() < end:
                once.ask("GET", "/")
                counts[number] += 1

    return run
