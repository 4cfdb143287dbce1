"""What a router instance reports: which route it has applied, and what it counted for each environment.

Routers and functions are deployed at different times, so unknown fields, of a newer router, are ignored. The functions
only read it.
"""

from operator import add
from typing import NamedTuple, Self

from pydantic import BaseModel, Field, model_validator

from bluegreen.core.environment import Environment
from bluegreen.core.judge.client_paths import MOST_TOLD, ClientPath, heaviest
from bluegreen.core.model import Frozen, Time

# The response time histogram: upper bounds in milliseconds; one more bucket holds what was slower.
BUCKETS_MS = (10, 25, 50, 100, 250, 500, 1000, 2000, 5000)
_BUCKETS = len(BUCKETS_MS) + 1


class NoData(NamedTuple):
    """Nothing is known: neither good nor bad."""

    why: str


class Counts(Frozen, extra="ignore"):
    """Answers of one environment. `failed`: 5xx, or no answer; `unanswered`: waits that clients gave up, which are no
    failures, but whose length is in the buckets like the others'. `buckets` are not cumulative.

    `client_paths`: who had most of the failures; a router of before tells nothing of it.
    """

    requests: int = 0
    failed: int = 0
    unanswered: int = 0
    buckets: tuple[int, ...] = Field(default=(0,) * _BUCKETS, min_length=_BUCKETS, max_length=_BUCKETS)
    client_paths: tuple[ClientPath, ...] = Field(default=(), max_length=MOST_TOLD)

    def __add__(self, other: "Counts") -> "Counts":
        names = ("requests", "failed", "unanswered")
        changes: dict[str, object] = {name: getattr(self, name) + getattr(other, name) for name in names}
        changes["buckets"] = tuple(map(add, self.buckets, other.buckets))
        changes["client_paths"] = heaviest((*self.client_paths, *other.client_paths), MOST_TOLD)
        return self.model_copy(update=changes)

    @property
    def impossible(self) -> bool:
        """No router counts below nothing. A failure may be in another block than its request."""
        return min(self.requests, self.failed, self.unanswered, *self.buckets) < 0

    @property
    def share_failed(self) -> float:
        return self.failed / self.requests if self.requests else 0.0

    def slower_than(self, milliseconds: float) -> int:
        """Answers that certainly took longer: those in buckets that begin at or above the bound."""
        return sum(n for lower, n in zip(BUCKETS_MS, self.buckets[1:], strict=True) if lower >= milliseconds)


class Block(Frozen, extra="ignore"):
    """A few seconds' counts: `users` are people's requests, `probes` the small ones sent to both environments.

    `mirrored`: those of people's requests that the idle environment was sent as well. Of the active one they are part
    of `users`; the idle one's answers nobody has seen.
    """

    at: Time  # when it began
    seconds: float
    users: dict[Environment, Counts] = Field(default_factory=dict)
    probes: dict[Environment, Counts] = Field(default_factory=dict)
    mirrored: dict[Environment, Counts] = Field(default_factory=dict)


class AppliedEpoch(BaseModel):
    """The part of a report that is read most often, without its five minutes of counts."""

    epoch: int
    seq: int = 0
    instance: str = "a router instance"


class Nudging(BaseModel):
    """The part that says whether an instance may pace looks."""

    instance: str = ""
    nudges: bool = False


class Telemetry(Frozen, extra="ignore"):
    """One router instance, written to `services/<service>/telemetry/<instance>.json` every few seconds."""

    service: str
    instance: str
    at: Time
    seq: int  # the newest journal version that it has read
    epoch: int  # of the route that it has applied
    active: Environment | None  # None: it has no route yet
    blocks: tuple[Block, ...] = ()  # oldest first, the last five minutes
    nudges: bool = False  # it wakes the watch, and was heard the last time
    confirmed: Time | None = None  # when the journal last said what is served, by the clock that `at` is of

    @model_validator(mode="after")
    def _no_impossible_counts(self) -> Self:
        """A report that holds one is not believed in the rest either."""
        for block in self.blocks:
            if any(counts.impossible for counts in (*block.users.values(), *block.probes.values())):
                raise ValueError(f"impossible counts in the block of {block.at.isoformat()}")
        return self
