"""Secrets that a check sends: named in bluegreen.yml as `${BLUEGREEN_CHECK_…}`, and given by the environment."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

PREFIX = "BLUEGREEN_CHECK_"
_NAME = re.compile(r"BLUEGREEN_CHECK_[A-Z0-9][A-Z0-9_]{0,60}")
_SHORTEST = 6  # as clients/redaction.py has it
_PLACE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def weakness(value: str) -> str:
    """Why a value is none that could be kept out of what is told, "" where it is one."""
    if "…" in value:
        return "still holds the example's …"
    return f"is shorter than {_SHORTEST} characters: it stands in ordinary words" if len(value) < _SHORTEST else ""


def names(value: Any) -> set[str]:
    """Of the settings that a value asks for, in any text of it."""
    return {name for text in _texts(value) for name in _PLACE.findall(text)}


def fault(sent: Any, expected: Any) -> str:
    """Why what a check sends or expects names a setting that it may not have, "" where it may."""
    other = sorted(name for name in names(sent) if not is_name(name))
    if other:
        return f"${{{other[0]}}} is not put in place: only settings whose names begin with {PREFIX} are, in capitals"
    shown = sorted(name for name in names(expected) if name.startswith("BLUEGREEN_"))
    return f"${{{shown[0]}}} is for what is sent: what is expected is shown to people" if shown else ""


def told(text: str) -> str:
    """A text with its names as redacted texts have them."""
    return _PLACE.sub(lambda found: f"[{found[1]}]", text)


def filled(value: Any, secrets: Mapping[str, str]) -> Any:
    """The value with each name's secret in its place; `KeyError` with the name of one that is not set."""
    if isinstance(value, str):
        return _PLACE.sub(lambda found: secrets[found[1]] if is_name(found[1]) else found[0], value)
    if isinstance(value, list | tuple):
        return [filled(item, secrets) for item in value]
    if isinstance(value, dict):
        return {filled(key, secrets): filled(item, secrets) for key, item in value.items()}
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
