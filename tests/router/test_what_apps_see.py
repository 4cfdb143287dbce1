"""What an application hears of its client, and what becomes of its own name in what it builds from `Host`."""

import httpx
import pytest

from bluegreen.core.environment import Environment
from tests.router.wire import headers

BLUE, GREEN = Environment.BLUE, Environment.GREEN
PREVIEW = {"BLUEGREEN_PREVIEW_SECRET": "preview-secret"}
CLAIMS = [
    "CF-Connecting-IP",
    "CF-Ray",
    "CF-Visitor",
    "CDN-Loop",
    "True-Client-IP",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Forwarded-Ssl",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Server",
    "X-Forwarded-Scheme",
    "X-Real-Ip",
    "Forwarded",
    "X-Bluegreen-Origin-Secret",
    "X-Envoy-Original-Path",
]


def test_what_only_a_proxy_may_say_does_not_pass(before_the_wire, wire):
    before_the_wire().get(headers=dict.fromkeys(CLAIMS, "claimed-by-a-client"))

    assert "claimed-by-a-client" not in wire.heard[0]


def test_nothing_is_added_that_changes_what_an_app_does(before_the_wire, wire):
    router = before_the_wire()
    wire.answer = (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",)
    answer = router.get(headers={"Accept-Encoding": "gzip"})
    heard = headers(wire.heard[0])

    assert "via" not in heard
    assert heard["accept-encoding"] == "gzip"
    assert "content-type" not in answer.headers
    assert {name for name in heard if name.startswith("x-envoy")} == set()


def test_the_routers_word_can_be_proven(before_the_wire, wire):
    before_the_wire(BLUEGREEN_ORIGIN_SECRET="shared-with-the-app").get()

    assert headers(wire.heard[0])["x-bluegreen-origin-secret"] == "shared-with-the-app"


def test_a_request_id_is_passed_on_or_made(before_the_wire, wire):
    router = before_the_wire()
    router.get(headers={"X-Request-Id": "from-the-client"})
    router.get()
    known, made = (headers(heard)["x-request-id"] for heard in wire.heard)

    assert known == "from-the-client"
    assert len(made) == 36


@pytest.mark.parametrize(
    ("said", "comes"),
    [
        ("Location: http://{own}/a/?b#c", "/a/?b#c"),
        ("Location: HTTP://{OWN}/a", "/a"),
        ("Location: https://{own}", "/"),
        ("Location: https://{own}?b", "/?b"),
        ("Location: //{own}/a", "/a"),
        ("Location: http://{own}//evil.example/", "/evil.example/"),
        ("Location: /a", "/a"),
        ("Location: http://{host}.evil.example/", "http://{host}.evil.example/"),
        ("Location: http://elsewhere.example/?back=http://{own}/", "http://elsewhere.example/?back=http://{own}/"),
        ("Refresh: 5; url=http://{own}/a", "5; url=/a"),
        ("Refresh: 0;URL='http://{own}/a'", "0;URL='/a'"),
        ("Refresh: 5", "5"),
        ("Set-Cookie: a=1; Domain={host}; Path=/", "a=1; Path=/"),
        ("Set-Cookie: a=1; domain=.{host}", "a=1"),
        ("Set-Cookie: a=Domain={host}; Secure", "a=Domain={host}; Secure"),
        ("Set-Cookie: a=1; Domain=other.example", "a=1; Domain=other.example"),
    ],
)
def test_an_environments_own_name_leads_nobody_away(before_the_wire, wire, said, comes):
    """Without it, a browser reads the rest as under the name that it asked for."""
    own = wire.url.removeprefix("http://")
    names = {"own": own, "OWN": own.upper(), "host": own.partition(":")[0]}
    router = before_the_wire()
    wire.answer = (f"HTTP/1.1 307 T\r\n{said.format(**names)}\r\nContent-Length: 0\r\n\r\n".encode(),)
    answer = router.get(headers={"Host": "shop.example"})

    assert answer.headers[said.partition(":")[0]] == comes.format(**names)


def test_several_cookies_stay_several(before_the_wire, wire):
    router = before_the_wire()
    host = wire.url.removeprefix("http://").partition(":")[0]
    cookies = f"Set-Cookie: a=1; Domain={host}\r\nSet-Cookie: b=2, c\r\n"
    wire.answer = (f"HTTP/1.1 200 OK\r\n{cookies}Content-Length: 0\r\n\r\n".encode(),)
    answer = router.get(headers={"Host": "shop.example"})

    assert answer.headers.get_list("Set-Cookie") == ["a=1", "b=2, c"]


SECRET = "bluegreen_preview=preview-secret"
WAYS = [
    [("Cookie", SECRET)],
    [("Cookie", f"{SECRET}; {SECRET}")],
    [("Cookie", f"a=1;{SECRET};b=2")],
    [("Cookie", "a=1"), ("Cookie", SECRET)],
    [("Cookie", SECRET), ("Cookie", SECRET), ("Cookie", "a=1")],
    [("Cookie", f"bluegreen_preview=guess; {SECRET}")],
    [("Cookie", f"{SECRET} ;")],
    [("X-Bluegreen-Preview", "preview-secret"), ("Cookie", SECRET)],
    [("X-Bluegreen-Preview", "preview-secret"), ("X-Bluegreen-Preview", "preview-secret")],
    [("Cookie", f'a="; {SECRET}')],
]


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
def test_the_preview_secret_never_reaches_an_app(before_the_wire, wire, green, http2):
    router = before_the_wire(**PREVIEW)
    with httpx.Client(http1=not http2, http2=http2, trust_env=False) as client:
        answers = [client.get(router.url, headers=way) for way in WAYS]
    said = str(green.requests) + "".join(wire.heard)

    assert {answer.status_code for answer in answers} == {200}
    assert "preview-secret" not in said
    assert "bluegreen_preview" not in said


def test_a_preview_is_kept_by_no_cache(before_the_wire, green):
    router = before_the_wire(**PREVIEW)
    seen = router.get(headers={"X-Bluegreen-Preview": "preview-secret"})
    other = router.get()

    assert seen.json()["name"] == "green"
    assert "private" in seen.headers["Cache-Control"]
    assert {"Cookie", "X-Bluegreen-Preview"} <= {name.strip() for name in seen.headers["Vary"].split(",")}
    assert "Cache-Control" not in other.headers
