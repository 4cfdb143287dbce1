"""Whatever is asked and whatever comes back, it is an answer or an httpx error, never what httpx stumbled over inside.

httpx lets through what its own parts raise: UnicodeError for a header that is not ASCII, InvalidURL for an address or
a `Location` that is none, LookupError for a `charset`. A caller that catches `httpx.HTTPError` has caught all here.
"""

import codecs
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

_UNREDIRECTED = "unredirected"  # in a request's extensions
_NO_TEXT = frozenset(("undefined", "idna", "punycode"))  # the last two are for hosts' names: their time is quadratic


class Unreadable(httpx.RequestError):
    """What was to be sent is no request, or what came back is no answer."""


@contextmanager
def asking() -> Iterator[None]:
    """Around a request and the reading of its answer, and nothing else."""
    try:
        yield
    except httpx.HTTPError:
        raise
    except Exception as error:  # noqa: BLE001 - the other side decides what it sends, and so what httpx raises
        raise Unreadable(type(error).__name__) from None


def described(error: httpx.HTTPError) -> str:
    """Without its message, which may repeat what was sent or what came."""
    name = type(error).__name__
    return f"{name}, {error}" if isinstance(error, Unreadable) else name


def text(answer: httpx.Response, content: bytes) -> str:
    """In the encoding that the answer names, where that is one of texts; else in UTF-8. Never fails."""
    try:
        codec = codecs.lookup(answer.charset_encoding or "utf-8").name
        return content.decode("utf-8" if codec in _NO_TEXT else codec, errors="replace")
    except (LookupError, ValueError):
        return content.decode(errors="replace")


def sendable(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """httpx takes only ASCII as text. Names such as Zoë go out in UTF-8, as browsers send them."""
    return [(name.encode(errors="replace"), value.encode(errors="replace")) for name, value in headers.items()]


def unredirected(http: httpx.Client) -> dict[str, bool]:
    """Extensions for a request whose answer is taken as it is: its `Location` may be anything.

    httpx reads `Location` even where redirects are not followed, and loses the answer where it cannot.
    """
    if _hide_location not in http.event_hooks["response"]:
        http.event_hooks["response"].append(_hide_location)
    return {_UNREDIRECTED: True}


def _hide_location(answer: httpx.Response) -> None:
    if answer.request.extensions.get(_UNREDIRECTED):
        answer.headers.pop("location", None)
