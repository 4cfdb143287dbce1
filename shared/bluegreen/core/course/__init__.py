"""When a release was asked for, committed and led users to, and what for: what is left of it once it is over."""

from operator import not_

from pydantic import Field

from bluegreen.core.model import Frozen, Time


class Course(Frozen):
    """Nothing of it is written where there is nothing to say: records of before look as they did."""

    requested_at: Time | None = Field(default=None, exclude_if=not_)  # where `switched_at` is None
    switched_at: Time | None = Field(default=None, exclude_if=not_)  # None: production was not pointed at it
    committed_at: Time | None = Field(default=None, exclude_if=not_)
    change: bool = Field(default=True, exclude_if=bool)  # False: it led back, undid, or restored
    undoes: bool = Field(default=False, exclude_if=not_)
    outage: bool = Field(default=False, exclude_if=not_)  # a person left it while both environments failed
