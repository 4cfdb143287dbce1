"""One measured number beside its limit."""

from typing import NamedTuple


class Measure(NamedTuple):
    """`now` may be `limit` at most; `place` is where it is worst. `aim`: the limit that is worked towards."""

    what: str
    now: float
    limit: float
    place: str = ""
    aim: float | None = None

    @property
    def kept(self) -> bool:
        return self.now <= self.limit

    def __str__(self) -> str:
        return f"{self.what}: {self.now:g}, at most {self.limit:g} {self.place}".rstrip()
