"""Requests and answers as they are on the wire, through a router and before it."""

import json
import socket
from collections.abc import Callable

import httpx
import pytest

from bluegreen.core.environment import Environment
from bluegreen_router.engine.bootstrap import bootstrap
from bluegreen_router.settings import Settings

BLUE = Environment.BLUE
ASK = "Host: shop.example\r\nConnection: close\r\n"


@pytest.fixture
def ask(wire, start, service) -> Callable[..., bytes]:
    """Sends bytes to a router before the wire; what comes back until the end."""
    routers = []

    def send(request: str, **more: str) -> bytes:
        if not routers:
            routers.append(start(BLUEGREEN_BLUE_URL=wire.url, **more))
            routers[0].follows(service.serve(BLUE))
        with socket.create_connection(("127.0.0.1", routers[0].settings.port), timeout=60) as connection:
            connection.sendall(request.encode("latin-1"))
            return b"".join(iter(lambda: connection.recv(65536), b""))

    return send


def names(heard: str) -> set[str]:
    return {line.partition(":")[0].lower() for line in heard.split("\r\n")[1:] if line}


def test_a_client_cannot_speak_for_the_router_or_for_its_ingress(ask, wire):
    lies = ("X-Real-Ip", "Forwarded", "X_Bluegreen_Client_Ip", "x-bluegreen_client-ip", "X_Forwarded_For", "X.Real.Ip")
    ask(f"GET / HTTP/1.1\r\n{ASK}" + "".join(f"{lie}: 198.51.100.9\r\n" for lie in lies) + "\r\n")

    assert "198.51.100.9" not in wire.heard[0]


@pytest.mark.slow
def test_a_client_that_calls_the_routers_headers_hop_by_hop_does_not_take_them_away(ask, wire):
    called = "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close, {}\r\n\r\n"
    ask(called.format("X-Bluegreen-Client-Ip"))
    refused = ask(called.format("X-Forwarded-For"))

    assert {"x-forwarded-for", "x-bluegreen-client-ip"} <= names(wire.heard[0])
    assert refused.startswith(b"HTTP/1.1 400") or "x-forwarded-for" in names(wire.heard[1])


def test_unusual_header_names_pass_when_they_are_expected(ask, wire):
    unusual = "api_key: 1\r\napp.version: 2\r\nother_name: 3\r\n"
    ask(f"GET / HTTP/1.1\r\n{ASK}{unusual}\r\n", BLUEGREEN_UNUSUAL_HEADERS="api_*, app.version")

    assert {"api_key", "app.version"} <= names(wire.heard[0])
    assert "other_name" not in names(wire.heard[0])


