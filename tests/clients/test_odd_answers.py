"""Whatever a real server answers, it is an answer or an error of ours: bytes go over a socket as they are."""

import gzip
import socketserver
import threading
import time

import httpx
import pytest

from bluegreen.clients.http import Api
from bluegreen.clients.redaction import Redaction
from bluegreen.clients.registry import Registry
from bluegreen.clients.slack import Slack
from bluegreen.clients.statuses import retry_after
from bluegreen.clients.web import Web
from bluegreen.core.config.checks import Check
from bluegreen.core.errors import BluegreenError, RateLimited, Unavailable

BODY = b'{"status": "ok"}'


class OddServer:
    """Answers every request with the same bytes; `asked` are the requests' heads."""

    def __init__(self):
        self.answer, self.asked = b"", []
        odd = self

        class Connection(socketserver.StreamRequestHandler):
            timeout = 5

            def handle(self):
                head = b""
                while line := self.rfile.readline():
                    head += line
                    if line == b"\r\n":
                        odd.asked.append(head)
                        self.wfile.write(odd.answer)
                        return

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def says(self, status, *headers, body=BODY):
        lines = (b"HTTP/1.1 %d Odd" % status, b"Content-Length: %d" % len(body), b"Connection: close", *headers)
        self.answer = b"\r\n".join(lines) + b"\r\n\r\n" + body
        return self

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def running():
    server = OddServer()
    yield server
    server.close()


@pytest.fixture
def server(running):
    running.asked.clear()
    return running


@pytest.fixture
def http():
    with httpx.Client(trust_env=False, verify=False) as client:  # nothing here speaks TLS
        yield client


def ask(http, server, **given):
    return Web(http, time.monotonic).check(server.url, Check(get="/health", **given))


LOCATIONS = [
    b"shop.example:443/login",
    b"data:,x",
    b"http://[",
    b"http://[::1",
    b"//",
    b"http://shop.example:99999/",
    b"http://shop.example:port/",
    b"http://xn--/",
    b"http://" + b"a" * 300 + b"/",
    b"\xff\xfe/login",
    "http://bücher.example/Zoë".encode(),
    b"http://shop.example/" + b"x" * 70_000,
    b"javascript:alert(1)",
    b"",
    b"http://a b/",
    b"?\x01",
]


@pytest.mark.parametrize("location", LOCATIONS, ids=lambda location: repr(location[:30]))
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_wherever_it_leads(server, http, status, location):
    answer = ask(http, server.says(status, b"Location: " + location)).answer
    assert (answer.status, answer.error, answer.body) == (status, "", BODY.decode())


CHARSETS = ["undefined", "nobody-knows", "hex", "zip", "rot13", "idna", "punycode", "utf-7", "unicode_escape", "\0", ""]


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_charset_may_name_anything(server, http, charset):
    header = b"Content-Type: application/json; charset=" + charset.replace("\0", "\xff").encode("latin-1")
    assert ask(http, server.says(200, header)).answer.status == 200


def test_a_long_body_in_an_encoding_for_hosts_costs_no_time(server, http):
    begun = time.process_time()
    for codec in (b"punycode", b"idna"):
        ask(http, server.says(200, b"Content-Type: text/plain; charset=" + codec, body=b"b" * 300_000))
    assert time.process_time() - begun < 5


def test_half_a_surrogate_pair_never_reaches_the_journal(server, http):
    answer = ask(http, server.says(200, b"Content-Type: text/plain; charset=utf-7", body=b"+2AA-")).answer
    assert answer.body.encode() == b"?"
    server.says(422, body=b'{"message": "no \\ud800"}')
    with pytest.raises(BluegreenError, match=r"no \?"):
        api(http, server).once("GET", "/x")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"gzip", b"no gzip"),
        (b"gzip", gzip.compress(BODY, mtime=0)[:-9]),
        (b"deflate", b"\xff\xff\xff"),
        (b"br", b"x"),
        (b"nobody-knows", b"x"),
        (b"gzip, gzip, gzip", b"x"),
        (b"\xff", b"x"),
    ],
)
def test_an_encoding_may_be_any(server, http, encoding, body):
    answer = ask(http, server.says(200, b"Content-Encoding: " + encoding, body=body)).answer
    assert answer.status == 200 or answer.error.startswith("none (")


