import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from pydantic import ValidationError

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Unavailable
from bluegreen.core.judge.client_paths import ClientPath
from bluegreen.core.judge.telemetry import Counts, Telemetry
from bluegreen.core.phases import Phase
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_router import probes as probing
from bluegreen_router.counts import Answer, Ledger, Source
from bluegreen_router.engine.clusters import ENVIRONMENTS
from bluegreen_router.log import Log
from bluegreen_router.nudge import Nudge
from bluegreen_router.report import Report
from bluegreen_router.route import Route
from bluegreen_router.settings import Settings
from tests.waiting import stays, until

BLUE, GREEN = Environment.BLUE, Environment.GREEN


def users(router, environment: Environment) -> Counts:
    """All that the router has reported so far."""
    blocks = router.telemetry().blocks
    return sum((block.users[environment] for block in blocks if environment in block.users), start=Counts())


def probes(router, environment: Environment) -> Counts:
    blocks = router.telemetry().blocks
    return sum((block.probes[environment] for block in blocks if environment in block.probes), start=Counts())


@pytest.mark.slow
def test_the_counts_are_exact(start, service):
    router = start(BLUEGREEN_PREVIEW_SECRET="preview-secret")
    router.follows(service.serve(BLUE))
    with httpx.Client(trust_env=False, base_url=router.url) as client:
        for _ in range(200):
            client.get("/")
        for status in (404, 500, 503):
            client.get(f"/?status={status}")
        client.get("/drop")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/half")
        client.get("/held?seconds=0.15")
        with pytest.raises(httpx.ReadTimeout):
            client.get("/held", timeout=0.1)
        for path, headers in (("/?status=500", {"X-Bluegreen-Preview": "preview-secret"}), ("/_bluegreen/health", {})):
            client.get(path, headers=headers)
        router.follows(service.serve(GREEN))
        for _ in range(50):
            client.get("/")
    router.stop()

    blue, green = users(router, BLUE), users(router, GREEN)
    assert (blue.requests, blue.failed) == (207, 4)
    assert (green.requests, green.failed) == (50, 0)
    assert sum(blue.buckets) == 207
    assert blue.slower_than(100) >= 1


def asked(router, url: str, client: str, **headers: str) -> None:
    router.get(url, headers={"Do-Connecting-Ip": client, **headers})


@pytest.mark.slow
def test_whose_requests_fail_is_told_without_an_address_or_a_path(start, service):
    router = start()
    router.follows(service.serve(BLUE))
    for n in range(6):
        asked(router, f"/broken?status=500&n={n}", "198.51.100.7", **{"X-Forwarded-For": f"203.0.113.{n}"})
        for good in range(5):
            asked(router, f"/orders/{good}", f"198.51.100.{good}")
    asked(router, "/broken?status=500", "198.51.100.8")
    asked(router, "/drop", "2001:db8:1:2::7")
    with pytest.raises(httpx.RemoteProtocolError):
        asked(router, "/half", "2001:db8:1:2::8")
    router.stop()

    told = users(router, BLUE)
    assert (told.requests, told.failed) == (39, 9)
    assert [failed for _, failed in told.client_paths] == [6, 1, 1, 1]
    written = router.telemetry_store.get("services/web/telemetry/router-1.json").decode()
    assert not any(word in written for word in ("198.51", "203.0", "2001:db8", "broken", "orders", "drop"))


@pytest.mark.slow
def test_a_client_that_calls_itself_many_is_one(start, service):
    """Only the last hop that no trusted proxy stands behind is believed."""
    router = start()
    router.follows(service.serve(BLUE))
    for n in range(6):
        router.get("/?status=500", headers={"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.7"})
        router.get("/?status=500", headers={"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.7, 10.0.0.{n}"})
    until(lambda: users(router, BLUE).failed == 12, what="all failures are reported")

    assert [failed for _, failed in users(router, BLUE).client_paths] == [12]


@pytest.mark.slow
def test_many_clients_that_fail_are_many(start, service):
    router = start()
    router.follows(service.serve(BLUE))
    for n in range(12):
        asked(router, "/broken?status=500", f"198.51.100.{n}")
    until(lambda: users(router, BLUE).failed == 12, what="all failures are reported")

    assert {failed for _, failed in users(router, BLUE).client_paths} == {1}


