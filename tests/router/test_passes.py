"""What must pass through unharmed: uploads, long answers, HTTP/2, and requests while nobody answers."""

import http.client
import os
import socket
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from bluegreen.core.environment import Environment
from tests.waiting import stays, until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
MEGABYTE = 1024 * 1024


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_hundred_megabytes_are_passed_on_as_they_come(begin, apps):
    router = begin()
    resting = memory(router.envoy.pid)
    sizes = []

    def body():
        for _ in range(100):
            yield bytes(MEGABYTE)
            sizes.append(memory(router.envoy.pid))

    answer = httpx.post(router.url + "/upload", content=body(), trust_env=False, timeout=60)

    assert answer.text == f"blue {100 * MEGABYTE}"
    assert max(sizes) - resting < 40 * MEGABYTE


def test_a_slow_answer_arrives_from_where_it_was_asked_past_a_switch_and_a_stop(start, service, blue):
    router = start(BLUEGREEN_GRACE_SECONDS="60")
    router.follows(service.serve(BLUE))
    answers: list[httpx.Response] = []
    slow = threading.Thread(target=lambda: answers.append(router.get("/held", timeout=60)))
    slow.start()
    until(lambda: blue.requests, what="the request has arrived")
    router.follows(service.serve(GREEN))
    stopping = threading.Thread(target=router.stop)
    stopping.start()
    until(lambda: not router.listens(), what="the router has stopped listening")
    blue.let_go.set()
    slow.join()
    stopping.join()

    assert (answers[0].status_code, answers[0].json()["name"]) == (200, "blue")


def test_http_2_in_clear_text_is_answered(begin, service):
    router = begin()
    with httpx.Client(http1=False, http2=True, trust_env=False) as client:
        before = client.get(router.url)
        router.follows(service.serve(GREEN))
        after = client.get(router.url)

    assert [answer.http_version for answer in (before, after)] == ["HTTP/2", "HTTP/2"]
    assert (before.text, after.text) == ("blue", "green")
    assert after.headers["X-Bluegreen-Environment"] == "green"


@pytest.mark.slow
def test_a_request_waits_while_nobody_answers_no_longer_than_told(start, service, blue):
    """Each pause is drawn between nothing and 0.4 s: five of them take no time once in a million years."""
    router = start(BLUEGREEN_HOLD_MS="2000")
    router.follows(service.serve(BLUE))
    blue.close()
    asked = time.monotonic()

    assert router.get(timeout=30).status_code == 502
    assert time.monotonic() - asked > 0.1


def test_without_hold_a_failed_connection_is_not_tried_again(start, service, blue):
    router = start(BLUEGREEN_HOLD_MS="0")
    router.follows(service.serve(BLUE))
    blue.close()

    assert router.get(timeout=30).status_code == 502
    assert router.envoy.admin.gauge("cluster.environments.upstream_rq_retry") == 0


def test_an_environment_that_comes_back_in_time_answers_what_was_held(start, service, blue, upstream):
    router = start(BLUEGREEN_HOLD_MS="60000")
    router.follows(service.serve(BLUE))
    blue.close()
    answers: list[httpx.Response] = []
    waiting = threading.Thread(target=lambda: answers.append(post(router.url)))
    waiting.start()
    stays(lambda: not answers, 0.4, "the request is held")
    upstream("blue", blue.port)
    waiting.join()

    assert answers[0].json() == {"name": "blue", "got": "once"}


@pytest.mark.slow
def test_while_it_stops_nobody_is_refused_and_kept_connections_are_told(start, service):
    router = start(BLUEGREEN_DRAIN_SECONDS="100")
    router.follows(service.serve(BLUE))
    with httpx.Client(trust_env=False) as kept:
        kept.get(router.url)
        with router.stopping():
            answers = [ask(router.url) for _ in range(10) for ask in (kept.get, httpx.get)]

    assert {(answer.status_code, answer.headers["Connection"]) for answer in answers} == {(200, "close")}


@pytest.mark.slow
def test_it_takes_new_connections_for_the_whole_of_its_drain_and_then_no_more(start, service):
    router = start(BLUEGREEN_DRAIN_SECONDS="0.8")
    router.follows(service.serve(BLUE))
    began = time.monotonic()
    stopping = threading.Thread(target=router.stop)
    stopping.start()
    until(lambda: not router.listens(), what="the router refuses connections")
    refused = time.monotonic()
    stopping.join()

    assert refused - began >= 0.8


def test_an_idle_kept_connection_is_closed_without_a_reset_when_it_stops(start, service):
    router = start()
    router.follows(service.serve(BLUE))
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as kept:
        kept.sendall(b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
        answer = http.client.HTTPResponse(kept)
        answer.begin()
        answer.read()
        router.stop()

        assert answer.status == 200
        assert kept.recv(1) == b""


def post(url: str) -> httpx.Response:
    return httpx.post(url, content=b"once", trust_env=False, timeout=60)


def memory(pid: int) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
