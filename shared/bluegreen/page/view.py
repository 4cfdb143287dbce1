"""What the page shows, as values that nothing decides about any more: HTML is made of them."""

from datetime import datetime
from enum import Enum
from typing import NamedTuple

from bluegreen.core.inbound.bearers import Right


class Mood(Enum):
    """How something is; each has a word and a sign besides its colour."""

    GOOD = "good"
    BUSY = "busy"
    WARNING = "warning"
    BAD = "bad"
    QUIET = "quiet"


class EnvironmentView(NamedTuple):
    name: str  # blue or green
    active: bool
    confirmed: bool  # False where the way back to the active one is stuck
    standing: str  # active, idle, deploying …
    tag: str
    commit: str
    since: datetime | None
    proven: bool
    proof: str  # how, in words
    address: str
    pinned: str
    receives: str  # what users get from it now, in words; "" where nothing is known


class StepView(NamedTuple):
    """One link of a release's chain. `at` is None for what is still to come, and where nothing was written of it."""

    name: str
    state: str  # done, now, next, bad
    at: datetime | None
    says: str
    by: str


class MeasureView(NamedTuple):
    """One signal of the judge: where it comes from, what it is held against, both sides."""

    name: str
    source: str
    criterion: str
    candidate: str
    baseline: str
    mood: Mood
    verdict: str


class Line(NamedTuple):
    """`points`: seconds since the chart's begin, and the value; None where nothing was counted."""

    name: str
    points: tuple[tuple[float, float | None], ...]


class Mark(NamedTuple):
    at: float  # seconds since the chart's begin
    name: str


class ChartView(NamedTuple):
    key: str
    title: str
    unit: str
    begin: datetime
    seconds: float
    lines: tuple[Line, ...]
    levels: tuple[tuple[str, float], ...]  # name and value, rising
    marks: tuple[Mark, ...]


class JudgeView(NamedTuple):
    says: str
    mood: Mood
    measures: tuple[MeasureView, ...]
    charts: tuple[ChartView, ...]
    unknown: str  # why there are no charts, "" where there are


class ActionView(NamedTuple):
    """`effect`: what it would do, as term and words. `stamp` names that effect: another one has another stamp."""

    key: str
    subject: str  # the tag that it is about, where there may be several
    label: str
    right: Right
    possible: bool
    why_not: str
    effect: tuple[tuple[str, str], ...]
    stamp: str
    command: str  # that does the same
    by_function: bool = False  # it has to be done by the function of that name: something is asked of DigitalOcean


class PastView(NamedTuple):
    tag: str
    outcome: str
    mood: Mood
    at: datetime
    reason: str
    log: str


class DeedView(NamedTuple):
    at: datetime
    by: str
    says: str


class ReleaseView(NamedTuple):
    tag: str
    commit: str
    by: str
    phase: str
    mood: Mood
    reason: str
    since: datetime
    deadline: datetime | None
    over: bool
    steps: tuple[StepView, ...]


class ServiceView(NamedTuple):
    service: str
    repository: str
    seq: int
    now: datetime
    as_of: datetime
    in_flight: bool
    mood: Mood
    headline: str
    trouble: tuple[str, ...]
    environments: tuple[EnvironmentView, ...]
    release: ReleaseView | None
    judge: JudgeView | None
    actions: tuple[ActionView, ...]
    past: tuple[PastView, ...]
    dora: tuple[tuple[str, str], ...]  # of the last 30 days: measure, and words
    deeds: tuple[DeedView, ...]
    quarantine: tuple[tuple[str, str], ...]
    queued: str
    floor: str  # what is not released by a push any more
    alerts: tuple[str, ...]
    undelivered: tuple[str, ...]
    database: tuple[str, ...] = ()  # its data job, and what is left to clean up
    paused: str = ""  # why nothing new begins, "" where nothing holds it

    @property
    def etag(self) -> str:
        return f"{self.service}-{self.seq}"


class RowView(NamedTuple):
    """One service of several."""

    service: str
    active: str
    tag: str
    idle_tag: str
    state: str
    mood: Mood
    in_flight: bool
    unreadable: str = ""


class FleetView(NamedTuple):
    now: datetime
    rows: tuple[RowView, ...]
