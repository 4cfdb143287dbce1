"""Many services of one namespace, in this process: a store and APIs that take a while, and the real ops/watch."""

import copy
import threading
import time
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx

from bluegreen.clients.store.journal import decode
from bluegreen.clients.store.journal_reader import JournalReader
from bluegreen.cloud import Caller, Clients, Cloud, Connections, cloud_for
from bluegreen.core import admission
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.service import Service
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.record import Version
from bluegreen.door.clock import WallClock
from bluegreen.entrypoints import ops_watch
from bluegreen.invocation.entry_point import Invocation, Response
from bluegreen.ordering.placing import place
from bluegreen.settings import load
from bluegreen_cli.config import read
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.memory_objects import MemoryObjects

_LIMIT = 75.0  # seconds, as project.yml gives ops/watch
_SECRETS = {
    "BLUEGREEN_SPACES_KEY": "KEY",
    "BLUEGREEN_SPACES_SECRET": "secret",
    "BLUEGREEN_FUNCTIONS_KEY": "dof_v1_id:secret",
    "BLUEGREEN_GITHUB_TOKEN": "ghp_example",
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_example",
}


class Slow(MemoryObjects):
    """A store whose every answer takes `latency` seconds; `asked` counts them."""

    def __init__(self, latency: float) -> None:
        super().__init__(time.monotonic)
        self.latency, self.asked, self._counting = latency, 0, threading.Lock()

    def __getattribute__(self, name: str) -> Any:
        if name in ("get", "create", "put", "keys", "ages"):
            self.wait()
        return super().__getattribute__(name)

    def ages(self, prefix: str) -> dict[str, float]:
        """One request, as it is at a store: not a listing beside it."""
        written = vars(self)["_written"]
        return {key: self._seconds() - at for key, at in written.items() if key.startswith(prefix)}

    def wait(self) -> None:
        with self._counting:
            self.asked += 1
        time.sleep(self.latency)


class _Shifted(WallClock):
    """The wall clock, so many minutes on."""

    def __init__(self, minutes: int) -> None:
        super().__init__(SimpleNamespace(deadline=int((time.time() + _LIMIT) * 1000)))
        self._by = timedelta(minutes=minutes)

    def now(self) -> datetime:
        return super().now() + self._by


class Fleet:
    """`woken`: the events with which functions were woken; nobody runs them. `refuses`: the platform takes none."""

    def __init__(self, services: int, latency: float, sets: dict[str, Any] | None = None) -> None:
        self.names = [f"s{number:04d}" for number in range(services)]
        self.store = Slow(0.0)
        self.woken: list[dict[str, Any]] = []
        self.refuses = False
        self._latency = latency
        self.settings = load(_written(self.names, sets or {}), _SECRETS)
        self._connections = Connections(self.settings)
        http = httpx.Client(transport=httpx.MockTransport(self._answer))
        vars(self._connections).update(state=self.store, telemetry=self.store, http=http)
        self.watch()  # the first day: every journal gets its first version
        for name in self.names:
            self._report(name)
        self.watch(minutes=self.minutes_until_due())  # the tags that there are are noted
        self.store.latency = latency

    def watch(self, event: dict[str, Any] | None = None, minutes: int = 0) -> tuple[Response, float]:
        """What ops/watch answers, and the seconds that it took."""
        clock, caller = _Shifted(minutes), Caller("ops/watch", f"activation-{time.monotonic_ns()}", "functions.example")
        clients = Clients(self.settings, self._connections, caller, clock)

        def cloud(service: Service) -> Cloud:
            return cloud_for(service, clients, caller, clock, lambda what, **facts: None)

        began = time.perf_counter()
        invocation = Invocation(event or {"source": "schedule"}, self.settings, clock, caller, clients, cloud)
        answer = ops_watch.ENTRY_POINT.respond(invocation)
        return answer, time.perf_counter() - began

    def newest(self, name: str) -> Version:
        found = JournalReader(self.store, name, decode).newest()
        assert found is not None
        return found

    def minutes_until_due(self) -> int:
        """Until GitHub is asked for tags that no webhook announced, and whether the journal was lost."""
        every = self.settings.service(self.names[0]).tags.ask_every
        return int(-(time.time() // 60) % every)

    def request(self, name: str) -> None:
        """A release that is asked for, and that nobody has in hand."""
        clock, caller = _Shifted(0), Caller("deploy", "someone", "functions.example")
        clients, service = Clients(self.settings, self._connections, caller, clock), self.settings.service(name)
        cloud = cloud_for(service, clients, caller, clock, lambda what, **facts: None)
        request = ReleaseRequest("v9.0.0", "a" * 40, service.options, "a test", f"request-{name}")
        placed = place(cloud, "a release", lambda record, now: admission.admit(record, service, request, now, None))
        assert placed.version.record.release is not None, placed.outcome.says

    def _report(self, name: str) -> None:
        now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        told = Telemetry(service=name, instance="one", at=now, seq=1, epoch=0, active=None)
        self.store.put(f"services/{name}/telemetry/one.json", told.model_dump_json().encode())

    def _answer(self, request: httpx.Request) -> httpx.Response:
        time.sleep(self._latency)
        if request.url.host == "functions.example":
            if self.refuses:
                return httpx.Response(429, json={"error": "Too many requests in the last minute.", "code": "1"})
            self.woken.append({"function": request.url.path.partition("/actions/")[2], **_json(request)})
            return httpx.Response(202, json={"activationId": "0" * 32})
        if request.url.host == "api.github.com":
            return httpx.Response(200, json=[])
        return httpx.Response(404, json={})


def _json(request: httpx.Request) -> dict[str, Any]:
    found: dict[str, Any] = httpx.Response(200, content=request.content).json()
    return found


def _written(names: list[str], sets: dict[str, Any]) -> Any:
    written = read(ROOT / "bluegreen.yml")
    web = written["services"]["web"] | {"signals": ["router"]}
    services = {}
    for name in names:
        one = copy.deepcopy(web) | {"repository": f"holi-labs/{name}"}
        for environment, found in one["environments"].items():
            found["app"] = f"{name}-{environment}"
        one["traffic"]["url"] = f"https://{name}.example"
        services[name] = one
    return {
        **{k: v for k, v in written.items() if k != "sets"},
        "services": services,
        **({"sets": sets} if sets else {}),
    }
