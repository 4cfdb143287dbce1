"""A desk: bluegreen.yml and .env in a folder, a store, and functions that run when they are called. Real HTTP."""

import base64
import json
import sys
from contextlib import contextmanager
from datetime import UTC, datetime

import yaml
from typer.testing import CliRunner
from werkzeug.wrappers import Request, Response

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces as Bucket
from bluegreen.cloud import Connections
from bluegreen.core.environment import Environment, Status
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.telemetry import Block, Counts, Telemetry
from bluegreen.core.phases import Phase
from bluegreen.core.pointing import adopt
from bluegreen.core.record import PastRelease
from bluegreen.core.release import Deployment, HistoryLine, Release
from bluegreen.door.refusal import refusal
from bluegreen.entrypoints import abort, deploy, rollback, status, switch
from bluegreen.settings import parse
from bluegreen_cli import direct
from bluegreen_cli.main import app
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server
from tests.build import written as one_service

KEY = "dof_v1_id:example-secret"
STORE = {"BLUEGREEN_SPACES_KEY": "KEY", "BLUEGREEN_SPACES_SECRET": "store-secret"}
CALLED = {each.name: each for each in (m.ENTRY_POINT for m in (abort, deploy, rollback, status, switch))}


class AtTerminal(CliRunner):
    """Where what is typed comes from a terminal."""

    @contextmanager
    def isolation(self, *given, **more):
        with super().isolation(*given, **more) as streams:
            sys.stdin.isatty = lambda: True
            yield streams


