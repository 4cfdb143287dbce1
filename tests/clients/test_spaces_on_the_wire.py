"""Spaces over connections that trickle, over certificates that nobody signed, and with a clock that is off."""

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from werkzeug.serving import make_server, make_ssl_devcert

from bluegreen.clients import bounded
from bluegreen.clients.http import Api
from bluegreen.clients.registry import Registry
from bluegreen.clients.slack import Slack
from bluegreen.clients.store import bounded_s3
from bluegreen.clients.store.spaces import Spaces
from bluegreen.clients.web import Web
from bluegreen.core.config.checks import Check
from bluegreen.core.errors import Misconfigured, Unavailable
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Server
from tests.clients.conftest import BUCKET, KEY, SECRET
from tests.clients.test_bounded import Wire

LIMIT = 0.6
PACE = LIMIT / 6


@pytest.fixture
def wire(monkeypatch):
    monkeypatch.setattr(bounded_s3, "_LIMITS", {"connect": 3.0, "read": LIMIT, "write": LIMIT, "pool": LIMIT})
    server = Wire()
    yield server
    server.close()


OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
TRICKLES = {
    "a body": [OK + b"Content-Length: 9000\r\n\r\n", *[b"x"] * 9000],
    "headers": [OK, *[b"x-y: z\r\n"] * 9000],
    "one header": [OK + b"x: ", *[b"x"] * 9000],
    "the status": [bytes([letter]) for letter in OK * 99],
    "nothing": [],
}


@pytest.mark.slow
@pytest.mark.timeout(60)  # at this pace a whole answer takes a quarter of an hour
@pytest.mark.parametrize("says", TRICKLES)
@pytest.mark.parametrize("call", ["get", "keys", "create"])
def test_an_answer_that_trickles_ends_with_its_limit(wire, says, call):
    wire.says, wire.pace = TRICKLES[says], PACE
    spaces = Spaces(wire.url, "fra1", BUCKET, KEY, SECRET)
    with pytest.raises(Unavailable):
        getattr(spaces, call)("services/web/head.json", *([b"{}"] if call == "create" else []))


def test_a_body_without_end_is_given_up_at_its_size(wire, monkeypatch):
    monkeypatch.setattr(bounded_s3, "_LIMITS", {"connect": 3.0, "read": 30.0, "write": 30.0, "pool": 30.0})
    wire.says = itertools.chain([OK + b"\r\n"], itertools.repeat(b"x" * 65_536))
    with pytest.raises(Unavailable, match="AnswerTooLarge"):
        Spaces(wire.url, "fra1", BUCKET, KEY, SECRET).put("a", b"{}")


class Off:
    """A clock that differs from ours."""

    def __init__(self, minutes):
        self._by = timedelta(minutes=minutes)

    def now(self):
        return datetime.now(UTC) + self._by


@pytest.mark.parametrize(("minutes", "says"), [(20, "20 min behind"), (-20, "20 min ahead of")])
def test_a_clock_that_is_off_is_told_as_that_and_not_as_a_wrong_key(minutes, says):
    store = SpacesServer(keys={KEY: (SECRET, {BUCKET: "readwrite"})}, buckets=[BUCKET], clock=Off(minutes))
    server = Server(store.app)
    try:
        with pytest.raises(Misconfigured, match=f"TimeTooSkewed.*the clock here is {says} the store's") as caught:
            Spaces(server.url, "fra1", BUCKET, KEY, SECRET).get("x")
    finally:
        server.close()
    assert "is the Spaces key" not in str(caught.value)


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory):
    """A server whose certificate nobody has signed."""
    certificate = make_ssl_devcert(str(tmp_path_factory.mktemp("tls") / "own"), host="localhost")
    store = SpacesServer(keys={KEY: (SECRET, {BUCKET: "readwrite"})}, buckets=[BUCKET])
    server = make_server("127.0.0.1", 0, store.app, threaded=True, ssl_context=certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_store_whose_certificate_is_not_trusted_is_told_as_that(unsigned):
    with pytest.raises(Misconfigured, match=r"localhost:\d+ was not asked, as its certificate is not trusted: self"):
        Spaces(unsigned, "fra1", BUCKET, KEY, SECRET).get("x")


def test_of_every_client_a_certificate_that_is_not_trusted_is_told_as_that(unsigned):
    with bounded.client(httpx.Timeout(5.0)) as http:
        asked = (
            lambda: Api("GitHub", unsigned, http, {}, time.sleep).get("/x"),
            lambda: Slack(f"{unsigned}/secret", http).post({}),
            lambda: Registry("ghcr.io", unsigned, http, "", time.sleep).digest("a/b", "v1"),
        )
        for ask in asked:
            with pytest.raises(Misconfigured, match="localhost: its certificate is not trusted: self"):
                ask()
        error = Web(http, time.monotonic).check(unsigned, Check(get="/")).answer.error
    assert "its certificate is not trusted: self" in error
