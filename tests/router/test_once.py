"""A request is sent once: only a connection that could not be made is tried again."""

import threading

import httpx
import pytest

from bluegreen.core.environment import Environment
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
HEADERS = [
    {},
    {"Idempotency-Key": "7"},
    {"X-Idempotency-Key": "7"},
    {"X-Envoy-Retry-On": "5xx,reset,connect-failure", "X-Envoy-Max-Retries": "3"},
    {"X-Envoy-Hedge-On-Per-Try-Timeout": "true", "X-Envoy-Upstream-Rq-Per-Try-Timeout-Ms": "1"},
]
REQUESTS = [("POST", b""), ("POST", b"x"), ("PUT", b"x"), ("DELETE", b""), ("PATCH", b"x"), ("GET", b""), ("HEAD", b"")]


@pytest.mark.slow
@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers), "plain"))
def test_nothing_that_was_sent_on_a_kept_connection_is_sent_again(before_the_wire, wire, headers):
    router = before_the_wire()
    wire.closes = 1
    for method, content in REQUESTS:
        wire.heard.clear()
        httpx.get(router.url, trust_env=False)
        broke = httpx.request(method, router.url + "/", content=content or None, headers=headers, trust_env=False)

        assert broke.status_code == 502, method
        assert [heard.split(" ")[0] for heard in wire.heard] == ["GET", method]


@pytest.mark.slow
def test_an_answer_of_5xx_is_passed_on_and_not_asked_for_again(before_the_wire, wire):
    router = before_the_wire()
    wire.answer = (b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",)
    answers = [httpx.get(router.url, headers=headers, trust_env=False).status_code for headers in HEADERS]

    assert answers == [503] * len(HEADERS)
    assert len(wire.heard) == len(HEADERS)


@pytest.mark.parametrize(("method", "content"), [("POST", b"once"), ("POST", b""), ("GET", b"")])
def test_a_connection_that_could_not_be_made_is_tried_again_whatever_is_sent(
    start, service, blue, upstream, method, content
):
    router = start(BLUEGREEN_HOLD_MS="60000")
    router.follows(service.serve(BLUE))
    blue.close()
    refused = "cluster.environments.upstream_cx_connect_fail"
    with httpx.Client(trust_env=False, timeout=60) as client:
        request = client.build_request(method, router.url, content=content)
        began = router.envoy.admin.gauge(refused)
        answers: list[httpx.Response] = []
        waiting = threading.Thread(target=lambda: answers.append(client.send(request)))
        waiting.start()
        until(lambda: router.envoy.admin.gauge(refused) > began, what="a connection was refused")
        again = upstream("blue", blue.port)
        waiting.join()

    assert answers[0].status_code == 200
    assert len(again.requests) == 1