@pytest.mark.slow
def test_two_instances_of_a_router_tell_one_client_by_the_same_number(start, service, tmp_path):
    keys = []
    for name in ("router-1", "router-2"):
        folder = tmp_path / name
        folder.mkdir()
        router = start(folder, BLUEGREEN_INSTANCE=name)
        router.follows(service.version or service.serve(BLUE))
        asked(router, "/broken?status=500", "198.51.100.7")
        until(lambda router=router: users(router, BLUE).client_paths, what="the client is reported")
        router.stop()
        keys.append(users(router, BLUE).client_paths[0].key)

    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    "told",
    [[[7, 0]], [[-1, 3]], [[1 << 24, 3]], [[7, 3]] * 17, [["/broken", 3]], [[7, 10**10]], [[7.5, 3]], [[7]], "many", 7],
)
def test_what_no_router_tells_is_refused(told):
    whole = {"requests": 9, "failed": 3, "client_paths": [[7, 3]]}
    assert Counts.model_validate_json(json.dumps(whole)).client_paths == (ClientPath(7, 3),)
    with pytest.raises(ValidationError):
        Counts.model_validate_json(json.dumps({**whole, "client_paths": told}))


def test_a_new_route_is_reported_at_once(start, service):
    router = start(BLUEGREEN_TELEMETRY_SECONDS="60")
    router.follows(service.serve(BLUE))
    until(lambda: router.telemetry().epoch == 1)
    version = service.serve(GREEN, Phase.SWITCHING)
    until(lambda: router.telemetry().epoch == 2)

    report = router.telemetry()
    assert (report.service, report.instance, report.seq, report.active) == ("web", "router-1", version.seq, GREEN)


@pytest.mark.slow
def test_while_a_release_is_under_watch_blocks_are_a_second_long(start, service):
    router = start(BLUEGREEN_TELEMETRY_SECONDS="60")
    router.follows(service.serve(BLUE, Phase.WATCHING))
    for _ in range(3):
        router.get("/?status=500")
    until(lambda: users(router, BLUE).failed == 3, what="the failures are reported before the minute is over")
    router.get("/?status=500")
    until(lambda: users(router, BLUE).failed == 4, what="the next failure is reported")

    assert all(block.seconds < 30 for block in router.telemetry().blocks)


@pytest.mark.slow
def test_both_environments_are_probed_alike(start, service, green):
    green.status = 503
    router = start(BLUEGREEN_PROBES_PER_SECOND="20")
    router.follows(service.serve(BLUE, Phase.WATCHING))
    until(lambda: min(probes(router, e).requests for e in Environment) >= 20, what="20 probes of each")

    blue_counts, green_counts = probes(router, BLUE), probes(router, GREEN)
    assert blue_counts.failed == 0
    assert green_counts.failed == green_counts.requests
    assert 2 / 3 < blue_counts.requests / green_counts.requests < 3 / 2
    assert not users(router, BLUE).requests


def test_a_probe_that_envoy_leaves_as_it_stops_is_no_failure(start, service, monkeypatch):
    monkeypatch.setattr(probing, "TIME_LIMIT", 30)
    router = start(BLUEGREEN_PROBES_PER_SECOND="1", BLUEGREEN_PROBE_PATH="/held")
    router.follows(service.serve(BLUE, Phase.WATCHING))
    until(lambda: router.envoy.admin.gauge(f"cluster.{ENVIRONMENTS}.upstream_rq_active") >= 2, what="probes wait")
    router.stop()

    assert [counts for block in router.telemetry().blocks for counts in block.probes.values()] == []


def test_a_store_that_takes_no_telemetry_stops_nothing(start, service):
    router = start()

    def refuse(key: str, body: bytes) -> None:
        raise Unavailable("no answer")

    router.telemetry_store.put = refuse
    router.follows(service.serve(BLUE))
    router.follows(service.serve(GREEN))

    assert router.get().json()["name"] == "green"


class _Hooks(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, self.headers["X-Require-Whisk-Auth"], body))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hooks():
    server = HTTPServer(("127.0.0.1", 0), _Hooks)
    server.came = []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_failures_of_a_release_under_watch_nudge_once_in_a_while(start, service, hooks):
    url = f"http://127.0.0.1:{hooks.server_port}/hooks/deployment"
    router = start(BLUEGREEN_NUDGE_URL=url, BLUEGREEN_NUDGE_SECRET="nudge-secret")
    router.follows(service.serve(BLUE))
    router.get("/?status=500")
    router.follows(service.serve(BLUE, Phase.ROLLING_BACK))
    began = datetime.now(UTC)
    router.follows(service.serve(BLUE, Phase.WATCHING))
    quiet = list(hooks.came)
    router.get("/?status=500")
    until(lambda: bool(hooks.came))
    until(lambda: any(block.at > began and block.users for block in router.telemetry().blocks))
    router.get("/?status=500")
    until(lambda: users(router, BLUE).failed == 3)

    assert quiet == []
    told = {"service": "web", "instance": router.telemetry().instance}
    (path, secret, body), *others = hooks.came
    assert others == []
    assert (path, secret, json.loads(body)) == ("/hooks/deployment", "nudge-secret", told)


