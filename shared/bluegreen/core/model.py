"""How values are written: frozen, strict about unknown fields, times in UTC."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: never changed in place, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return value


Time = Annotated[datetime, AfterValidator(_aware)]
