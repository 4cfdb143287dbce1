"""The services of the bench as the functions meet them: a store, routers that report, apps, and the APIs.

Every answer takes as long as `Latencies` says; whose host is in `hangs` does not answer at all. What is asked is
counted by whom it is asked of.
"""

import copy
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import httpx

from benchmarks.scale.reports import START, report
from benchmarks.scale.virtual_time import VirtualTime
from bluegreen.clients import bounded
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Unavailable
from bluegreen.core.phases import Phase
from bluegreen_cli.config import read
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.memory_objects import MemoryObjects

BLUE, GREEN = Environment.BLUE, Environment.GREEN
TAGS = {BLUE: "v1.2.0", GREEN: "v1.3.0"}
_FOLLOWS = 1.0  # seconds until the router has read a version
FUNCTIONS = "functions.example"


class Latencies(NamedTuple):
    """Seconds until an answer."""

    store: float = 0.02
    web: float = 0.05
    api: float = 0.15


QUICK = Latencies()


class Route(NamedTuple):
    """What a service's routers have applied. `beat`: seconds between two nudges, where it paces the looks."""

    seq: int
    epoch: int
    active: Environment
    watched: bool = False
    beat: float | None = None


class Counting:
    """How often who was asked, minute by minute."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time
        self.minutes: dict[str, Counter[int]] = {}

    def count(self, whom: str) -> None:
        self.minutes.setdefault(whom, Counter())[int(self._time.t // 60)] += 1

    def most(self, whom: str) -> int:
        """In any minute."""
        return max(self.minutes.get(whom, {0: 0}).values())

    def all(self, whom: str) -> int:
        return sum(self.minutes.get(whom, {}).values())


class Store(MemoryObjects):
    """Both buckets. A router's report is made when it is read."""

    def __init__(self, world: "World") -> None:
        super().__init__(lambda: world.time.t)
        self._world = world

    def get(self, key: str) -> bytes | None:
        self._wait(key)
        if "/telemetry/" in key:
            return self._world.report(key.split("/")[1])
        return super().get(key)

    def create(self, key: str, body: bytes) -> None:
        self._wait(key)
        super().create(key, body)
        if "/journal/" in key:
            self._world.appended(key.split("/")[1], json.loads(body))

    def put(self, key: str, body: bytes) -> None:
        self._wait(key)
        super().put(key, body)

    def ages(self, prefix: str) -> dict[str, float]:
        self._wait(prefix)
        return {f"{prefix}{self._world.instance}.json": 1.0}

    def keys(self, prefix: str, after: str = "") -> list[str]:
        self._wait(prefix)
        return super().keys(prefix, after)

    def _wait(self, key: str) -> None:
        slow = self._world.slow.get(key.split("/")[1], 0.0) if "/" in key else 0.0
        takes, left = self._world.latencies.store + slow, bounded.left()
        self._world.wait("store", max(min(takes, left), 0.0))
        if takes > left:
            raise Unavailable("Spaces: no time was left to wait for its answer")


class World:
    """`asked(service)` is called when production is asked, which each look at a bake does once."""

    # What is wrong: hosts that never answer; by service, how many seconds longer its objects take, and since when its
    # new release fails a fifth of the requests.
    hangs: set[str]
    slow: dict[str, float]
    fails: dict[str, float]

    def __init__(self, names: list[str], time: VirtualTime, latencies: Latencies, nudges: bool) -> None:
        self.names, self.time, self.latencies, self.nudges = names, time, latencies, nudges
        self.counting = Counting(time)
        self.hangs, self.slow, self.fails = set(), {}, {}
        self.routes = dict.fromkeys(names, Route(0, 0, BLUE))
        self.instance = "one"  # of every service's router
        self.mute: set[str] = set()  # services whose router's nudges do not arrive
        self.beaten: Callable[[str], None] = lambda service: None
        self.moved: dict[str, float] = {}  # by service: when production was last pointed elsewhere
        self.asked: Callable[[str], None] = lambda service: None
        self.woken: Callable[[str, dict[str, Any]], httpx.Response] = lambda function, event: httpx.Response(202)
        self.store = Store(self)
        self.http = httpx.Client(transport=httpx.MockTransport(self._answer))

    def wait(self, whom: str, seconds: float) -> None:
        self.counting.count(whom)
        self.time.wait(seconds)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time.t)

    def appended(self, service: str, version: dict[str, Any]) -> None:
        record = version["record"]
        release = record["release"] or {}
        watched, beat = release.get("phase") == Phase.WATCHING.value, release.get("beat")
        beats = beat["every"] if watched and beat and beat["instance"] == self.instance else None
        route = Route(version["seq"], record["epoch"], Environment(record["active"]), watched, beats)
        before = self.routes[service].beat
        if route.active is not self.routes[service].active:
            self.moved[service] = self.time.t
        self.routes[service] = route
        if beats and not before:
            self.time.at(self.time.t + _FOLLOWS, lambda: self._beat(service))

    def _beat(self, service: str) -> None:
        """Until the journal does not want it any more."""
        every = self.routes[service].beat
        if every is None:
            return
        if service not in self.mute:
            self.beaten(service)
        self.time.at(self.time.t + every, lambda: self._beat(service))

    def report(self, service: str) -> bytes:
        """The last five minutes, as the agent writes them."""
        route, fails = self.routes[service], self.fails.get(service)
        told = report(self.time.t, route.watched, route.epoch, route.active, fails, self.nudges)
        for word, said in ((b"NAME", service), (b"INSTANCE", self.instance), (b"987654321", str(route.seq))):
            told = told.replace(word, said.encode())
        return told

    def _answer(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if host in self.hangs:
            self._hang(request)
        if host == FUNCTIONS:
            self.wait("functions", self.latencies.api)
            body = httpx.Response(200, content=request.content).json()
            return self.woken(request.url.path.partition("/actions/")[2], body)
        if host in ("api.github.com", "api.digitalocean.com"):
            self.wait(host, self.latencies.api)
            return httpx.Response(200, json=[] if host == "api.github.com" else {})
        return self._page(host.removesuffix(".example"))

    def _page(self, host: str) -> httpx.Response:
        """Of production, or of one environment."""
        service, _, named = host.partition("-")
        if not named:
            self.asked(service)
        environment = Environment(named) if named else self.routes[service].active
        self.wait("web", self.latencies.web)
        body = {"status": "ok", "version": TAGS[environment]}
        return httpx.Response(200, json=body, headers={"x-bluegreen-environment": environment.value})

    def _hang(self, request: httpx.Request) -> None:
        """As long as whoever asks has the patience."""
        limits = request.extensions.get("timeout", {})
        self.wait("hung", max(min(limits.get("read") or 10.0, bounded.left()), 0.0))
        raise httpx.ReadTimeout("no answer", request=request)


def settings_file(names: list[str], changes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """bluegreen.yml of so many services, each with a router, a repository and addresses of its own. `changes` replace
    whole keys of the services that they name."""
    written = read(ROOT / "bluegreen.yml")
    web = written["services"]["web"] | {"signals": ["router"], "notify": [{"kind": "slack"}]}
    services = {}
    for name in names:
        one = copy.deepcopy(web) | {"repository": f"holi-labs/{name}"}
        one["traffic"] = {"kind": "router", "url": f"https://{name}.example"}
        for environment, found in one["environments"].items():
            found |= {"app": f"{name}-{environment}", "url": f"https://{name}-{environment}.example"}
        services[name] = one | changes.get(name, {})
    return {**{k: v for k, v in written.items() if k != "sets"}, "services": services}
