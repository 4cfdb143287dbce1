"""The response to a check, and why it fails: the status, the JSON, the page that a person would see, in this order."""

import json
import re
from typing import Any

from bluegreen.core.config import statuses, tags
from bluegreen.core.config.checks import Check, Expected, pattern, upper_bound
from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen

LARGEST = 512_000  # characters of a body that are kept
_BODY_SHOWN = 200  # characters
_BODY_READ = 20_000  # characters that are looked at for credentials, before spaces are folded
_LOCATION_SHOWN = 200  # characters
_PLACE = re.compile(r"-?\d{1,6}")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


class CheckResponse(Frozen):
    """`error` says why there was no response."""

    status: int = 0
    body: str = ""
    error: str = ""
    ms: float = 0.0
    location: str = ""  # where a redirect leads to


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
    if statuses.fits(expected.status, response.status):
        return None
    leads = f" with Location {response.location[:_LOCATION_SHOWN]}" if response.location else ""
    return f"expected status {expected.status}, got {response.status}{leads}"


def _json(expected: Expected, response: CheckResponse, tag: str) -> str | None:
    if not expected.json_body:
        return None
    try:
        body = json.loads(response.body.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        whole = len(response.body) < LARGEST
        return (
            f"expected JSON, got {'something else' if whole else f'{LARGEST:,} characters and more, too many to read'}"
        )
    for path, wanted in expected.json_body.items():
        value = at(body, path)
        if not _fits_tag(wanted, value, tag) and not _fits(_filled(wanted, tag), value):
            return f"expected {path} to be {_filled(wanted, tag)}, got {value!r}"
    return None


def _html(expected: Expected, response: CheckResponse, tag: str) -> str | None:
    title, button, text = (_filled(words, tag) for words in (expected.title, expected.button, expected.text))
    if not (title or button or text):
        return None
    from unicodedata import normalize

    from bluegreen.core.html import page  # a reader of HTML, which only a check of what a page shows pays for

    # é is one character or two, as whoever wrote it typed it: nobody sees a difference, nor would see one in the fault.
    title, button, text = (normalize("NFC", words) for words in (title, button, text))
    shows = page.read(normalize("NFC", response.body))
    if title and not _fits(title, shows.title):
        return f"expected a title {title}, got {shows.title!r}"
    if button and not any(_fits(button, visible) for visible in shows.buttons):
        return f"expected a visible button {button!r}, got {list(shows.buttons)!r}"
    if text and not _contains(text, shows.text):
        return f"expected the text {text!r}"
    return None


def _filled(wanted: Any, tag: str) -> Any:
    """With the tag and its version in place, at any depth; in a regular expression they stand for themselves."""
    if isinstance(wanted, str):
        version = tags.version(tag)
        own = (re.escape(tag), re.escape(version)) if pattern(wanted) else (tag, version)
        return wanted.replace("{tag}", own[0]).replace("{version}", own[1])
    if isinstance(wanted, list):
        return [_filled(item, tag) for item in wanted]
    if isinstance(wanted, dict):
        return {key: _filled(item, tag) for key, item in wanted.items()}
    return wanted


def _fits_tag(wanted: Any, value: Any, tag: str) -> bool:
    """`{tag}` and `{version}` are interchangeable: an app may report itself as v1.3.0 or as 1.3.0.

    What v1.3 released may say 1.3.0 as well: some packages have to have three numbers.
    """
    if wanted not in ("{tag}", "{version}") or isinstance(value, bool | None | list | dict):
        return False
    said, version = str(value), tags.version(tag)
    numbers = said.removeprefix("v")
    both_plain = _NUMBERS.fullmatch(numbers) and _NUMBERS.fullmatch(version)
    return said in (tag, version) or bool(both_plain and _without_zeros(numbers) == _without_zeros(version))


def _without_zeros(numbers: str) -> list[str]:
    """1.3.0 as 1.3. What an app says may have more digits than Python reads as a number."""
    found = [number.lstrip("0") for number in numbers.split(".")]
    while len(found) > 1 and not found[-1]:
        found.pop()
    return found


def _fits(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, str):
        bound, expression = upper_bound(wanted), pattern(wanted)
        if bound is not None:
            return isinstance(value, int | float) and not isinstance(value, bool) and value < bound
        if expression is not None:
            return isinstance(value, str | int | float) and re.search(expression, _said(value)) is not None
        return wanted in (_said(value), str(value))
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    if isinstance(wanted, int | float) and isinstance(value, int | float):
        return wanted == value
    return type(value) is type(wanted) and bool(value == wanted)


def _said(value: Any) -> str:
    """As JSON writes it; a text as it is."""
    return value if isinstance(value, str) else json.dumps(value)


def _contains(wanted: str, text: str) -> bool:
    expression = pattern(wanted)
    return re.search(expression, text) is not None if expression is not None else wanted in text


def at(body: Any, path: str) -> Any:
    """What stands at a path: `checks.0.status` goes into lists, and a key may have dots itself. None: nothing does."""
    if isinstance(body, dict):
        return _in_object(body, path.split("."))
    place, _, rest = path.partition(".")
    if not isinstance(body, list) or not _PLACE.fullmatch(place) or not -len(body) <= int(place) < len(body):
        return None
    return at(body[int(place)], rest) if rest else body[int(place)]


def _in_object(body: dict[str, Any], steps: list[str]) -> Any:
    """The longest key first."""
    for many in range(len(steps), 0, -1):
        key, rest = ".".join(steps[:many]), ".".join(steps[many:])
        if key in body:
            found = at(body[key], rest) if rest else body[key]
            if found is not None:
                return found
    return None
