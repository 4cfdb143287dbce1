"""The whole chain in one process, on a clock that stands still: real steps and real clients, emulated services."""

import itertools
import json
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx

from bluegreen.clients.objects import MemoryObjects
from bluegreen.cloud import Caller, Clients, Cloud, Connections, cloud_for
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts, Telemetry
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.door import refusal
from bluegreen.entrypoints import (
    abort,
    checks_health,
    checks_smoke,
    deploy,
    hooks_alert,
    hooks_github,
    ops_watch,
    rollback,
    status,
    switch,
)
from bluegreen.invocation.entry_point import EntryPoint, Invocation, Response
from bluegreen.settings import Settings, load
from bluegreen_emulator.app import pages
from bluegreen_emulator.app.fault import Spread
from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean.host import Program, web_app
from bluegreen_emulator.digitalocean.memory_host import MemoryHost
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.settings import Settings as CloudSettings
from bluegreen_emulator.digitalocean.web import create_app as digitalocean_app
from bluegreen_emulator.faults import Faults
from bluegreen_emulator.github import GitHub, Hook
from bluegreen_emulator.github import create_app as github_app
from bluegreen_emulator.slack import Slack
from bluegreen_emulator.slack import create_app as slack_app
from bluegreen_emulator.wire import Front
from tests.build import BLUE, GREEN, written
from tests.chain.still_clock import StillClock

CALLS = {
    entry_point.name: entry_point
    for entry_point in (
        deploy.ENTRY_POINT,
        switch.ENTRY_POINT,
        rollback.ENTRY_POINT,
        abort.ENTRY_POINT,
        status.ENTRY_POINT,
        checks_health.ENTRY_POINT,
        checks_smoke.ENTRY_POINT,
        hooks_github.ENTRY_POINT,
        hooks_alert.ENTRY_POINT,
        ops_watch.ENTRY_POINT,
    )
}
REPOSITORY = "holi-labs/holi"
SECRET = "a-webhook-secret-of-this-test"
ENVIRONMENT = {
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_of-this-test",
    "BLUEGREEN_GITHUB_TOKEN": "github_pat_of-this-test",
    "BLUEGREEN_GITHUB_WEBHOOK_SECRET": SECRET,
    "BLUEGREEN_ALERT_SECRET": "an-alert-secret-of-this-test",
    "BLUEGREEN_SPACES_KEY": "spaces-key-of-this-test",
    "BLUEGREEN_SPACES_SECRET": "spaces-secret-of-this-test",
    "BLUEGREEN_SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T00HOLI00/B00RELEASE/emulatedslackwebhook",
    "BLUEGREEN_FUNCTIONS_KEY": "dof_v1_of:this-test",
    "BLUEGREEN_PROMETHEUS_TOKEN": "prometheus-token-of-this-test",
    "BLUEGREEN_REGISTRY_CREDENTIALS": "ci:registry-token-of-this-test",
}
_TURNS = 400


class Reports(MemoryObjects):
    """Telemetry that is as fresh as it is looked at."""

    def __init__(self, refresh: Callable[[], None], seconds: Callable[[], float]) -> None:
        super().__init__(seconds)
        self._refresh = refresh

    def ages(self, prefix: str) -> dict[str, float]:
        self._refresh()
        return super().ages(prefix)


