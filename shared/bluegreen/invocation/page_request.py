"""A request of a page: method, query and body, as a raw web function gets them."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from bluegreen.core.errors import BadRequest, TooLarge

_MOST = 8_000  # bytes of a body, and of a query
_FIELDS = 20


class PageRequest(NamedTuple):
    """`method` in upper case, header names in lower case; `given` is the last value of each field of the query."""

    method: str
    headers: dict[str, str]
    given: dict[str, str]
    body: str

    @property
    def is_form(self) -> bool:
        return self.headers.get("content-type", "").partition(";")[0].strip() == "application/x-www-form-urlencoded"


def page_request(event: Mapping[str, Any]) -> PageRequest:
    http = event.get("http")
    http = http if isinstance(http, Mapping) else {}
    given = http.get("headers")
    headers = {str(name).lower(): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    query, body = (_text(http.get(name)) for name in ("queryString", "body"))
    if len(body) > 2 * _MOST:
        raise TooLarge(f"a body of at most {_MOST:,} bytes is wanted")
    return PageRequest(_text(http.get("method")).upper() or "GET", headers, fields(query), _plain(body))


def fields(text: str) -> dict[str, str]:
    """Of a query, or of a form's body."""
    try:
        found = parse_qs(text[:_MOST], keep_blank_values=True, max_num_fields=_FIELDS, errors="replace")
    except ValueError:
        raise BadRequest("the query cannot be read") from None
    return {name: values[-1] for name, values in found.items()}


def json_fields(body: str) -> dict[str, str]:
    """Texts by name; whatever is no object of texts is refused."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("the body has to be JSON: an object") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise BadRequest("the body has to be an object of texts")
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(body: str) -> str:
    """The platform may hand a body over in base64, flagged or not; neither JSON nor a form reads as base64."""
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError):
        return body
