"""The mirrored control group: the environment before gets a share of requests as well, and costs users nothing."""

import json
from contextlib import suppress

import httpx
import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Counts
from bluegreen.core.phases import Phase
from bluegreen_router.versions import decode
from tests.waiting import until

pytestmark = pytest.mark.slow

BLUE, GREEN = Environment.BLUE, Environment.GREEN
WATCHING = Phase.WATCHING


@pytest.fixture
def mirroring(start, service):
    """A router before green, whose requests blue is sent as well; keywords are further environment variables."""

    def begin(share: float = 100, phase: Phase | None = WATCHING, **more: str):
        router = start(**more)
        router.follows(service.serve(GREEN, phase, mirror=share))
        settled(router)
        return router

    return begin


def settled(router) -> None:
    """Until Envoy has been told what it is to mirror."""
    wanted = round(router.agent.route.mirrored * 100)
    until(lambda: router.agent._mirror._told == wanted, what=f"a share of {wanted} is told")


def mirrored(router, environment: Environment) -> Counts:
    found = (block.mirrored.get(environment, Counts()) for block in router.telemetry().blocks)
    return sum(found, start=Counts())


def test_what_only_asks_is_asked_of_both_and_counted_of_both(mirroring, blue, green, users):
    router = mirroring(BLUEGREEN_ORIGIN_SECRET="origin-secret")
    for path in ("/a?b=c", "/?status=500"):
        router.get(path, headers={"Cookie": "session=1"})
    until(lambda: len(blue.requests) == 2, what="blue has the copies")
    router.stop()
    copied, asked = (httpx.Headers(one.requests[0]) for one in (blue, green))

    assert (copied["host"], copied["x-bluegreen-mirrored"]) == (f"127.0.0.1:{blue.port}", "1")
    assert "x-bluegreen-mirrored" not in asked
    its_own = {"host", "x-bluegreen-mirrored"}
    assert {name: copied.get_list(name) for name in {*copied} - its_own} == {
        name: asked.get_list(name) for name in {*asked} - its_own
    }
    both = [mirrored(router, one) for one in (BLUE, GREEN)]
    assert [(one.requests, one.failed, sum(one.buckets)) for one in both] == [(2, 1, 2), (2, 1, 2)]
    assert (users(router, GREEN).requests, users(router, GREEN).failed) == (2, 1)
    assert users(router, BLUE) == Counts()


def which(environment) -> list[str]:
    return [httpx.Headers(headers)["X-Which"] for headers in environment.requests]


SPARED = {
    "POST": ("POST", {}, b"x"),
    "PUT without a body": ("PUT", {}, None),
    "DELETE": ("DELETE", {}, None),
    "a GET with a body": ("GET", {}, b"x"),
    "a GET whose body comes in pieces": ("GET", {"Transfer-Encoding": "chunked"}, (b"not for two",)),
    "a GET with a body of one byte that comes in a piece": ("GET", {"Transfer-Encoding": "chunked"}, (b"x",)),
    "a GET that names the kind of its body": ("GET", {"Content-Type": "application/json"}, None),
    "authorization": ("GET", {"Authorization": "Bearer x"}, None),
    "an event stream": ("GET", {"Accept": "text/event-stream"}, None),
}


@pytest.mark.parametrize(("method", "headers", "body"), SPARED.values(), ids=SPARED.keys())
def test_what_may_change_something_or_has_a_body_or_a_secret_is_not(mirroring, blue, method, headers, body):
    router = mirroring()
    router.ask(method, headers={**headers, "X-Which": "spared"}, content=body)
    router.get("/last", headers={"X-Which": "last"})
    until(lambda: blue.requests, what="a copy of the last request")

    assert which(blue) == ["last"]


@pytest.mark.parametrize(
    ("setting", "headers", "copied"),
    [
        ("none", {"Cookie": "a=1"}, False),
        ("none", {}, True),
        ("cookies", {"Cookie": "a=1"}, True),
        ("all", {"Authorization": "Bearer x", "Cookie": "a=1"}, True),
    ],
)
def test_whose_credentials_may_go_along_is_a_setting(mirroring, blue, setting, headers, copied):
    router = mirroring(BLUEGREEN_MIRROR_CREDENTIALS=setting)
    router.get("/first", headers={**headers, "X-Which": "first"})
    router.get("/last", headers={"X-Which": "last"})
    until(lambda: "last" in which(blue), what="a copy of the last request")

    assert ("first" in which(blue)) is copied