class Laptop:
    """`queue` holds the wake-ups that were accepted; `drain` lets them happen."""

    def __init__(self, key: bool = True, images: bool = False, **changes: Any) -> None:
        self._images = images
        self.clock = StillClock()
        self.state, self.telemetry = MemoryObjects(), Reports(self._report, self.clock.seconds)
        self.slack = Slack(clock=self.clock)
        self.faults = {name: Faults() for name in ("digitalocean", "github", "slack", "functions")}
        self.queue: deque[tuple[str, dict[str, Any]]] = deque()
        self.refuse_wakes = False
        self.routers = 2  # instances that follow the journal
        self.activations = itertools.count(1)
        self.lines: list[dict[str, Any]] = []
        self._spread = Spread()
        self._make_cloud()
        environment = ENVIRONMENT if key else {**ENVIRONMENT, "BLUEGREEN_FUNCTIONS_KEY": "none"}
        self.settings = self._settings(environment, changes)
        self.shared = Connections(self.settings)
        self.shared.__dict__ |= {"http": self._client(), "state": self.state, "telemetry": self.telemetry}

    # What people and machines do

    def push(self, tag: str, **given: Any) -> list[Any]:
        """Pushes a release tag, and its image where there are images; GitHub tells hooks/github."""
        if self._images:
            self.digitalocean.push_image("web", tag, self.repository.release(tag, **given))
            given = {}
        return self.github.push_tag(REPOSITORY, tag, **given)

    def invoke(self, name: str, event: dict[str, Any] | None = None) -> Response:
        """Runs a function to its end; its answer has been through JSON, as on the platform."""
        entry_point = CALLS[name]
        self.clock.begin()
        try:
            answer = entry_point.run(self.invocation(entry_point, event or {}))
        except BluegreenError as error:
            answer = refusal(entry_point, error)
        return json.loads(json.dumps(answer))

    def drain(self) -> None:
        """Lets wake-ups happen in their order until none is left."""
        for _ in range(_TURNS):
            if not self.queue:
                return
            self.invoke(*self.queue.popleft())
        raise AssertionError(f"still not at rest after {_TURNS} invocations: {self.record()}")

    def until(self, phase: Phase) -> None:
        """Lets wake-ups happen until the release is in a phase; the next one is still in the queue."""
        for _ in range(_TURNS):
            release = self.record().release
            if release is not None and release.phase is phase:
                return
            self.invoke(*self.queue.popleft())

    def drain_but(self, lost: int) -> None:
        """The wake-up of that number is accepted, but never happens."""
        for number in itertools.count():
            if not self.queue:
                return
            wake = self.queue.popleft()
            if number != lost:
                self.invoke(*wake)

    def drain_twice(self) -> None:
        """Every wake-up happens twice, the second time later."""
        again: list[tuple[str, dict[str, Any]]] = []
        for _ in range(_TURNS):
            if not self.queue:
                break
            wake = self.queue.popleft()
            again.append(wake)
            self.invoke(*wake)
        for wake in again:
            self.invoke(*wake)

    def minute(self) -> None:
        """The schedule fires, and all that follows from it happens."""
        self.clock.sleep(60)
        self.invoke("ops/watch", {"source": "schedule"})
        self.drain()

    def rest(self, minutes: int = 30) -> Record:
        """Lets everything happen until nothing is in flight."""
        self.drain()
        for _ in range(minutes):
            record = self.record()
            if record.release is None and not record.queued:
                return record
            self.minute()
        raise AssertionError(f"not at rest after {minutes} minutes: {self.record()}")

    # What a test looks at

    def record(self, service: str = "web") -> Record:
        found = self.cloud("test", service).journal.newest()
        assert found is not None
        return found.record

    def outcome(self, tag: str) -> str:
        return next(past.outcome.value for past in self.record().past if past.tag == tag)

    def reason(self, tag: str) -> str:
        return next(past.reason for past in self.record().past if past.tag == tag)

    def told(self) -> list[str]:
        return [message["payload"]["text"] for message in self.slack.messages]

    def deployments(self, environment: Environment) -> int:
        return len(self.digitalocean.app(self.apps[environment]).deployments)

    # How it is made

    def invocation(self, entry_point: EntryPoint, event: dict[str, Any]) -> Invocation:
        caller, clients = self._begin(entry_point.name)

        def cloud(service: Service) -> Cloud:
            return cloud_for(service, clients, caller, self.clock, self._log)

        return Invocation(event, self.settings, self.clock, caller, clients, cloud)

    def cloud(self, function: str, service: str = "web") -> Any:
        caller, clients = self._begin(function)
        return cloud_for(self.settings.service(service), clients, caller, self.clock, self._log)

    def _begin(self, function: str) -> tuple[Caller, Clients]:
        caller = Caller(function, f"activation-{next(self.activations)}", "https://functions.test")
        return caller, Clients(self.settings, self.shared, caller, self.clock)

    def _log(self, what: str, **facts: Any) -> None:
        self.lines.append({"what": what, **facts})

    def _make_cloud(self) -> None:
        self.repository = Repository(REPOSITORY)
        self.repository.release("v1.1.0")
        self.repository.release("v1.2.0")
        self.repository.branches |= {
            "deploy/blue": self.repository.tags["v1.2.0"].commit,
            "deploy/green": self.repository.tags["v1.1.0"].commit,
        }
        repositories = {REPOSITORY: self.repository}
        self.host = MemoryHost()
        times = CloudSettings(pending_build=1, building=20, pending_deploy=1, deploying=10, run_jobs=False)
        self.digitalocean = DigitalOcean(self.clock, repositories, times, self.host)
        self.apps = self._make_apps()
        self.github = GitHub(
            repositories,
            ENVIRONMENT["BLUEGREEN_GITHUB_TOKEN"],
            self.clock,
            [Hook("https://functions.test/hooks/github", SECRET, REPOSITORY)],
            client=httpx.Client(transport=httpx.MockTransport(self._webhook)),
            in_background=False,
        )

    def _make_apps(self) -> dict[Environment, str]:
        return {e: self.digitalocean.create(self._spec(e), web_app(e.value)).id for e in (BLUE, GREEN)}

    def _spec(self, environment: Environment) -> dict[str, Any]:
        service = {"name": "web", "http_port": 8080, "health_check": {"http_path": "/api/health"}}
        if self._images:
            running = {BLUE: "v1.2.0", GREEN: "v1.1.0"}[environment]
            self.digitalocean.push_image("web", running, self.repository.commits[self.repository.tags[running].commit])
            service["image"] = {"registry_type": "DOCR", "repository": "web", "tag": running}
            service["envs"] = [{"key": "DB_URL", "type": "SECRET", "scope": "RUN_TIME", "value": "postgres://hush"}]
        else:
            branch = f"deploy/{environment.value}"
            service["github"] = {"repo": REPOSITORY, "branch": branch, "deploy_on_push": False}
        return {"name": f"holi-{environment.value}", "region": "fra", "services": [service]}

    def _settings(self, environment: dict[str, str], changes: dict[str, Any]) -> Settings:
        found = written()
        web = found["services"]["web"]
        for e in (BLUE, GREEN):
            web["environments"][e.value]["app"] = self.apps[e]
        web["watch"] = {"checks": 10, "over": "60s", "bake": "2m", "every": "5s"}
        if self._images:
            web["source"] = {"kind": "image", "registry": "holi", "repository": "web"}
        web |= changes
        return load(found, environment)

    def _client(self) -> httpx.Client:
        web = self.settings.service("web")
        fronts = {
            "https://api.digitalocean.com": Front(
                digitalocean_app(self.digitalocean), faults=self.faults["digitalocean"]
            ),
            "https://api.github.com": Front(github_app(self.github), faults=self.faults["github"]),
            "https://hooks.slack.com": Front(slack_app(self.slack), faults=self.faults["slack"]),
        }
        mounts: dict[str, httpx.BaseTransport] = {url: httpx.WSGITransport(app=app) for url, app in fronts.items()}
        for environment in (BLUE, GREEN):
            mounts[web.url(environment)] = httpx.MockTransport(lambda request, e=environment: self._app(e, request))
        mounts[web.traffic.url] = httpx.MockTransport(self._production)
        mounts["https://functions.test"] = httpx.MockTransport(self._wake)
        return httpx.Client(mounts=mounts)

    def _webhook(self, request: httpx.Request) -> httpx.Response:
        http = {
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "method": "POST",
            "path": "",
            "body": request.content.decode(),
            "isBase64Encoded": False,
        }
        answer = self.invoke("hooks/github", {"http": http})
        return httpx.Response(answer["statusCode"], json=answer["body"])

    def _wake(self, request: httpx.Request) -> httpx.Response:
        if self.refuse_wakes:
            return httpx.Response(429, json={"error": "Too many requests in the last minute", "code": "x"})
        name = request.url.path.split("/actions/")[1]
        self.queue.append((name, json.loads(request.content)))
        return httpx.Response(202, json={"activationId": "a" * 32})

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
        probes = {
            e: Counts(requests=5, failed=round(5 * self._share(e, probe=True)), buckets=(5, *clean))
            for e in Environment
        }
        begun = [self.clock.now() - timedelta(seconds=s) for s in range(60, 0, -1)]
        return tuple(Block(at=at, seconds=1, users={record.active: users}, probes=probes) for at in begun)

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


def seen(answer: Response) -> SimpleNamespace:
    """A web answer, for reading: status and body."""
    return SimpleNamespace(status=answer["statusCode"], **answer["body"])