class Desk:
    def __init__(self, folder, monkeypatch):
        self.runner = CliRunner()
        for name in (*STORE, "BLUEGREEN_FUNCTIONS_KEY", "BLUEGREEN_FUNCTIONS_HOST", "BLUEGREEN_DIGITALOCEAN_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        self.folder, self.written, self.servers, self.calls = folder, one_service(), [], []
        self.active, self.body, self.health_status = "green", {"status": "ok", "version": "v1.2.0"}, 200
        state = self.written["state"]
        self.buckets = [state["bucket"], state["telemetry_bucket"]]
        state["endpoint"] = self.serve(Spaces({"KEY": ("store-secret", {"": "fullaccess"})}, self.buckets).app)
        self.url = self.serve(self._production)
        self.web = self.written["services"]["web"]
        self.web["traffic"] = {"kind": "router", "url": self.url, "settle": "1s"}
        self.web["signals"], self.web["notify"] = ["router"], []
        self.web["checks"] = {"health": {"requests": [{"name": "health", "get": "/api/health"}]}}
        self.other_url = self.url.replace("127.0.0.1", "localhost")  # each environment has one of its own
        for environment, url in (("blue", self.url), ("green", self.other_url)):
            self.web["environments"][environment]["url"] = url
        self.env = {**STORE, "BLUEGREEN_FUNCTIONS_KEY": KEY, "BLUEGREEN_FUNCTIONS_HOST": self.serve(self._platform)}

    def serve(self, web):
        self.servers.append(Server(web))
        return self.servers[-1].url

    def _production(self, environ, start_response):
        marked = {"x-bluegreen-environment": self.active, "content-type": "application/json"}
        return Response(json.dumps(self.body), self.health_status, marked)(environ, start_response)

    def _platform(self, environ, start_response):
        """As OpenWhisk's API runs a function that is waited for; what it does is the function's own code."""
        request = Request(environ)
        if request.headers.get("authorization") != f"Basic {base64.b64encode(KEY.encode()).decode()}":
            return Response('{"error": "not authorized"}', 401)(environ, start_response)
        if request.method == "GET":
            return Response("[]")(environ, start_response)
        name, event = request.path.rpartition("/actions/")[2], request.get_json()
        if name not in CALLED:
            return Response('{"error": "The requested resource does not exist."}', 404)(environ, start_response)
        self.calls.append((name, event))
        settings = direct.settings_of(self.written, STORE)
        connections = Connections(settings)
        invocation = direct._invocation(CALLED[name], settings, connections, event)
        try:
            answer = CALLED[name].respond(invocation)
        except BluegreenError as error:
            answer = refusal(CALLED[name], error)
        return Response(json.dumps(answer), content_type="application/json")(environ, start_response)

    def bucket(self, number):
        state = self.written["state"]
        return Bucket(state["endpoint"], state["region"], self.buckets[number], "KEY", "store-secret")

    def journal(self, service="web"):
        return Journal(self.bucket(0), service, nonce=lambda: datetime.now(UTC).isoformat())

    def newest(self, service="web"):
        return self.journal(service).newest()

    def service(self, name="web"):
        file, _ = parse(self.written)
        return file.services[name]

    def write(self, *changes, service="web"):
        """Versions of the journal, one for each change of the record."""
        now = lambda: datetime.now(UTC)  # noqa: E731
        journal, newest = self.journal(service), self.newest(service)
        if newest is None:
            newest = journal.begin(adopt(self.service(service)), "a test", "adopted", now())
        for change in changes:
            newest = journal.update(newest, lambda record, at: change(record), "a test", "so it is", now).version  # noqa: B023
        return newest

    def ready(self, tag="v1.3.0", number=1, **changes):
        """A release that waits in *ready*."""
        now = datetime.now(UTC)
        line = HistoryLine(at=now, phase=Phase.READY, by="checks/smoke", says="2 smoke checks passed")
        facts = {"id": f"web-{number}", "tag": tag, "commit": "c" * 40, "by": "a push by anna", "requested_at": now}
        release = Release(
            **facts, phase=Phase.READY, phase_since=now, wake_at=now, target=Environment.GREEN,
            deployment=Deployment(intended_at=now, id="dep-1"), history=(line,), reason="2 smoke checks passed",
            options={"auto_switch": False}, **changes,
        )  # fmt: skip

        def change(record):
            record = record.model_copy(update={"release": release, "last_number": number})
            return record.with_environment(
                Environment.GREEN, tag=tag, commit="c" * 40, status=Status.READY, proven=True, deployment="dep-1"
            )

        return self.write(change)

    def over(self, tag="v1.3.0", reason="10 of 10 checks passed", outcome=Phase.LIVE):
        """The release in flight comes to rest, as far as the record's past knows it."""
        past = PastRelease(id="web-1", tag=tag, commit="c" * 40, outcome=outcome, at=datetime.now(UTC), reason=reason)
        return self.write(lambda record: record.model_copy(update={"release": None}).with_past(past))

    def counted(self, requests=100, failed=0, bucket=1):
        """Routers report what they count."""
        buckets = tuple(requests if number == bucket else 0 for number in range(10))
        counts = Counts(requests=requests, failed=failed, buckets=buckets)
        now = datetime.now(UTC)
        block = Block(at=now, seconds=5, users={Environment.BLUE: counts}, probes={})
        facts = {"service": "web", "instance": "r1", "at": now, "seq": 0, "epoch": 0, "active": Environment.BLUE}
        report = Telemetry(**facts, blocks=(block,))
        self.bucket(1).put("services/web/telemetry/r1.json", report.model_dump_json().encode())

    def second_service(self):
        api = json.loads(json.dumps(self.web))
        api["source"], api["tags"] = {"kind": "pointer_branch", "prefix": "deploy/api-"}, {"pattern": "api-v*"}
        urls = {"blue": self.url, "green": self.other_url}
        api["environments"] = {e: {"app": f"api-{e}", "url": url} for e, url in urls.items()}
        api["traffic"]["url"] = self.other_url
        self.written["services"]["api"] = api

    def files(self):
        (self.folder / "bluegreen.yml").write_text(yaml.safe_dump(self.written))
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in self.env.items() if value))
        return ["--config", str(self.folder / "bluegreen.yml"), "--env", str(self.folder / ".env")]

    def say(self, *words, typed=None):
        return self.runner.invoke(app, [*words, *self.files()], input=typed)

    def close(self):
        for server in self.servers:
            server.close()
