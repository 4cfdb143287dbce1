"""The raw request of a web function: its headers, and the bytes that a sender signed."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bluegreen.core.errors import TooLarge, Unsigned
from bluegreen.core.inbound.webhooks import LARGEST_BODY

_LONGEST_TEXT = 4 * LARGEST_BODY // 3 + 4  # of such a body in base64


class Request(NamedTuple):
    """`headers` have lower-case names; `text` is the body as the platform hands it over."""

    headers: dict[str, str]
    text: str


def request_of(event: Mapping[str, Any]) -> Request:
    """In DigitalOcean's shape or in upstream OpenWhisk's; what is certainly too large is read no further."""
    http = event.get("http")
    if not isinstance(http, Mapping):
        http = {"headers": event.get("__ow_headers"), "body": event.get("__ow_body")}
    given, text = http.get("headers"), http.get("body")
    headers = {str(name).lower(): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    if isinstance(text, str) and len(text) > _LONGEST_TEXT:
        raise TooLarge(f"the body is larger than {LARGEST_BODY:,} bytes")
    return Request(headers, text if isinstance(text, str) else "")


def verified_body(request: Request, check: Callable[[bytes], None]) -> bytes:
    """The body for which `check` does not raise Unsigned; the first refusal where there is none.

    The platform may hand the body over as text or in base64, flagged or not: the signature tells. Where a header alone
    is the proof, base64 goes first: no JSON object, and no form with a payload, reads as base64.
    """
    refused: Unsigned | None = None
    for body in _candidates(request.text):
        try:
            check(body)
        except Unsigned as error:
            refused = refused or error
        else:
            return body
    raise refused or Unsigned("the signature does not fit the body")


def _candidates(text: str) -> list[bytes]:
    plain = text.encode("utf-8", errors="surrogatepass")
    try:
        return [base64.b64decode(plain, validate=True), plain]
    except (binascii.Error, ValueError):
        return [plain]
