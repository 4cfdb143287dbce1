"""The page as the platform serves it, on a laptop whose clock stands still: real steps and journal, no network."""

import json
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from bluegreen.cloud import Caller
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError, Unavailable
from bluegreen.core.inbound.bearers import hash_of
from bluegreen.core.judge.telemetry import Block, Counts
from bluegreen.core.record import Record
from bluegreen.door.refusal import refusal
from bluegreen.entrypoints.ops_dashboard import ENTRY_POINT
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_emulator.wire import Server
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY

LOOKS, OPERATES, RELEASES = (f"bgt_{name:_<43}" for name in ("looks", "operates", "releases"))
TOKENS = {
    "visitor": {"rights": ["read"], "hash": hash_of(LOOKS)},
    "anna": {"rights": ["operate"], "hash": hash_of(OPERATES)},
    "ben": {"rights": ["operate", "release"], "hash": hash_of(RELEASES)},
}
PATH = "/api/v1/web/fn-laptop/ops/dashboard"


class CountedObjects(MemoryObjects):
    """Counts what is read, and may be away."""

    reads = 0
    away = False

    def get(self, key: str) -> bytes | None:
        self._asked()
        return super().get(key)

    def keys(self, prefix: str, after: str = "") -> list[str]:
        self._asked()
        return super().keys(prefix, after)

    def _asked(self) -> None:
        self.reads += 1
        if self.away:
            raise Unavailable("fra1.digitaloceanspaces.com did not answer")


class PageLaptop(Laptop):
    """`tokens` of bluegreen.yml, and telemetry that tells the last five minutes as the journal has them."""

    def __init__(self, services: Iterable[str] = (), **changes: Any) -> None:
        self._more = tuple(services)
        self.noise = False
        super().__init__(**changes)
        self.state = self.shared.__dict__["state"] = CountedObjects(self.clock.seconds)
        self.host_url = "https://functions.test"

    def _settings(self, environment: dict[str, str], changes: dict[str, Any]) -> Any:
        settings = super()._settings(environment, changes)
        web = settings.file.services["web"]
        more = {name: web.model_copy(update={"name": name}) for name in self._more}
        parsed = type(settings.file).model_validate(
            {**settings.file.model_dump(mode="json", include={"state"}), "services": {"web": web}, "tokens": TOKENS}
        )
        return settings._replace(file=parsed.model_copy(update={"services": {"web": web, **more}}))

    def push(self, tag: str, **given: Any) -> list[Any]:
        """Its commit is of the same day: the page says how long it took to production."""
        commit = self.repository.release(tag, **given)
        self.repository.dates[commit.sha] = self.clock.now() - timedelta(minutes=40)
        return self.github.push_tag(REPOSITORY, tag)

    def ask(self, event: dict[str, Any]) -> dict[str, Any]:
        """One invocation of ops/dashboard."""
        self.clock.begin()
        made = self.invocation(ENTRY_POINT, event)
        made = made._replace(caller=Caller(made.caller.function, made.caller.activation, self.host_url, "fn-laptop"))
        try:
            return ENTRY_POINT.respond(made)
        except BluegreenError as error:
            return refusal(ENTRY_POINT, error)

    def get(self, token: str = "", service: str = "", **headers: str) -> dict[str, Any]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["authorization"] = f"Bearer {token}"
        return self.ask(event("GET", sent, f"service={service}" if service else ""))

    def appended(self, record: Record, why: str = "for this test") -> None:
        """A version that no function wrote."""
        journal = self.cloud("test", record.service).journal
        journal.append(journal.newest(), record, "test", why, self.clock.now())

    def _blocks(self, record: Record) -> tuple[Block, ...]:
        """With `noise`, five minutes in stretches of five seconds: production as the journal says who served then."""
        if not self.noise:
            return super()._blocks(record)
        served = self._served()
        begun = [self.clock.now() - timedelta(seconds=s) for s in range(300, 0, -5)]
        return tuple(self._block(at, served) for at in begun)

    def _block(self, at: datetime, served: list[tuple[datetime, Environment]]) -> Block:
        chance = random.Random(int(at.timestamp()))
        active = next((e for since, e in reversed(served) if since <= at), served[0][1])
        bad = at >= max(since for since, e in served if e is active) - timedelta(seconds=5)
        users = _counts(chance, 48, self._share(active) if bad or active is not self.record().active else 0.0)
        # They are so few that one failure would be a peak.
        probes = {e: _counts(chance, 5, 0.0).model_copy(update={"failed": 0}) for e in Environment}
        return Block(at=at, seconds=5, users={active: users}, probes=probes)

    def _served(self) -> list[tuple[datetime, Environment]]:
        """Since when which environment has been the active one, oldest first."""
        journal = self.cloud("test").journal
        versions = [journal.read(seq) for seq in range(1, journal.newest().seq + 1)]
        found: list[tuple[datetime, Environment]] = []
        for version in versions:
            if not found or found[-1][1] is not version.record.active:
                found.append((version.at, version.record.active))
        return found


def _counts(chance: random.Random, requests: int, share: float) -> Counts:
    """One failure in some five hundred, and most answers within 50 ms, where there is no fault."""
    number = max(requests + chance.randint(-requests // 6, requests // 6), 1)
    failed = round(number * share * chance.uniform(0.7, 1.3)) if share else int(chance.random() < number / 500)
    slow = round(number * chance.choice((0, 0, 0.04, 0.06, 0.08)))
    middle = round((number - slow) * chance.choice((0.02, 0.03, 0.1)))
    buckets = (0, number - slow - middle, middle, 0, slow, 0, 0, 0, 0, 0)
    return Counts(requests=number, failed=min(failed, number), buckets=buckets)


def event(method: str, headers: dict[str, str], query: str = "", body: str = "") -> dict[str, Any]:
    http = {"method": method, "headers": headers, "queryString": query, "body": body, "path": ""}
    return {"http": {**http, "isBase64Encoded": False}}


def page_app(laptop: PageLaptop, beside: dict[str, str] | None = None) -> Callable[..., Any]:
    """The page at its path, as WSGI; `beside`: other pages of the same origin, by path."""

    @Request.application
    def app(request: Request) -> Response:
        if request.path in (beside or {}):
            return Response((beside or {})[request.path], content_type="text/html")
        if request.path != PATH:
            return Response("nothing is here", 404)
        headers = {name.lower(): value for name, value in request.headers.items()}
        query, body = request.query_string.decode(), request.get_data(as_text=True)
        told = laptop.ask(event(request.method, headers, query, body))
        answer = told["body"] if isinstance(told["body"], str) else _json(told["body"])
        return Response(answer, told["statusCode"], told["headers"])

    return app


def _json(body: Any) -> str:
    return json.dumps(body)


def served(laptop: PageLaptop, beside: dict[str, str] | None = None) -> Server:
    server = Server(page_app(laptop, beside))
    laptop.host_url = server.url
    return server
