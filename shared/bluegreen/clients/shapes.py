"""A foreign answer: without our secrets, and read once into the shape that it is wanted in.

Whatever else it is, it is no answer.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from bluegreen.core.errors import Unavailable

T = TypeVar("T")
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
_DEEPEST = 100  # a body of GitHub's has seven. Python would not come back from a thousand
_TOO_DEEP = "[hidden: too deep]"
_LONG = 10**15  # as long as a secret that is made of digits alone; ids and times in milliseconds are shorter
_APART = "\x1e"  # between two texts: in no secret, and no code goes on behind it


class Answer(BaseModel):
    """What is read of a foreign answer; all else is left.

    Its validator is made when the first one comes: there are thirty, and a function asks for few of them.
    """

    model_config = ConfigDict(defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_nothing(cls, answer: Any) -> Any:
        """What Go and others write for an empty list, or a text that was not set, is a field that is not there."""
        return {k: v for k, v in answer.items() if v is not None} if isinstance(answer, dict) else answer


def redacted(value: Any, redact: Callable[[str], str], verbatim: frozenset[str] = frozenset()) -> Any:
    """A JSON value with all its texts redacted, names of fields too, but for what lies below the fields of these names.

    A number as long as a secret is a text here too: whoever answers may have read a secret of digits as one.

    Hardly any answer holds a secret, so all its texts are looked at in one piece first: a look at each costs more.
    """
    texts, left, deepest = set[str](), [(value, 0)], 0
    while left and deepest < _DEEPEST:
        inner, deepest = left.pop()
        match inner:
            case str():
                texts.add(inner)
            case int() | float() if abs(inner) >= _LONG:
                texts.add(str(inner))
            case list():
                left += ((item, deepest + 1) for item in inner)
            case dict():
                texts |= inner.keys()
                left += ((item, deepest + 1) for name, item in inner.items() if name not in verbatim)
    whole = _APART.join(texts)
    return value if not left and redact(whole) == whole else _each(value, redact, verbatim, _DEEPEST)


def _each(value: Any, redact: Callable[[str], str], verbatim: frozenset[str], deepest: int) -> Any:
    """What is nested deeper than anybody writes is hidden."""
    match value:
        case str():
            return redact(value)
        case int() | float() if abs(value) >= _LONG and redact(str(value)) != str(value):
            return redact(str(value))
        case list() | dict() if deepest == 0:
            return _TOO_DEEP
        case list():
            return [_each(item, redact, verbatim, deepest - 1) for item in value]
        case dict():
            return {
                redact(name): item if name in verbatim else _each(item, redact, verbatim, deepest - 1)
                for name, item in value.items()
            }
        case _:
            return value


def shaped(shape: type[T], answer: Any, of: str, name: str) -> T:
    """`of` is who answered, `name` what was wanted. `Unavailable` for what is not in that shape."""
    try:
        read: T = _adapter(shape).validate_python(answer)
    except (ValidationError, RecursionError):
        raise Unavailable(f"{of} answered without a usable {name}") from None
    return read
