"""The judge over the lines of a trace, look by look: each change of its verdict."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple
from zlib import crc32

from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.environment import Environment
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.client_paths import KEYS, ClientPath
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval, PreSwitch
from bluegreen.core.judge.statistics.usual import before_the_switch
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.judge.verdict import BakeContext, Observation, judge
from bluegreen_cli.trace.reading import Line
from bluegreen_cli.trace.switch import Switch

_STALE = 30  # seconds without a line after which there is no data, as with the router's telemetry
_PRE_SWITCH = 300  # seconds
_SWITCHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_FINAL = (Verdict.BAD, Verdict.GOOD, Verdict.UNPROVEN)
WORDS = {
    Verdict.WAIT: "wait",
    Verdict.HOLD: "hold",
    Verdict.ONE_CLIENT: "hold",
    Verdict.BAD: "roll back",
    Verdict.GOOD: "proven",
    Verdict.UNPROVEN: "unproven",
}


class TimedVerdict(NamedTuple):
    at: float  # seconds since the switch at which what was seen sufficed for it
    verdict: Verdict
    says: str

    @property
    def is_final(self) -> bool:
        return self.verdict in _FINAL


def replay(lines: Sequence[Line], switch: Switch, watch: Watch, thresholds: Thresholds) -> Iterator[TimedVerdict]:
    """Each verdict that differs from the one before; the last is what holds at the end of trace or bake."""
    context = BakeContext(_environment(switch), _SWITCHED_AT, watch, thresholds)
    evidence, pre_switch = Evidence(), _pre_switch(lines, switch)
    current = None
    every = _resolution(lines, switch)
    for at, seen in _looks(_counted(lines, switch, every), every, max(watch.bake, watch.over) + watch.extend):
        judgement = judge(context, evidence, seen._replace(pre_switch=pre_switch), _time(at))
        evidence = judgement.evidence
        previous, says = current, _with_names(judgement.finding.says, switch)
        current = TimedVerdict((judgement.at - _SWITCHED_AT).total_seconds(), judgement.finding.verdict, says)
        if previous is None or previous.verdict is not current.verdict:
            yield current
        if current.is_final:
            return
    if current is not None:
        yield current


def _resolution(lines: Iterable[Line], switch: Switch) -> int:
    """Seconds between two looks: one where most lines are no further apart than that, else those of an interval."""
    seconds = sorted({line.second for line in lines if line.second >= switch.at})
    apart = [later - earlier for earlier, later in pairwise(seconds)]
    return 1 if apart and median(apart) <= 1 else INTERVAL_SECONDS


def _looks(counted: dict[int, Interval], every: int, ends: float) -> Iterator[tuple[int, Observation]]:
    """One as soon as the next line may be there. Seconds without a line are missing, not zero."""
    last, heard = max(counted, default=-INTERVAL_SECONDS) + INTERVAL_SECONDS, 0
    for at in range(every, min(last, int(ends)) + 1, every):
        fresh = counted.get(at - every)
        heard = at if fresh else heard
        if at - heard >= _STALE:
            yield at, Observation(NoData(f"nothing was recorded for {at - heard} s"), None, None, None)
        else:
            yield at, Observation([fresh] if fresh else [], _time(at), None, None)


def _counted(lines: Iterable[Line], switch: Switch, every: int) -> dict[int, Interval]:
    """What each look finds: a part of an interval, or the whole of it."""
    counted: dict[int, Interval] = {}
    for line in lines:
        if line.second < switch.at:
            continue
        since = int((line.second - switch.at) // every) * every
        part = _interval(since - since % INTERVAL_SECONDS, line, switch)
        counted[since] = counted[since].plus(part) if since in counted else part
    return counted


def _interval(at: int, line: Line, switch: Switch) -> Interval:
    """Users of the other environment after the switch are not counted."""
    if line.environment != switch.active:
        return Interval(at, baseline=line.requests, baseline_failed=line.bad) if line.kind == "probe" else Interval(at)
    if line.kind == "user":
        return Interval(at, users=line.requests, users_failed=line.bad, client_paths=_whose(line))
    return Interval(at, probes=line.requests, probes_failed=line.bad)


def _whose(line: Line) -> tuple[ClientPath, ...]:
    """A client on a path as a number. A line without a client is nobody known's."""
    if not line.client or not line.bad:
        return ()
    return (ClientPath(crc32(f"{line.client}\n{line.path}".encode()) % KEYS, line.bad),)


def _pre_switch(lines: Iterable[Line], switch: Switch) -> PreSwitch | None:
    counts: dict[int, tuple[int, int]] = {}
    for line in lines:
        early = switch.at - _PRE_SWITCH <= line.second < switch.at
        if early and line.kind == "user" and line.environment != switch.active:
            index = int((line.second - switch.at) // INTERVAL_SECONDS)
            requests, bad = counts.get(index, (0, 0))
            counts[index] = requests + line.requests, bad + line.bad
    return before_the_switch([(*counts[index], 0, 0) for index in sorted(counts)])


def _environment(switch: Switch) -> Environment:
    """The judge knows blue and green only: one of them stands for the active environment, whatever its name."""
    active = next((known for known in Environment if known.value == switch.active), None)
    by_other = next((known.other for known in Environment if known.value == switch.other), None)
    return active or by_other or Environment.GREEN


def _with_names(says: str, switch: Switch) -> str:
    """With the trace's own names of the environments."""
    active = _environment(switch)
    names = {active.value: switch.active, active.other.value: switch.other}
    return re.sub(r"\b(blue|green)\b", lambda match: names[match[0]], says)


def _time(seconds: float) -> datetime:
    return _SWITCHED_AT + timedelta(seconds=seconds)
