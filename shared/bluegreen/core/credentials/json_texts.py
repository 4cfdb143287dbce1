"""The texts in a JSON value, names of fields too: all at once, or each changed."""

from collections.abc import Callable
from typing import Any

_DEEPEST = 100  # a body of GitHub's has seven. Python would not come back from a thousand
_TOO_DEEP = "[hidden: too deep]"


def of(value: Any, verbatim: frozenset[str]) -> set[str] | None:
    """All but what lies below the fields of these names. None: nested deeper than anybody writes."""
    texts, left = set[str](), [(value, 0)]
    while left:
        inner, depth = left.pop()
        match inner:
            case str():
                texts.add(inner)
            case list() | dict() if depth == _DEEPEST:
                return None
            case list():
                left += ((item, depth + 1) for item in inner)
            case dict():
                texts |= inner.keys()
                left += ((item, depth + 1) for name, item in inner.items() if name not in verbatim)
    return texts


def changed(value: Any, change: Callable[[str], str], verbatim: frozenset[str], deepest: int = _DEEPEST) -> Any:
    """Each text as `change` has it. What is nested too deeply is hidden."""
    match value:
        case str():
            return change(value)
        case list() | dict() if deepest == 0:
            return _TOO_DEEP
        case list():
            return [changed(item, change, verbatim, deepest - 1) for item in value]
        case dict():
            return {
                change(name): item if name in verbatim else changed(item, change, verbatim, deepest - 1)
                for name, item in value.items()
            }
        case _:
            return value
