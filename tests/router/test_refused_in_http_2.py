"""What an HTTP/2 parser refuses counts for nobody either: written frame by frame, as no library would send it."""

import socket
import struct
from contextlib import suppress

import pytest
from hpack import Encoder

from bluegreen.core.environment import Environment

BLUE = Environment.BLUE
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
USUAL = ((":method", "GET"), (":scheme", "http"), (":authority", "a"))
HEADERS, CONTINUATION, SETTINGS, END_STREAM, END_HEADERS = 1, 9, 4, 1, 4
LARGE = [(f"x-{n}", "a" * 8000) for n in range(30)]


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def request(*headers: tuple[str | bytes, str | bytes]) -> bytes:
    block = Encoder().encode(headers, huffman=False)
    pieces = [block[at : at + 16_000] for at in range(0, len(block), 16_000)]
    kinds = [HEADERS] + [CONTINUATION] * (len(pieces) - 1)
    ends = [0] * (len(pieces) - 1) + [END_HEADERS]
    flags = [end | (END_STREAM if kind == HEADERS else 0) for kind, end in zip(kinds, ends, strict=True)]
    return b"".join(frame(*each, 1, piece) for *each, piece in zip(kinds, flags, pieces, strict=True))


REFUSED = {
    "raw UTF-8 in the query": request(*USUAL, (":path", b"/ok?q=\xc3\xa9")),
    "raw bytes in the path": request(*USUAL, (":path", b"/\xff\xfe")),
    "a zero byte in a value": request(*USUAL, (":path", "/"), ("a", b"\x00")),
    "a line end in a value": request(*USUAL, (":path", "/"), ("a", b"b\r\nc: d")),
    "a name in capitals": request(*USUAL, (":path", "/"), ("Capital", "b")),
    "no path": request(*USUAL),
    "two paths": request(*USUAL, (":path", "/"), (":path", "/b")),
    "an unknown pseudo header": request(*USUAL, (":path", "/"), (":other", "b")),
    "a connection header": request(*USUAL, (":path", "/"), ("connection", "keep-alive")),
    "too large a head": request(*USUAL, (":path", "/"), *LARGE),
    "a table that is none": frame(HEADERS, END_STREAM | END_HEADERS, 1, b"\xff\xff\xff\xff"),
    "a frame that is none": frame(HEADERS, END_STREAM | END_HEADERS, 0, b""),
    "no frames at all": b"GET / HTTP/1.1\r\n\r\n",
}
KINDS = {
    "plain": (),
    "events": (("accept", "text/event-stream"),),
    "preview": (("x-bluegreen-preview", "preview-secret"),),
}


@pytest.mark.parametrize("refused", REFUSED)
def test_bytes_that_are_refused_in_http_2_are_the_clients(before_the_wire, users, refused):
    router = before_the_wire()
    send(router, REFUSED[refused])
    router.stop()

    assert users(router, BLUE).failed == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_else_is_asked_for(before_the_wire, users, kind):
    router = before_the_wire(BLUEGREEN_PREVIEW_SECRET="preview-secret")
    for path in (b"/ok?q=\xc3\xa9", b"/a b", b"/\x7f"):
        send(router, request(*USUAL, (":path", path), *KINDS[kind]))
    router.stop()

    assert users(router, BLUE).failed == 0


def test_what_is_well_formed_is_answered(before_the_wire, users):
    """What the others differ from."""
    router = before_the_wire()
    send(router, request(*USUAL, (":path", "/")))
    router.stop()

    assert (users(router, BLUE).requests, users(router, BLUE).failed) == (1, 0)


def send(router, sent: bytes) -> bytes:
    """What comes back, up to the end of the stream or of the connection."""
    said = b""
    with (
        suppress(OSError),
        socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as client,
    ):
        client.sendall(PREFACE + frame(SETTINGS, 0, 0, b"") + sent)
        while not over(said) and (data := client.recv(65536)):
            said += data
    return said


def over(said: bytes) -> bool:
    """Whether a frame of the stream has ended it, or the connection is taken leave of."""
    at = 0
    while at + 9 <= len(said):
        length, kind, flags = int.from_bytes(said[at : at + 3]), said[at + 3], said[at + 4]
        if kind in (3, 7) or (kind in (0, HEADERS) and flags & END_STREAM):
            return True
        at += 9 + length
    return False