@pytest.mark.parametrize(("beats", "heard"), [(True, True), (False, False)])
def test_looks_are_paced_by_the_instance_that_the_journal_names(beats, heard, environment, hooks):
    """Each second, and no sooner; a report before each says whether the last one was heard."""
    url = f"http://127.0.0.1:{hooks.server_port}/hooks/deployment"
    more = {"BLUEGREEN_NUDGE_URL": url, "BLUEGREEN_NUDGE_SECRET": "nudge-secret"}
    settings = Settings.from_environment(environment("http://127.0.0.1:1", "http://127.0.0.1:2", **more))
    objects, log, now = MemoryObjects(), Log("web", "router-1"), datetime(2026, 1, 1, tzinfo=UTC)
    route = Route(
        service="web",
        seq=1,
        epoch=1,
        active=BLUE,
        tags={},
        phase=Phase.WATCHING,
        beat_of=settings.instance,
        beat_every=2,
    )
    route = route if beats else route.model_copy(update={"beat_of": "another"})
    nudge = Nudge(settings, log)
    report = Report(objects, ("web", settings.instance), Ledger(now), lambda: route, nudge, log)
    for tenth in range(0, 70, 5):
        report.turn(now + timedelta(seconds=tenth / 10))
    if heard:
        until(lambda: len(hooks.came) == 4, what="all beats arrive")

    stays(lambda: len(hooks.came) == (4 if heard else 0), 0.2, "a beat each two seconds")
    assert nudge.works


def test_a_nudge_that_is_not_heard_is_told(environment):
    more = {"BLUEGREEN_NUDGE_URL": "http://127.0.0.1:1/", "BLUEGREEN_NUDGE_SECRET": "nudge-secret"}
    settings = Settings.from_environment(environment("http://127.0.0.1:1", "http://127.0.0.1:2", **more))
    nudge = Nudge(settings, Log("web", "router-1"))
    assert nudge.works
    nudge.beat()
    until(lambda: not nudge.works, what="it is noticed")

    without = Settings.from_environment(environment("http://127.0.0.1:1", "http://127.0.0.1:2"))
    assert not Nudge(without, Log("web", "router-1")).works


def test_nudges_keep_their_distance(hooks, environment):
    url = f"http://127.0.0.1:{hooks.server_port}/hooks/deployment"
    more = {"BLUEGREEN_NUDGE_URL": url, "BLUEGREEN_NUDGE_SECRET": "nudge-secret"}
    settings = Settings.from_environment(environment("http://127.0.0.1:1", "http://127.0.0.1:2", **more))
    nudge = Nudge(settings, Log("web", "router-1"))
    for _ in range(3):
        nudge.send()
    until(lambda: hooks.came, what="a nudge arrives")

    stays(lambda: len(hooks.came) == 1, 0.2, "one nudge")
    assert len(hooks.came) == 1


@pytest.mark.parametrize("moved", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "forward"])
def test_a_clock_that_is_moved_does_not_silence_the_reports(moved, environment):
    objects, log, now = MemoryObjects(), Log("web", "router-1"), datetime(2026, 1, 1, tzinfo=UTC)
    settings = Settings.from_environment(environment("http://127.0.0.1:1", "http://127.0.0.1:2"))
    ledger = Ledger(now)
    report = Report(objects, ("web", "router-1"), ledger, lambda: None, Nudge(settings, log), log)
    report.turn(now)
    ledger.count(Source.USERS, Answer(BLUE, False, 5))
    report.wait(now + moved)
    report.turn(now + moved)
    ledger.count(Source.USERS, Answer(BLUE, False, 5))
    report.turn(now + moved + timedelta(seconds=6))
    told = Telemetry.model_validate_json(objects.get("services/web/telemetry/router-1.json"))

    assert told.at == now + moved + timedelta(seconds=6)
    assert sum(block.users[BLUE].requests for block in told.blocks if block.users) == (2 if moved < timedelta(0) else 1)
    assert all(block.at <= told.at for block in told.blocks)
