"""A foreign answer, read once into the shape that it is wanted in: whatever else it is, it is no answer."""

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bluegreen.core.errors import Unavailable

T = TypeVar("T")


class Answer(BaseModel):
    """What is read of a foreign answer; all else is left.

    Its validator is made when the first one comes: there are thirty, and a function asks for few of them.
    """

    model_config = ConfigDict(defer_build=True)


def shaped(shape: type[T], answer: Any, of: str, name: str) -> T:
    """`of` is who answered, `name` what was wanted. `Unavailable` for what is not in that shape."""
    try:
        read: T = _adapter(cast(Hashable, shape)).validate_python(answer)
    except (ValidationError, RecursionError):
        raise Unavailable(f"{of} answered without a usable {name}") from None
    return read


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