def test_a_header_of_a_check_is_sent_in_utf_8(server, http):
    assert ask(http, server.says(200), headers={"X-Team": "Zoë"}).answer.status == 200
    assert "X-Team: Zoë\r\n".encode() in server.asked[0]


@pytest.mark.parametrize("given", [{"headers": {"X-Team": "a\nb"}}, {"headers": {"a b": "x"}}, {"headers": {"": "x"}}])
def test_what_cannot_be_sent_is_a_fault_of_the_check(server, http, given):
    answer = ask(http, server.says(200), **given).answer
    assert answer.error.startswith("none (")
    assert not server.asked


def test_an_address_that_is_none_is_no_answer(http):
    answer = Web(http, time.monotonic).check("http://a:port", Check(get="/")).answer
    assert answer.error == "none (Unreadable, InvalidURL)"


def api(http, server, **given):
    return Api("DigitalOcean", server.url, http, {}, lambda seconds: None, **given)


def outcome(call):
    """What it says where it fails, as it may; any other error than ours goes through."""
    try:
        return repr(call())
    except BluegreenError as error:
        return str(error)


ODD = [
    *((302, b"Location: " + location, BODY) for location in LOCATIONS),
    *((403, f"Content-Type: text/plain; charset={charset}".encode(), BODY) for charset in CHARSETS if charset != "\0"),
    (200, b"Content-Encoding: gzip", b"no gzip"),
    (200, b"Content-Type: application/json; charset=undefined", b"\xff\xfe{"),
    (500, b"Content-Type: application/json", b'{"message": ' + b"9" * 5000 + b"}"),
    (401, b'WWW-Authenticate: Bearer realm="http://[",service="\xff"', BODY),
    (401, b'WWW-Authenticate: Bearer realm="http://a:port/"', BODY),
    (429, b"Retry-After: \xff", BODY),
]


@pytest.mark.parametrize(("status", "header", "body"), ODD)
def test_every_client_answers_or_fails_in_our_own_words(server, http, status, header, body):
    server.says(status, header, body=body)
    redaction = Redaction({"TOKEN": "a-secret-of-this-test"})
    registry = Registry("ghcr.io", server.url, http, "", lambda seconds: None, redaction)
    calls = (
        lambda: api(http, server).once("POST", "/x", {"a": 1}),
        lambda: api(http, server).get("/x"),
        lambda: api(http, server).text(server.url),
        lambda: Slack(server.url, http).post({"text": "x"}),
        lambda: registry.digest("holi/web", "v1.3.0"),
    )
    for call in calls:
        says = outcome(call)
        assert says.encode()  # can be written


def test_an_error_that_httpx_does_not_know_tells_its_kind_and_no_foreign_text(server, http):
    server.says(302, b"Location: data:,hush")
    with pytest.raises(Unavailable) as caught:
        api(http, server).once("GET", "/x")
    assert str(caught.value).startswith("DigitalOcean did not answer GET /x: ")
    assert "hush" not in str(caught.value)


DATE = b"Date: Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("written", "delay"),
    [
        (b"7", 7),
        (b"Wed, 21 Oct 2026 07:28:20 GMT", 20),
        (b"Wed, 21 Oct 2026 07:27:00 GMT", 0),
        (b"Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        (b"Wed, 99 Oct 2026 07:28:00 GMT", 60),
        (b"Wed, 21 Oct 99999999999 07:28:00 GMT", 60),
        (b"-5", 60),
        (b"9" * 5000, 3600),
        (b"1e9", 60),
        (b"nan", 60),
        ("٣".encode(), 60),
        (b"", 60),
    ],
)
def test_a_retry_after_may_be_a_date_or_anything(server, http, written, delay):
    with pytest.raises(RateLimited) as caught:
        api(http, server.says(429, DATE, b"Retry-After: " + written)).once("GET", "/x")
    assert caught.value.delay == delay


@pytest.mark.parametrize("date", ["", "soon", "Wed, 21 Oct 2026 07:28:00 +9999999"])
def test_a_date_without_the_senders_clock_says_nothing(date):
    assert retry_after({"retry-after": "Wed, 21 Oct 2026 07:28:20 GMT", "date": date}, 60.0) == 60
