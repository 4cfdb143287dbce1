"""Answers of any kind, made of a number: the same number is the same answer.

Half of them are well framed; of those some are what a service would say, and some are that, spoilt in one place. In the
others status, headers, body, encoding and pace are drawn apart from each other.
"""

import copy
import gzip
import json
import random
import zlib
from typing import Any, NamedTuple

_STATUSES = (201, 202, 204, 206, 301, 302, 304, 307, 308, 400, 401, 403, 404, 408, 409, 412, 418, 422, 425, 429, 451)
_STATUSES += (500, 502, 503, 504, 520, 599, 600, 799, 999)
_DEPLOYMENT = {"id": "d1", "phase": "ACTIVE", "cause": "", "spec": {"name": "web", "services": [{"name": "web"}]}}
_DEPLOYMENT |= {"progress": {"steps": [{"name": "build", "status": "SUCCESS", "steps": [{"name": "x"}]}]}}
_RECORD = {"id": 1, "type": "A", "name": "www", "data": "192.0.2.1", "ttl": 60}
_SERIES = {"status": "success", "data": {"result": [{"metric": {"a": "b"}, "values": [[1, "2"], [3, "4"]]}]}}
_LISTED = [{"name": "v1.3.0", "id": 7, "state": "success", "payload": {"tag": "v1"}, "commit": {"sha": "c" * 40}}]
_TRUE: tuple[Any, ...] = (
    {"app": {"id": "1", "spec": {"name": "web"}, "active_deployment": _DEPLOYMENT, "pending_deployment": None}},
    {"deployment": _DEPLOYMENT, "deployments": [_DEPLOYMENT]},
    {"domain_record": _RECORD, "domain_records": [_RECORD]},
    {"load_balancer": {"id": "1", "tag": "blue", "status": "active"}, "valid": False, "error": {"code": "x"}},
    {"tag": {"resources": {"droplets": {"count": 2}}}, "historic_urls": ["http://127.0.0.1:1/log"]},
    {"tags": [{"tag": "v1", "manifest_digest": "sha256:" + "a" * 64}], "links": {"pages": {"next": "x"}}, "token": "t"},
    {"object": {"type": "commit", "sha": "c" * 40}, "id": 7, "full_name": "a/c", "schema_version": 1, "seq": 1},
    _SERIES,
    _LISTED,
    "ok",
)
_WORDS = ("", "v1.3.0", "ACTIVE", "matrix", "NaN", "1e400", "\ud800", "\x00", "é" * 40, "9" * 5_000, "\u202e")
_NUMBERS = (0, -1, 1, 3.5, 10**30, -0.0, float("nan"), float("inf"), True, False, None)
_TYPES = ("application/json", "text/html; charset=utf-8", "application/json; charset=undefined", "x; charset=idna")
_TYPES += ("text/html; charset=\x00", "charset=", "application/xml", ";;;", "a" * 9_000, "text/plain; charset=utf-16")
_LOCATIONS = ("/login", "shop.example:443/login", "data:,x", "//", "http://[", "https://\x7f/", "", "é")
_WAITS = ("0", "1", "-5", "soon", "1e9", "9" * 40, "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 99 Oct 2026 99:99:99 GMT")
_LINKS = ('<http://127.0.0.1:1/x>; rel="next"', '<>; rel="next"', "<" * 500, 'rel="next"', "</x?page=2>; rel=next,")
_ASKS = ('Bearer realm="http://127.0.0.1:1/t",service="x"', "Bearer", "Basic", 'Bearer realm="http://["', "Bearer é,,,")
_RAW = (b": x", b"No colon", b"X:\xff\xfe", b"X" * 70_000, b" folded", b"X: a\r\n b", b"\x00: y", b"Set-Cookie: ;;=;")
_DRAWN = {
    "Content-Type": _TYPES,
    "Location": _LOCATIONS,
    "Retry-After": _WAITS,
    "Link": _LINKS,
    "WWW-Authenticate": _ASKS,
    "Date": (*_WAITS, "Sun, 29 Nov 2026 10:00:00 GMT"),
    "Docker-Content-Digest": ("sha256:" + "a" * 64, "sha256:", "x" * 5_000),
}
_BODIES = (
    b"",
    b"null",
    b"[" * 50_000,
    b'{"a":' * 20_000,
    b'{"id": 1, "id": 2',
    b"1" * 6_000,
    b'"\\ud800"',
    b"<html><title>502 Bad Gateway</title>" + b"<p>x" * 500,
    b"<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>",
    b"<Error><Code>" + b"A" * 5_000,
    b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
    b"<ListBucketResult><Contents><Key>services/web/journal/1</Key></Contents></ListBucketResult>",
    "naïve ☃".encode("utf-16"),
)