@pytest.mark.parametrize("idle", ["hangs", "fails", "is away"])
def test_an_idle_environment_that_hangs_or_fails_costs_users_nothing(mirroring, blue, idle, users, monkeypatch):
    """More requests than may wait for it at once are answered while it has answered none."""
    monkeypatch.setattr("bluegreen_router.engine.clusters.MIRRORED_SECONDS", 3600)
    if idle == "is away":
        blue.close()
    router = mirroring()
    blue.holds, blue.status = idle == "hangs", 500
    with httpx.Client(base_url=router.url, trust_env=False, timeout=60) as client:
        answers = [client.get("/") for _ in range(150)]
    router.stop()
    counted = mirrored(router, BLUE)

    assert [answer.status_code for answer in answers] == [200] * 150
    assert (users(router, GREEN).requests, users(router, GREEN).failed) == (150, 0)
    assert counted.failed == counted.requests
    assert len(blue.requests) == {"hangs": 64, "fails": 150, "is away": 0}[idle]


def test_a_copy_that_is_too_many_is_dropped_and_does_not_wait_for_its_turn(mirroring, blue, monkeypatch):
    """What waited would have less time left, and would fail where the environment is only slow."""
    monkeypatch.setattr("bluegreen_router.engine.clusters.MIRRORED_SECONDS", 3600)
    router = mirroring()
    blue.holds = True
    with httpx.Client(base_url=router.url, trust_env=False, timeout=60) as client:
        for _ in range(150):
            client.get("/")
    until(lambda: len(blue.requests) == 64, what="as many copies as may be on their way")
    blue.let_go.set()
    until(lambda: mirrored(router, BLUE).requests >= 64, what="they are answered")
    router.get("/last")
    until(lambda: mirrored(router, BLUE).requests >= 65, what="a copy of the last request")
    router.stop()
    counted = mirrored(router, BLUE)

    assert (len(blue.requests), counted.requests, counted.failed) == (65, 65, 0)


@pytest.mark.parametrize("where", ["before its answer", "in its answer"])
def test_a_copy_that_hangs_is_given_up_and_counts_as_failed(mirroring, blue, monkeypatch, where):
    monkeypatch.setattr("bluegreen_router.engine.clusters.MIRRORED_SECONDS", 0.3)
    blue.holds, blue.stalls = where == "before its answer", where == "in its answer"
    router = mirroring()
    router.get()
    found = until(lambda: (counted := mirrored(router, BLUE)).requests and counted)

    assert (found.requests, found.failed) == (1, 1)


@pytest.mark.parametrize(
    ("path", "head", "failed"),
    [("/half", 100, 3), ("/drop", 100, 3), ("/drop", 20_000, 0), ("/?status=503", 20_000, 3), ("/?status=404", 100, 0)],
)
def test_an_environment_is_blamed_for_copies_as_for_the_requests_that_they_are_compared_with(
    mirroring, path, head, failed
):
    router = mirroring()
    for _ in range(3):
        with suppress(httpx.TransportError):
            router.get(path, headers={"X-Large": "x" * head})
    until(lambda: mirrored(router, BLUE).requests == 3, what="the copies are counted")
    router.stop()

    assert [(one.requests, one.failed) for one in (mirrored(router, each) for each in (BLUE, GREEN))] == [
        (3, failed),
        (3, failed),
    ]


@pytest.mark.parametrize("phase", [None, Phase.SWITCHING, Phase.ROLLING_BACK, Phase.LIVE])
def test_nothing_is_mirrored_but_while_a_release_is_watched(mirroring, service, blue, phase):
    router = mirroring()
    router.get()
    until(lambda: blue.requests, what="a copy")
    router.follows(service.serve(GREEN, phase, mirror=100))
    settled(router)
    for _ in range(5):
        router.get()
    router.stop()

    assert len(blue.requests) == 1


def test_a_share_is_a_share(mirroring, blue):
    """Of 400 requests at 50 %, fewer than 100 or more than 300 are copied once in 10^22 runs."""
    router = mirroring(share=50)
    with httpx.Client(base_url=router.url, trust_env=False, timeout=60) as client:
        for _ in range(400):
            client.get("/")
    router.stop()

    assert 100 < len(blue.requests) < 300


def test_unless_it_is_set_there_is_none(mirroring, blue):
    router = mirroring(share=0)
    for _ in range(10):
        router.get()
    router.stop()

    assert blue.requests == []
    assert mirrored(router, GREEN) == Counts()


@pytest.mark.parametrize("written", ["5%", None, -1, 101, [], {"share": 5}])
def test_a_share_that_this_router_does_not_understand_stops_no_switch(service, written):
    body = service.serve(GREEN, WATCHING, mirror=7).model_dump_json()
    strange = body.replace('"mirror":7.0', f'"mirror":{json.dumps(written)}')

    assert (decode(body.encode()).mirrored, decode(strange.encode()).mirrored) == (7, 0)
    assert strange != body