def test_names_of_headers_come_in_the_usual_writing(ask, wire):
    """There are clients and applications that look for no other, though HTTP knows no case."""
    wire.answer = (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-from-the-app: 1\r\n\r\nok",)
    answer = ask(f"GET / HTTP/1.1\r\n{ASK}x-from-a-client: 1\r\n\r\n")

    assert b"\r\nContent-Length: 2\r\n" in answer
    assert b"\r\nX-From-The-App: 1\r\n" in answer
    assert "\r\nX-From-A-Client: 1\r\n" in wire.heard[0]
    assert "\r\nX-Forwarded-Host: " in wire.heard[0]


@pytest.mark.parametrize("size", [30_000, 64_000])
def test_large_headers_pass(ask, wire, size):
    answer = ask(f"GET / HTTP/1.1\r\n{ASK}Cookie: a={'x' * size}\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200")
    assert "x" * size in wire.heard[0]


PATHS = ["//a//b", "/a%2Fb", "/a/../b", "/%2e%2e/b", "/a%20b?x=1;y=2&z=%", "/a?", "/~u/%7Eu", "/{env.HOME}"]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_arrives_as_it_was_written(ask, wire, path):
    ask(f"GET {path} HTTP/1.1\r\n{ASK}\r\n")

    assert wire.heard[0].split(" ")[1].replace("%7B", "{").replace("%7D", "}") == path


def test_the_absolute_form_leads_to_the_environment_and_nowhere_else(ask, wire):
    ask(f"GET http://elsewhere.example/p?q HTTP/1.1\r\n{ASK}\r\n")

    assert wire.heard[0].startswith("GET /p?q HTTP/1.1\r\nHost: 127.0.0.1")


def test_a_cookie_whose_name_ends_like_the_previews_is_left_alone(ask, wire):
    ask(f"GET / HTTP/1.1\r\n{ASK}Cookie: a=1; my_bluegreen_preview=5; bluegreen_preview=guess; b=2\r\n\r\n")

    assert "Cookie: a=1; my_bluegreen_preview=5; b=2\r\n" in wire.heard[0]


@pytest.mark.parametrize("upgrade", ["h2c", "tls/1.3", "websocket, h2c", "websockets", "h2c, WebSocket, tls/1.0"])
def test_no_tunnel_but_a_websocket_leads_past_the_router(ask, wire, upgrade):
    ask(f"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: {upgrade}\r\n\r\n")
    asked = [line for line in wire.heard[0].lower().split("\r\n") if line.startswith("upgrade:")]

    assert asked == (["upgrade: websocket"] if "websocket" in upgrade.lower().split(", ") else [])


@pytest.mark.slow
def test_connect_is_refused(ask, wire):
    assert ask(f"CONNECT elsewhere.example:443 HTTP/1.1\r\n{ASK}\r\n").startswith(b"HTTP/1.1 405")
    assert wire.heard == []


@pytest.mark.slow
def test_a_request_with_two_lengths_is_refused(ask, wire):
    chunked = "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    both = f"POST / HTTP/1.1\r\n{ASK}{chunked}GET /in HTTP/1.1\r\n\r\n"
    twice = f"POST / HTTP/1.1\r\n{ASK}Content-Length: 6\r\nContent-Length: 5\r\n\r\nabcdef"
    odd = f"POST / HTTP/1.1\r\n{ASK}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"

    assert ask(both).startswith(b"HTTP/1.1 400")
    assert wire.heard == []
    assert ask(twice).startswith(b"HTTP/1.1 400")
    assert ask(odd).startswith(b"HTTP/1.1 501")


@pytest.mark.parametrize(
    ("said", "comes"),
    [
        (b"204 No Content\r\n\r\n", b"HTTP/1.1 204"),
        (b'304 Not Modified\r\nETag: "a"\r\n\r\n', b"HTTP/1.1 304"),
        (b"206 Partial Content\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nok", b"bytes 0-1/9"),
        (b"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8bz", b"\r\n\r\n\x1f\x8bz"),
        (b"103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 204"),
        (
            b"200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n2\r\nok\r\n0\r\nSum: 42\r\n\r\n",
            b"0\r\nsum: 42\r\n\r\n",
        ),
        (b"200 OK\r\nContent-Length: 0\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n", b"a=1\r\nSet-Cookie: b=2"),
    ],
    ids=["no content", "not modified", "range", "gzip", "early hints", "trailers", "two cookies"],
)
def test_an_answer_is_passed_on_as_it_is(ask, wire, said, comes):
    wire.answer = (b"HTTP/1.1 " + said,)

    assert comes in ask(f"GET / HTTP/1.1\r\n{ASK}Accept-Encoding: gzip\r\nTE: trailers\r\n\r\n")


def test_an_answer_in_pieces_arrives_in_pieces(start, service, wire):
    wire.answer = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
        b"3\r\ntwo\r\n",
        b"0\r\n\r\n",
    )
    router = start(BLUEGREEN_BLUE_URL=wire.url)
    router.follows(service.serve(BLUE))
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\n{ASK}\r\n".encode())
        heard = b""
        for piece in (b"one", b"two"):
            while piece not in heard:
                heard += connection.recv(65536)
            wire.go_on()

    assert heard.startswith(b"HTTP/1.1 200")


def test_a_post_on_a_kept_connection_that_breaks_is_not_sent_again(start, service, blue):
    router = start()
    router.follows(service.serve(BLUE))
    router.get()
    posted = httpx.post(router.url + "/drop", content=b"x", trust_env=False)

    assert posted.status_code == 502
    assert len(blue.requests) == 2


def test_silence_is_cut_off_by_nobody_for_an_hour(environment):
    """Envoy's own limit is five minutes: an upload that pauses, or a film that does, would be torn. Each way to an
    environment says so, but that of copies and those of probes."""
    settings = Settings.from_environment(environment("http://127.0.0.1:1", "http://127.0.0.1:2"))
    told = json.dumps(bootstrap(settings, 9, ("/run/admin", "/run/probes"), "/dev/null"))

    assert told.count('"timeout": "0s", "idle_timeout": "3600s"') == told.count('"auto_host_rewrite": true') - 3 > 0


@pytest.mark.slow
def test_a_header_that_does_not_come_to_its_end_is_given_up_and_what_has_come_whole_may_take_longer(
    start, service, monkeypatch
):
    monkeypatch.setattr("bluegreen_router.engine.listener._HEADER_SECONDS", 0.5)
    router = start()
    router.follows(service.serve(BLUE))
    late: dict[bytes, bytes] = {}
    for said in (b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-Half: "):
        with socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as client:
            client.sendall(said)
            while not (heard := readable(client)):
                client.sendall(b"x")
            late[said] = heard

    assert {heard[:13] for heard in late.values()} == {b"HTTP/1.1 408 "}
    assert router.ask("POST", "/held?seconds=1.5", content=b"whole", timeout=30).status_code == 200


def readable(client: socket.socket) -> bytes:
    """What has come within a moment."""
    client.settimeout(0.05)
    try:
        return client.recv(100)
    except TimeoutError:
        return b""
