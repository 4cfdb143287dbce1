"""The judge over the lines of a trace, look by look, and each change of its verdict."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.environment import Environment
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.dispersion import variance_over_mean
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval, PreSwitch
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.judge.verdict import BakeContext, Observation, judge
from bluegreen_cli.trace.reading import Line
from bluegreen_cli.trace.switch import Switched

_STALE = 30  # seconds without a line after which there is no data, as with the router's telemetry
_BEFORE = 300  # seconds before the switch that are remembered
_SWITCHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_ENDS = (Verdict.BAD, Verdict.GOOD, Verdict.UNPROVEN)
WORDS = {
    Verdict.WAIT: "wait",
    Verdict.HOLD: "hold",
    Verdict.BAD: "roll back",
    Verdict.GOOD: "proven",
    Verdict.UNPROVEN: "unproven",
}


class Told(NamedTuple):
    """A verdict. `at`: seconds since the switch at which what was seen sufficed for it."""

    at: float
    verdict: Verdict
    says: str

    @property
    def is_last_word(self) -> bool:
        return self.verdict in _ENDS


def played(lines: Sequence[Line], switch: Switched, watch: Watch, thresholds: Thresholds) -> Iterator[Told]:
    """Each verdict that differs from the one before; the last is what holds at the end of trace or bake."""
    question = BakeContext(_environment(switch), _SWITCHED_AT, watch, thresholds)
    evidence, before = Evidence(), _before(lines, switch)
    told = None
    for at, seen in _looks(_rows(lines, switch), max(watch.bake, watch.over) + watch.extend):
        now = _time(at)
        found = judge(question, evidence, seen._replace(before=before), now)
        evidence = found.evidence
        last, says = told, _named(found.finding.says, switch)
        told = Told((found.at - _SWITCHED_AT).total_seconds(), found.finding.verdict, says)
        if last is None or last.verdict is not told.verdict:
            yield told
        if told.is_last_word:
            return
    if told is not None:
        yield told


def _looks(rows: dict[int, Interval], ends: float) -> Iterator[tuple[int, Observation]]:
    """Every five seconds. What nobody recorded is missing, not zero."""
    last, heard = max(rows, default=-INTERVAL_SECONDS) + INTERVAL_SECONDS, 0
    for at in range(INTERVAL_SECONDS, min(last, int(ends)) + 1, INTERVAL_SECONDS):
        row = rows.get(at - INTERVAL_SECONDS)
        heard = at if row else heard
        nothing = NoData(f"nothing was recorded for {at - heard} s")
        yield at, Observation(nothing, None, None, None) if at - heard >= _STALE else _seen(row, at)


def _seen(row: Interval | None, at: int) -> Observation:
    return Observation([row] if row else [], _time(at), None, None)


def _rows(lines: Iterable[Line], switch: Switched) -> dict[int, Interval]:
    rows: dict[int, Interval] = {}
    for line in lines:
        if line.second < switch.at:
            continue
        at = int((line.second - switch.at) // INTERVAL_SECONDS) * INTERVAL_SECONDS
        row = _row(at, line, switch)
        rows[at] = rows[at].plus(row) if at in rows else row
    return rows


def _row(at: int, line: Line, switch: Switched) -> Interval:
    """Users of the other environment are nobody's evidence after the switch."""
    if line.environment != switch.active:
        return Interval(at, theirs=line.requests, their_bad=line.bad) if line.kind == "probe" else Interval(at)
    if line.kind == "user":
        return Interval(at, users=line.requests, users_bad=line.bad)
    return Interval(at, probes=line.requests, probes_bad=line.bad)


def _before(lines: Iterable[Line], switch: Switched) -> PreSwitch | None:
    """What users got from the other environment in the minutes before the switch."""
    found: dict[int, int] = {}
    users = 0
    for line in lines:
        early = switch.at - _BEFORE <= line.second < switch.at
        if early and line.kind == "user" and line.environment != switch.active:
            place = int((line.second - switch.at) // INTERVAL_SECONDS)
            found[place] = found.get(place, 0) + line.bad
            users += line.requests
    bad = list(found.values())
    return PreSwitch(users, sum(bad), scatter=variance_over_mean(bad)) if users else None


def _environment(switch: Switched) -> Environment:
    """The judge knows blue and green: the trace's own names stand for them."""
    named = next((one for one in Environment if one.value == switch.active), None)
    others = next((one.other for one in Environment if one.value == switch.other), None)
    return named or others or Environment.GREEN


def _named(says: str, switch: Switched) -> str:
    active = _environment(switch)
    names = {active.value: switch.active, active.other.value: switch.other}
    return re.sub(r"\b(blue|green)\b", lambda found: names[found[0]], says)


def _time(seconds: float) -> datetime:
    return _SWITCHED_AT + timedelta(seconds=seconds)
