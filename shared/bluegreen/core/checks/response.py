"""The response to a check, and why it fails: the status, the JSON, the page that a person would see, in this order."""

import json
import re
from typing import Any

from bluegreen.core.config import tags
from bluegreen.core.config.checks import Check, Expected
from bluegreen.core.credentials import hidden
from bluegreen.core.html import page
from bluegreen.core.model import Frozen

_BODY_SHOWN = 200  # characters
_BODY_READ = 20_000  # characters that are looked at for credentials, before spaces are folded
_BELOW = re.compile(r"below (\d+(?:\.\d+)?)")
_PATTERN = re.compile(r"/(.+)/")


class CheckResponse(Frozen):
    """`error` says why there was no response."""

    status: int = 0
    body: str = ""
    error: str = ""
    ms: float = 0.0


def fault(check: Check, response: CheckResponse, tag: str) -> str | None:
    """What was expected and what came instead, in one sentence; None when the check passes."""
    if response.error:
        return f"{hidden(check.title)}: expected an answer within {check.timeout:g} s, got {response.error}"
    wrong = _status(check.expect, response) or _json(check.expect, response, tag) or _html(check.expect, response, tag)
    return f"{hidden(f'{check.title}: {wrong}')}; the body began {shown(response.body)}" if wrong else None


def shown(body: str) -> str:
    """The first 200 characters, on one line."""
    return repr(" ".join(hidden(body[:_BODY_READ]).split())[:_BODY_SHOWN])


def _status(expected: Expected, response: CheckResponse) -> str | None:
    if _fits(expected.status, response.status):
        return None
    return f"expected status {expected.status}, got {response.status}"


def _json(expected: Expected, response: CheckResponse, tag: str) -> str | None:
    if not expected.json_body:
        return None
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        return "expected JSON, got something else"
    for path, wanted in expected.json_body.items():
        value = _at(body, path)
        if not _fits_tag(wanted, value, tag) and not _fits(_filled(wanted, tag), value):
            return f"expected {path} to be {_filled(wanted, tag)}, got {value!r}"
    return None


def _html(expected: Expected, response: CheckResponse, tag: str) -> str | None:
    title, button, text = (tags.filled(words, tag) for words in (expected.title, expected.button, expected.text))
    if not (title or button or text):
        return None
    shows = page.read(response.body)
    if title and not _fits(title, shows.title):
        return f"expected a title {title}, got {shows.title!r}"
    if button and not any(_fits(button, visible) for visible in shows.buttons):
        return f"expected a visible button {button!r}, got {list(shows.buttons)!r}"
    if text and not _contains(text, shows.text):
        return f"expected the text {text!r}"
    return None


def _filled(wanted: Any, tag: str) -> Any:
    return tags.filled(wanted, tag) if isinstance(wanted, str) else wanted


def _fits_tag(wanted: Any, value: Any, tag: str) -> bool:
    """`{tag}` and `{version}` are interchangeable: an app may report itself as v1.3.0 or as 1.3.0."""
    return wanted in ("{tag}", "{version}") and str(value) in (tag, tags.version(tag))


def _fits(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, str):
        if below := _BELOW.fullmatch(wanted):
            return isinstance(value, int | float) and not isinstance(value, bool) and value < float(below[1])
        if pattern := _PATTERN.fullmatch(wanted):
            return isinstance(value, str) and re.search(pattern[1], value) is not None
        return str(value) == wanted
    return type(value) is type(wanted) and bool(value == wanted)


def _contains(wanted: str, text: str) -> bool:
    pattern = _PATTERN.fullmatch(wanted)
    return re.search(pattern[1], text) is not None if pattern else wanted in text


def _at(body: Any, path: str) -> Any:
    value = body
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
