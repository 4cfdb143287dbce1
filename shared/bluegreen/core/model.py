"""The base of every stored value: immutable, unknown fields refused, times with a zone."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: never changed in place, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Like pydantic's, in half the time: what never changes may be shared between copies."""
        if deep:
            return super().model_copy(update=update, deep=True)
        copied, changes = type(self).__new__(type(self)), update or {}
        given = self.__pydantic_fields_set__
        _put(copied, "__dict__", {**self.__dict__, **changes})
        _put(copied, "__pydantic_fields_set__", given if given >= changes.keys() else given.union(changes))
        _put(copied, "__pydantic_extra__", None)
        _put(copied, "__pydantic_private__", None)
        return copied


_put = object.__setattr__
Time = AwareDatetime
