import json
import threading
from functools import partial

import httpx
import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Unavailable
from tests.waiting import stays, until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
PREVIEW = {"BLUEGREEN_PREVIEW_SECRET": "preview-secret"}
RELEASES = {"blue": "v1.2.0", "green": "v1.3.0"}


def ask_on(url: str, keep_alive: bool, stop: threading.Event, seen: list[tuple[int, str, str, str]]) -> None:
    """Requests one after another until told to stop; what failed shows as status 0."""
    with httpx.Client(trust_env=False, headers={} if keep_alive else {"Connection": "close"}) as client:
        for number in range(100_000):
            if stop.is_set():
                return
            try:
                answer = client.get(f"{url}/{number}") if number % 3 else client.post(url, content=b"x" * 2000)
            except httpx.HTTPError:
                seen.append((0, "", "", ""))
                continue
            labels = answer.headers["X-Bluegreen-Environment"], answer.headers["X-Bluegreen-Release"]
            seen.append((answer.status_code, answer.json()["name"], *labels))


def answered_by(environment: Environment, count: int, seen: list[tuple[int, str, str, str]]) -> None:
    """Waits for that many more answers."""
    begun = len(seen)
    came = f"{count} answers of {environment}"
    until(lambda: sum(name == environment.value for _, name, *_ in seen[begun:]) >= count, what=came)


@pytest.mark.slow
def test_flips_under_load_drop_nothing_and_mix_nothing(start, service):
    router = start()
    router.follows(service.serve(BLUE))
    stop, seen = threading.Event(), []
    clients = [threading.Thread(target=ask_on, args=(router.url, n % 2 == 0, stop, seen)) for n in range(4)]
    for client in clients:
        client.start()
    for number in range(6):
        active = GREEN if number % 2 else BLUE
        router.follows(service.serve(active))
        answered_by(active, 60, seen)
    stop.set()
    for client in clients:
        client.join()

    assert {(status, name, name, RELEASES[name]) for status, name, _, _ in seen} == set(seen)
    assert {status for status, *_ in seen} == {200}


@pytest.mark.slow
def test_a_request_in_flight_finishes_where_it_started(start, service, blue):
    router = start()
    router.follows(service.serve(BLUE))
    answers: list[httpx.Response] = []
    slow = threading.Thread(target=lambda: answers.append(router.get("/held", timeout=60)))
    slow.start()
    until(lambda: blue.requests, what="the request has arrived")
    router.follows(service.serve(GREEN))
    after = router.get()
    blue.let_go.set()
    slow.join()

    assert after.headers["X-Bluegreen-Environment"] == "green"
    assert (answers[0].status_code, answers[0].json()["name"]) == (200, "blue")
    assert (answers[0].headers["X-Bluegreen-Environment"], answers[0].headers["X-Bluegreen-Release"]) == (
        "blue",
        "v1.2.0",
    )


def test_a_request_that_cannot_connect_follows_the_next_route(start, service, blue):
    router = start(BLUEGREEN_HOLD_MS="60000")
    router.follows(service.serve(BLUE))
    blue.close()
    answers: list[httpx.Response] = []
    ask = partial(httpx.post, router.url, content=b"once", trust_env=False, timeout=60)
    waiting = threading.Thread(target=lambda: answers.append(ask()))
    waiting.start()
    stays(lambda: not answers, 0.3, "the request is held")
    router.follows(service.serve(GREEN))
    waiting.join()

    assert answers[0].status_code == 200
    assert answers[0].json() == {"name": "green", "got": "once"}
    assert answers[0].headers["X-Bluegreen-Environment"] == "green"


@pytest.mark.slow
def test_an_environment_that_stays_away_is_named_in_the_answer(start, service, blue):
    router = start()
    router.follows(service.serve(BLUE))
    blue.close()
    answer = router.get(timeout=60)

    assert answer.status_code == 502
    assert answer.headers["X-Bluegreen-Environment"] == "blue"
    assert "gave no answer" in answer.text


def test_a_request_that_was_sent_is_not_sent_again(start, service, blue):
    router = start()
    router.follows(service.serve(BLUE))

    assert httpx.post(router.url + "/drop", content=b"x", trust_env=False).status_code == 502
    assert len(blue.requests) == 1


