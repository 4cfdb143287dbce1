"""Requests a second, and what a proxy adds to the time of one."""

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
from bluegreen_router.caddy import program

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
    """Two answers out of Caddy's own memory: an app that is never the bottleneck."""
    folder.mkdir(parents=True)
    ports = {one: free_port() for one in Environment}
    sites = "".join(f'http://127.0.0.1:{port} {{\n\trespond "{one.value}"\n}}\n' for one, port in ports.items())
    _caddy(sites, folder, stack)
    await_port(ports[Environment.GREEN])
    return ports


def plain_caddy(port: int, folder: Path, stack: ExitStack) -> str:
    """Caddy before the same app, without agent, routes and counting."""
    folder.mkdir(parents=True)
    own = free_port()
    _caddy(f"http://127.0.0.1:{own} {{\n\treverse_proxy 127.0.0.1:{port}\n}}\n", folder, stack)
    await_port(own)
    return f"http://127.0.0.1:{own}"


def _caddy(sites: str, folder: Path, stack: ExitStack) -> None:
    file = folder / "Caddyfile"
    file.write_text("{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}\n" + sites)
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    start([program(), "run", "--config", str(file), "--adapter", "caddyfile"], stack, folder / "said", homes)


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
