"""One look at a release in its bake: all that the judge was given, and what it said. Enough to judge it again.

What a look adds to the evidence is a pure function of the evidence before and of what was seen. So the journal keeps
what was seen beside what came of it, and whoever reads two versions in a row can compute the second from the first
(`replay`). A look that was not written down has left nothing behind: the next one counts from the last that was.

`times` and `earlier` hold histograms besides: which answers were slow depends on a threshold, and so does a judgement
by another one (`look.by_other_thresholds`). An example: 200 answers of users in an interval, `(0, 0, 0, 150, 44, 6)`:
6 of them took 250 to 500 ms. Above a critical level of 250 ms are 6, above one of 2,000 ms none.

Any record may hold one, so every function imports this; the judge is imported by those alone that judge.
"""

from collections.abc import Iterable, Sequence
from itertools import dropwhile
from operator import not_
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator, Field, field_serializer

from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.credentials import hidden
from bluegreen.core.environment import Environment
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.evidence import Interval, PreSwitch, stored_rows
from bluegreen.core.judge.intervals import EarlierRow
from bluegreen.core.model import Frozen, Time

# Raised where the judge may say something else of what it sees than it did (`tests/core/judge/test_rule.py`).
RULE: Final = 2
_LONGEST = 300  # characters of what was wrong with a check


def _short(says: str | None) -> str | None:
    return None if says is None else hidden(says)[:_LONGEST]


Fault = Annotated[str | None, AfterValidator(_short)]


class Times(NamedTuple):
    """How long the answers of one interval took: the counts of the histogram's buckets, without the empty last ones."""

    users: tuple[int, ...] = ()
    probes: tuple[int, ...] = ()
    baseline: tuple[int, ...] = ()

    @classmethod
    def of(cls, sides: Iterable[Sequence[int]]) -> "Times":
        return cls(*(tuple(dropwhile(not_, reversed(side)))[::-1] for side in sides))


class WrittenLook(Frozen):
    """`at`: when it was judged. `verdict` and `says` are the judge's own, before remarks for people are added."""

    release: str
    at: Time
    active: Environment
    switched_at: Time
    watch: Watch
    thresholds: Thresholds
    intervals: tuple[Interval, ...] = ()  # newly counted ones, each once
    times: tuple[Times, ...] = Field(default=(), exclude_if=not_)  # of each interval; () where nothing was timed
    usual_p95: float = 0.0  # of the other environment's probes, in milliseconds; 0: nothing was timed
    until: Time | None = None
    no_data: Fault = Field(default=None, exclude_if=not_)
    check: Fault = Field(default=None, exclude_if=not_)
    other_check: Fault = Field(default=None, exclude_if=not_)
    asked: bool = Field(default=True, exclude_if=bool)
    pre_switch: PreSwitch | None = Field(default=None, exclude_if=not_)
    earlier: tuple[EarlierRow, ...] = Field(default=(), exclude_if=not_)  # what `pre_switch` was made of
    verdict: Verdict = Verdict.WAIT
    says: str = ""
    rule: int = Field(default=0, exclude_if=not_)  # by which it was judged; 0: before they had numbers

    def shows_outage(self, release: str) -> bool:
        """What it saw of that release both environments shared: going back was nobody's cure."""
        return self.release == release and self.verdict is Verdict.HOLD

    @field_serializer("intervals")
    def _without_unknown(self, rows: tuple[Interval, ...]) -> list[tuple[Any, ...]]:
        return stored_rows(rows)
