"""Two instances of the router, as their container runs them, and the journal that they follow."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from benchmarks.switch.processes import await_port, free_port, start
from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core.environment import Environment, EnvironmentState, Status
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Release
from bluegreen_cli.faults import Faulty
from bluegreen_emulator.spaces import Spaces as Store
from bluegreen_emulator.wire import Server

STREAM_SECONDS = 0.1  # that a WebSocket gets after a switch here: many of them are to end
_KEY, _SECRET, _REGION, _STATE, _TELEMETRY = "key", "secret-of-spaces", "fra1", "state", "telemetry"
_FOLLOWS_WITHIN = 10.0  # seconds
_LOOK = 0.01


class Routers:
    """`flip` is what a switch of the product does to them: one version appended to the journal."""

    def __init__(self, ports: Mapping[Environment, int], folder: Path, stack: ExitStack, instances: int = 2) -> None:
        grants = {_STATE: "readwrite", _TELEMETRY: "readwrite"}
        store = Server(Store(keys={_KEY: (_SECRET, grants)}, buckets=list(grants)).app)  # type: ignore[dict-item]
        stack.callback(store.close)
        state = Spaces(store.url, _REGION, _STATE, _KEY, _SECRET)
        self._journal = Journal(state, "web", nonce=lambda: uuid4().hex)
        self._version = self._append(None, Environment.BLUE)
        self.urls: list[str] = []
        self.pids: list[int] = []
        self._http = stack.enter_context(httpx.Client(trust_env=False, timeout=5))
        self._where = ports, store.url, folder, stack
        for _ in range(instances):
            self.add()
        self.await_followed()

    def add(self, **more: str) -> "subprocess.Popen[bytes]":
        """One more instance, which listens; keywords are settings."""
        ports, store, folder, stack = self._where
        port, own = free_port(), folder / f"router-{len(self.urls)}"
        own.mkdir(parents=True)
        env = {"PATH": os.environ["PATH"], **_settings(ports, store, port, own), **more}
        process = start([sys.executable, "-m", "bluegreen_router"], stack, own / "said", env)
        self.pids.append(process.pid)
        self.urls.append(f"http://127.0.0.1:{port}")
        await_port(port)
        return process

    def serves(self, url: str) -> bool:
        """What the platform's health check asks."""
        try:
            return self._http.get(url + "/_bluegreen/health").is_success
        except httpx.TransportError:
            return False

    def flip(self, to: Environment) -> float:
        """When the append began, in monotonic seconds. Comes back when it is written."""
        began = time.monotonic()
        self._version = self._append(self._version, to)
        return began

    def await_followed(self) -> None:
        """Until every instance says that it serves what the journal says."""
        end = time.monotonic() + _FOLLOWS_WITHIN
        for url in self.urls:
            while self._seq(url) < self._version.seq:
                if time.monotonic() > end:
                    raise Faulty([f"the router at {url} did not follow within {_FOLLOWS_WITHIN:.0f} s"])
                time.sleep(_LOOK)

    def _seq(self, url: str) -> int:
        answer = self._http.get(url + "/_bluegreen/health")
        return int(answer.json()["seq"]) if answer.is_success else 0

    def _append(self, base: Version | None, active: Environment) -> Version:
        now, number = datetime.now(UTC), base.seq + 1 if base else 1
        record = Record(
            service="web",
            active=active,
            epoch=number,
            environments={
                active: EnvironmentState(status=Status.ACTIVE, tag=f"v1.{number}.0"),
                active.other: EnvironmentState(status=Status.IDLE, tag=f"v1.{number - 1}.0"),
            },
            release=Release(
                id=str(number),
                tag=f"v1.{number}.0",
                requested_at=now,
                phase=Phase.SWITCHING,
                phase_since=now,
                wake_at=now,
                target=active,
            ),
        )
        return self._journal.append(base, record, "bench-switch", f"switch {number}", now)


def _settings(ports: Mapping[Environment, int], store: str, port: int, folder: Path) -> dict[str, str]:
    return {
        "PORT": str(port),
        "BLUEGREEN_SERVICE": "web",
        "BLUEGREEN_BLUE_URL": f"http://127.0.0.1:{ports[Environment.BLUE]}",
        "BLUEGREEN_GREEN_URL": f"http://127.0.0.1:{ports[Environment.GREEN]}",
        "BLUEGREEN_STATE_ENDPOINT": store,
        "BLUEGREEN_STATE_REGION": _REGION,
        "BLUEGREEN_STATE_BUCKET": _STATE,
        "BLUEGREEN_TELEMETRY_BUCKET": _TELEMETRY,
        "BLUEGREEN_SPACES_KEY": _KEY,
        "BLUEGREEN_SPACES_SECRET": _SECRET,
        "BLUEGREEN_STREAM_SECONDS": str(STREAM_SECONDS),
        "BLUEGREEN_INSTANCE": folder.name,
        "BLUEGREEN_RUN_DIR": str(folder),
        "BLUEGREEN_DRAIN_SECONDS": "0.1",
        "BLUEGREEN_GRACE_SECONDS": "2",
        "MALLOC_ARENA_MAX": "2",
    }
