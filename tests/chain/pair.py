"""Two services of one repository on one laptop, api and web, and the release set *shop* that both are in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from functools import partial
from typing import Any

import httpx

from bluegreen.clients.objects import MemoryObjects
from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.invocation.entry_point import Response
from bluegreen.settings import Settings, load
from bluegreen_emulator.digitalocean.host import web_app
from tests.build import BLUE, GREEN, written
from tests.chain.laptop import Laptop

API, WEB = "api", "web"
WATCH = {"checks": 2, "over": "20s", "bake": "2m", "extend": "1m", "every": "10s"}

CHECKS = {"health": {"requests": [{"get": "/api/health"}]}, "smoke": {"requests": [{"get": "/login"}]}}

_SERVING = ContextVar("service", default=WEB)  # whose apps are meant: checks run side by side, in threads


class Killed(BaseException):
    """The platform ends a function between two lines."""


class _Counted(MemoryObjects):
    """Counts the journals' versions, and kills whoever has just written the one that is meant."""

    def __init__(self, pair: "Pair") -> None:
        super().__init__()
        self._pair = pair

    def create(self, key: str, body: bytes) -> None:
        super().create(key, body)
        if "/journal/" in key:
            self._pair.appends += 1
            if self._pair.appends == self._pair.killed_after:
                raise Killed


class Pair(Laptop):
    """`broken` names what is wrong with a service's own part of a tag; `sets` is what bluegreen.yml says."""

    def __init__(self, key: bool = True, sets: dict[str, Any] | None = None, **changes: Any) -> None:
        self._sets = {"shop": {"services": [API, WEB]}} if sets is None else sets
        self.broken: dict[tuple[str, str], dict[str, Any]] = {}  # service and tag → fault
        self.appends = 0
        self.killed_after = 0  # the append that a function is killed after, 0: none is
        super().__init__(key=key, **{"watch": WATCH, "checks": CHECKS, "signals": ["probe"], **changes})
        self.state = self.shared.__dict__["state"] = _Counted(self)

    def invoke(self, name: str, event: dict[str, Any] | None = None) -> Response:
        """A function that is killed answers nothing, and wakes nobody."""
        try:
            return super().invoke(name, event)
        except Killed:
            return {"ok": False, "what": "killed", "statusCode": 502, "body": {}}

    @property
    def apps(self) -> dict[Environment, str]:
        return self._apps[_SERVING.get()]

    @apps.setter
    def apps(self, found: dict[Environment, str]) -> None:
        self._apps[WEB] = found

    def rest_both(self, minutes: int = 30) -> dict[str, Record]:
        self.drain()
        for _ in range(minutes):
            records = {name: self.record(name) for name in (API, WEB)}
            if not any(record.release or record.queued for record in records.values()):
                return records
            self.minute()
        raise AssertionError(f"not at rest after {minutes} minutes: {records}")

    def both_until(self, phase: Phase) -> None:
        """Lets wake-ups happen, and time pass, until both services are in a phase."""
        for _ in range(400):
            releases = [self.record(name).release for name in (API, WEB)]
            if all(release is not None and release.phase is phase for release in releases):
                return
            if self.queue:
                self.invoke(*self.queue.popleft())
            else:
                self.minute()
        raise AssertionError(f"never both {phase.value}: {[release and release.phase for release in releases]}")

    def phases(self) -> dict[str, str]:
        """Where both are: the phase in flight, or else what the newest release came to."""
        found = {}
        for name in (API, WEB):
            record = self.record(name)
            found[name] = record.release.phase.value if record.release else record.past[0].outcome.value
        return found

    def active(self) -> dict[str, str]:
        records = {name: self.record(name) for name in (API, WEB)}
        return {name: record.on(record.active).tag for name, record in records.items()}

    def moves(self) -> list[str]:
        """Every change of where production goes, in the order of time: service and tag."""
        found = []
        for name in (API, WEB):
            journal = self.cloud("test", name).journal
            before = None
            for seq in range(1, 10_000):
                version = journal.read(seq)
                if version is None:
                    break
                record = version.record
                if before is not None and record.active is not before:
                    found.append(
                        (version.at, int(version.nonce.split("-")[1]), f"{name} {record.on(record.active).tag}")
                    )
                before = record.active
        return [what for _, _, what in sorted(found)]

    # How it is made

    def _make_apps(self) -> dict[Environment, str]:
        commits = {BLUE: self.repository.tags["v1.2.0"].commit, GREEN: self.repository.tags["v1.1.0"].commit}
        self.repository.branches |= {f"deploy/api-{e.value}": commit for e, commit in commits.items()}
        self._apps = {API: {e: self.digitalocean.create(self._api(e), web_app(e.value)).id for e in (BLUE, GREEN)}}
        self._apps[WEB] = super()._make_apps()
        return self._apps[WEB]

    def _api(self, environment: Environment) -> dict[str, Any]:
        spec = deepcopy(self._spec(environment))
        spec["name"] = f"holi-api-{environment.value}"
        spec["services"][0]["github"]["branch"] = f"deploy/api-{environment.value}"
        return spec

    def _settings(self, environment: dict[str, str], changes: dict[str, Any]) -> Settings:
        found = written()
        web = found["services"][WEB] | changes
        api = deepcopy(web)
        web["environments"] = {e.value: web["environments"][e.value] | {"app": self.apps[e]} for e in (BLUE, GREEN)}
        api["source"] = {"kind": "pointer_branch", "prefix": "deploy/api-"}
        api["traffic"] = {"kind": "router", "url": "https://api.holilabs.com"}
        api["environments"] = {
            e.value: {"app": self._apps[API][e], "url": f"https://holi-api-{e.value}.ondigitalocean.app"}
            for e in (BLUE, GREEN)
        }
        return load({**found, "services": {API: api, WEB: web}, "sets": self._sets}, environment)

    def _client(self) -> httpx.Client:
        client, api = super()._client(), self.settings.service(API)
        fronts = {api.url(e): partial(self._app, e) for e in (BLUE, GREEN)} | {api.traffic.url: self._production}
        mounts = {url: httpx.MockTransport(partial(self._of_api, answer)) for url, answer in fronts.items()}
        client._mounts |= httpx.Client(mounts=mounts, verify=False)._mounts
        return client

    def _of_api(self, answer: Any, request: httpx.Request) -> httpx.Response:
        with self._as(API):
            found: httpx.Response = answer(request)
            return found

    @contextmanager
    def _as(self, service: str) -> Iterator[None]:
        before = _SERVING.set(service)
        yield
        _SERVING.reset(before)

    def _production(self, request: httpx.Request) -> httpx.Response:
        record = self.record(_SERVING.get())
        request.headers["x-forwarded-host"] = "holilabs.com"
        answer = self._app(record.active, request)
        answer.headers["x-bluegreen-environment"] = record.active.value
        return answer

    def _report(self) -> None:
        for name in (API, WEB):
            if self.cloud("test", name).journal.newest() is None:
                continue
            with self._as(name):
                self._write_report(name, self.record(name))

    def _write_report(self, name: str, record: Record) -> None:
        facts = {"at": self.clock.now(), "seq": 0, "epoch": record.epoch, "active": record.active}
        for number in range(self.routers):
            report = Telemetry(service=name, instance=f"r{number}", blocks=self._blocks(record), **facts)
            self.telemetry.put(f"services/{name}/telemetry/r{number}.json", report.model_dump_json().encode())

    def _fault(self, environment: Environment) -> dict[str, Any]:
        program = self._program(environment)
        tag = program.env["APP_VERSION"] if program else ""
        return self.broken.get((_SERVING.get(), tag)) or super()._fault(environment)