class Answer(NamedTuple):
    """`pieces` go over the wire one after the other, with so many seconds between them."""

    pieces: tuple[bytes, ...]
    pace: float


def answer(number: int) -> Answer:
    dice = random.Random(number)
    return _plain(dice) if dice.random() < 0.5 else _odd(dice)


def _plain(dice: random.Random) -> Answer:
    body = copy.deepcopy(dice.choice(_TRUE))
    if dice.random() < 0.8:
        body = _spoilt(dice, body)
    written = json.dumps(body).encode()
    head = [b"HTTP/1.1 200 OK", b"Connection: close", b"Content-Length: %d" % len(written)]
    return Answer((b"\r\n".join(head) + b"\r\n\r\n" + written,), 0)


def _odd(dice: random.Random) -> Answer:
    body, encoding = _packed(dice, dice.choice((*_BODIES, dice.randbytes(300), json.dumps(_value(dice, 4)).encode())))
    status = 200 if dice.random() < 0.5 else dice.choice(_STATUSES)
    head = [b"HTTP/1.1 %d %s" % (status, dice.choice((b"OK", b"", b"\xff\xff", b"Odd " * 50)))]
    head += [b"Connection: close"] if dice.random() < 0.9 else []
    head += [b"Content-Encoding: " + encoding] if encoding else []
    head += [f"{name}: {dice.choice(of)}".encode() for name, of in _DRAWN.items() if dice.random() < 0.3]
    head += [dice.choice(_RAW)] if dice.random() < 0.1 else []
    head += [b"X-Many: %d" % number for number in range(300)] if dice.random() < 0.02 else []
    body = _framed(dice, head, body)
    return _sent(dice, b"\r\n".join(head) + b"\r\n\r\n" + body)


def _sent(dice: random.Random, whole: bytes) -> Answer:
    """Cut, spoilt, or a byte at a time."""
    kind = dice.random()
    if kind < 0.1:
        whole = whole[: dice.randrange(len(whole))]
    elif kind < 0.15:
        at = dice.randrange(len(whole))
        whole = whole[:at] + dice.randbytes(dice.randrange(1, 9)) + whole[at + 1 :]
    elif kind < 0.17:
        whole = dice.randbytes(dice.randrange(400))
    elif kind > 0.99:
        return Answer(tuple(bytes([octet]) for octet in whole[:2_000]), 0.05)
    return Answer((whole,), 0)


def _framed(dice: random.Random, head: list[bytes], body: bytes) -> bytes:
    """Adds how the body's end is known, which may be wrong."""
    kind = dice.random()
    if kind < 0.7:
        head.append(b"Content-Length: %d" % len(body))
    elif kind < 0.8:
        head.append(b"Content-Length: " + dice.choice((b"-1", b"x", b"0", b"%d" % (len(body) + 9), b"9" * 40, b"1, 2")))
    elif kind < 0.95:
        head.append(b"Transfer-Encoding: chunked")
        size = dice.choice((b"%x" % len(body), b"zz", b"-1", b"f" * 30, b"%x;ext=1" % len(body)))
        return size + b"\r\n" + body + b"\r\n0\r\n\r\n"
    return body


def _packed(dice: random.Random, body: bytes) -> tuple[bytes, bytes]:
    kind = dice.random()
    if kind < 0.75:
        return body, b""
    if kind < 0.85:
        return gzip.compress(body, mtime=0), b"gzip"
    if kind < 0.9:
        return zlib.compress(body), b"deflate"
    if kind < 0.92:
        return gzip.compress(bytes(3_000_000), mtime=0), b"gzip"
    return body, dice.choice((b"gzip", b"br", b"zstd", b"gzip, gzip, gzip, gzip", b"identity", b"\xff", b"deflate"))


def _spoilt(dice: random.Random, value: Any) -> Any:
    """One place of it is something else, or missing."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.25:
        return _value(dice, 2)
    key = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
    if dice.random() < 0.2:
        del value[key]
    else:
        value[key] = _spoilt(dice, value[key])
    return value


def _value(dice: random.Random, depth: int) -> Any:
    kind = dice.random()
    if depth == 0 or kind < 0.4:
        return dice.choice((*_WORDS, *_NUMBERS))
    if kind < 0.7:
        return {dice.choice(("id", "tag", "name", "x", "")): _value(dice, depth - 1) for _ in range(dice.randrange(5))}
    return [_value(dice, depth - 1) for _ in range(dice.randrange(4))]
