"""What runs on a laptop's cloud: the apps that answer, as their release's fault says, and the routers that report."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from bluegreen.core.environment import Environment
from bluegreen.core.judge.client_paths import ClientPath
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts, Telemetry
from bluegreen.core.record import Record
from bluegreen_emulator.app import pages
from bluegreen_emulator.digitalocean.host import Program
from bluegreen_emulator.memory_objects import MemoryObjects


class Reports(MemoryObjects):
    """Telemetry that is as fresh as it is looked at."""

    def __init__(self, refresh: Callable[[], None], seconds: Callable[[], float]) -> None:
        super().__init__(seconds)
        self._refresh = refresh

    def ages(self, prefix: str) -> dict[str, float]:
        self._refresh()
        return super().ages(prefix)


class LaptopApps:
    """The answers of both environments and of production, and what two routers count of them."""

    failing_clients = 0  # who ask, by turns, a URL that fails in every release: once a second, at each router

    def _production(self, request: httpx.Request) -> httpx.Response:
        record = self.record()
        request.headers["x-forwarded-host"] = "holilabs.com"
        answer = self._app(record.active, request)
        answer.headers["x-bluegreen-environment"] = record.active.value
        return answer

    def _report(self) -> None:
        """Every instance has followed at once, and writes so."""
        record = self.record()
        report = Telemetry(
            service="web",
            instance="",
            at=self.clock.now(),
            seq=0,
            epoch=record.epoch,
            active=record.active,
            blocks=self._blocks(record),
        )
        for number in range(self.routers):
            body = report.model_copy(update={"instance": f"r{number}"}).model_dump_json().encode()
            self.telemetry.put(f"services/web/telemetry/r{number}.json", body)

    def _blocks(self, record: Record) -> tuple[Block, ...]:
        """A minute of users, 20 a second, and 5 probes a second to either side."""
        clean = (0,) * len(BUCKETS_MS)
        users = Counts(requests=20, failed=round(20 * self._share(record.active)), buckets=(20, *clean))
        one = Counts(requests=1, failed=1, buckets=(1, *clean))
        probes = {
            e: Counts(requests=5, failed=round(5 * self._share(e, probe=True)), buckets=(5, *clean))
            for e in Environment
        }
        begun = [self.clock.now() - timedelta(seconds=s) for s in range(60, 0, -1)]
        return tuple(
            Block(at=at, seconds=1, users={record.active: self._and_told(users, one, at)}, probes=probes)
            for at in begun
        )

    def _and_told(self, users: Counts, one: Counts, at: datetime) -> Counts:
        """With one more that failed, and its client on its path, as a number."""
        if not self.failing_clients:
            return users
        key = int(at.timestamp()) % self.failing_clients
        return users + one.model_copy(update={"client_paths": (ClientPath(key, 1),)})

    def _share(self, environment: Environment, probe: bool = False) -> float:
        fault = self._fault(environment)
        return 0.0 if probe and fault.get("when") == "production" else float(fault.get("share", 0.0))

    def _fault(self, environment: Environment) -> dict[str, Any]:
        program = self._program(environment)
        found: dict[str, Any] = json.loads(program.env.get("APP_FAULT", "{}")) if program else {}
        return found

    def _program(self, environment: Environment) -> Program | None:
        return self.host.serving(self.digitalocean.app(self.apps[environment]).key)

    def _app(self, environment: Environment, request: httpx.Request) -> httpx.Response:
        program = self._program(environment)
        if program is None:
            return httpx.Response(503, text="no healthy upstream")
        fault = self._fault(environment)
        produced = fault.get("when") != "production" or "x-forwarded-host" in request.headers
        if produced and self._spread.fails(fault.get("share", 0.0)):
            return httpx.Response(500, text="the app is broken")
        version = program.env["APP_VERSION"]
        match request.url.path:
            case "/api/health":
                return httpx.Response(200, json={"status": "ok", "version": version})
            case "/api/health/db" | "/api/health/redis":
                up = fault.get(request.url.path.rsplit("/", 1)[1], "up") == "up"
                return httpx.Response(200 if up else 503, json={"healthy": up, "latency": 2})
            case "/login":
                return httpx.Response(200, html=pages.login(environment.value))
            case _:
                return httpx.Response(401, json={"error": "wrong password"})
