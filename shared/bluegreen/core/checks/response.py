"""Health and smoke checks: what to ask, what to expect, and whether the answer will do."""

import json
import re
from typing import Any

from bluegreen.core import tags
from bluegreen.core.checks import page
from bluegreen.core.config.checks import Check, Expected
from bluegreen.core.model import Frozen

_BODY_SHOWN = 200
_BELOW = re.compile(r"below (\d+(?:\.\d+)?)")
_PATTERN = re.compile(r"/(.+)/")


class Answer(Frozen):
    """What came back; `error` is set where nothing did."""

    status: int = 0
    body: str = ""
    error: str = ""
    ms: float = 0.0


def fault(check: Check, answer: Answer, tag: str) -> str | None:
    """What was expected and what came, in one sentence; None when the answer will do."""
    if answer.error:
        return f"{check.title}: expected an answer within {check.timeout:g} s, got {answer.error}"
    wrong = _status(check.expect, answer) or _json(check.expect, answer, tag) or _html(check.expect, answer)
    return f"{check.title}: {wrong}; the body began {shown(answer.body)}" if wrong else None


def shown(body: str) -> str:
    """The first 200 characters, on one line."""
    return repr(" ".join(body.split())[:_BODY_SHOWN])


def _status(expected: Expected, answer: Answer) -> str | None:
    if _fits(expected.status, answer.status):
        return None
    return f"expected status {expected.status}, got {answer.status}"


def _json(expected: Expected, answer: Answer, tag: str) -> str | None:
    if not expected.json_body:
        return None
    try:
        found = json.loads(answer.body)
    except ValueError:
        return "expected JSON, got something else"
    for path, wanted in expected.json_body.items():
        value = _at(found, path)
        if not _fits_tag(wanted, value, tag) and not _fits(_filled(wanted, tag), value):
            return f"expected {path} to be {_filled(wanted, tag)}, got {value!r}"
    return None


def _html(expected: Expected, answer: Answer) -> str | None:
    if not (expected.title or expected.button or expected.text):
        return None
    seen = page.read(answer.body)
    if expected.title and not _fits(expected.title, seen.title):
        return f"expected a title {expected.title}, got {seen.title!r}"
    if expected.button and not any(_fits(expected.button, button) for button in seen.buttons):
        return f"expected a visible button {expected.button!r}, got {list(seen.buttons)!r}"
    if expected.text and not _contains(expected.text, seen.text):
        return f"expected the text {expected.text!r}"
    return None


def _filled(wanted: Any, tag: str) -> Any:
    if not isinstance(wanted, str):
        return wanted
    return wanted.replace("{tag}", tag).replace("{version}", tags.version(tag))


def _fits_tag(wanted: Any, value: Any, tag: str) -> bool:
    """`{tag}` and `{version}` stand for one another: an app may call v1.3.0 by either name."""
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


def _at(found: Any, path: str) -> Any:
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