def test_what_the_environment_is_told_of_the_client(start, service, blue):
    router = start()
    router.follows(service.serve(BLUE))
    router.get(
        headers={
            "Host": "shop.example",
            "Do-Connecting-Ip": "203.0.113.9",
            "X-Forwarded-For": "10.9.8.7",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "evil.example",
            "X-Bluegreen-Environment": "green",
            "X-Bluegreen-Client-Ip": "198.51.100.1",
            "X-Bluegreen-Preview": "guessed",
        }
    )
    told = blue.requests[0]

    assert told["Host"] == blue.url.removeprefix("http://")
    assert told["X-Forwarded-Host"] == "shop.example"
    assert told["X-Forwarded-Proto"] == "https"
    assert told["X-Forwarded-For"] == told["X-Bluegreen-Client-Ip"] == "203.0.113.9"
    assert not {"X-Bluegreen-Environment", "X-Bluegreen-Preview", "Do-Connecting-Ip"} & set(told)


@pytest.mark.parametrize(
    "headers", [{"X-Bluegreen-Preview": "preview-secret"}, {"Cookie": "a=1; bluegreen_preview=preview-secret; b=2"}]
)
def test_the_preview_secret_reaches_the_idle_environment(start, service, blue, green, headers):
    router = start(**PREVIEW)
    router.follows(service.serve(BLUE))
    answer = router.get(headers=headers)

    assert answer.json()["name"] == answer.headers["X-Bluegreen-Environment"] == "green"
    assert answer.headers["X-Bluegreen-Release"] == "v1.3.0"
    assert "preview-secret" not in json.dumps(green.requests)
    assert green.requests[0].get("Cookie", "a=1; b=2") == "a=1; b=2"
    assert router.get().json()["name"] == "blue"


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, PREVIEW])
def test_without_the_secret_there_is_no_preview(start, service, more):
    router = start(**more)
    router.follows(service.serve(BLUE))

    for guess in ("", "wrong", "{env.BLUEGREEN_PREVIEW_SECRET}"):
        assert router.get(headers={"X-Bluegreen-Preview": guess}).json()["name"] == "blue"
        assert router.get(headers={"Cookie": f"bluegreen_preview={guess}"}).json()["name"] == "blue"


def test_before_the_first_route_it_says_so(start, service):
    router = start()
    before = router.get(), router.get("/_bluegreen/health")
    router.follows(service.serve(BLUE))
    after = router.get(), router.get("/_bluegreen/health")

    assert [answer.status_code for answer in before] == [503, 503]
    assert "does not know" in before[0].text
    assert [answer.status_code for answer in after] == [200, 200]
    assert after[1].json().items() >= {"instance": "router-1", "active": "blue", "epoch": 1, "seq": 1}.items()


def test_the_route_outlives_an_outage_of_the_store_and_a_spoilt_object(start, service, look):
    router = start()
    router.follows(service.serve(BLUE))
    service.store.fault = Unavailable("no answer")
    look()
    during = router.get().json()["name"]
    service.store.put("services/web/journal/00000002.json", b"not json")
    service.store.fault = None
    look()
    spoilt = router.get().json()["name"]

    assert (during, spoilt) == ("blue", "blue")


def test_answers_that_have_begun_are_finished_when_it_stops(start, service, blue):
    router = start(BLUEGREEN_GRACE_SECONDS="60")
    router.follows(service.serve(BLUE))
    answers: list[httpx.Response] = []
    slow = threading.Thread(target=lambda: answers.append(router.get("/held", timeout=60)))
    slow.start()
    until(lambda: blue.requests, what="the request has arrived")
    stopping = threading.Thread(target=router.stop)
    stopping.start()
    until(lambda: not router.listens(), what="the router refuses connections")
    blue.let_go.set()
    slow.join()
    stopping.join()

    assert answers[0].status_code == 200


def test_while_it_stops_it_asks_to_be_left(start, service):
    router = start(BLUEGREEN_DRAIN_SECONDS="100")
    router.follows(service.serve(BLUE))
    with router.stopping():
        health, user = router.get("/_bluegreen/health"), router.get()

    assert (health.status_code, health.text) == (503, "stopping")
    assert (user.status_code, user.headers["Connection"]) == (200, "close")
