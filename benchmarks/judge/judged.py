"""The product's judge over a trace, look by look."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from benchmarks.judge.drawn import BAKE
from benchmarks.judge.traces import EVERY, Flags, Traces
from benchmarks.judge.whose import client_paths
from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.environment import Environment
from bluegreen.core.finding import HOLDS, Verdict
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval, PreSwitch
from bluegreen.core.judge.statistics.usual import before_the_switch
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.judge.verdict import BakeContext, Judgement, Observation, judge, limits

CONTEXT = BakeContext(
    Environment.GREEN, datetime(2026, 1, 1, tzinfo=UTC), Watch(bake=BAKE, fresh=BAKE, every=EVERY), Thresholds()
)
TOLERATED = limits(CONTEXT.thresholds, CONTEXT.watch).tolerated
# The verdict does not depend on how intervals are spread over looks, so a few looks will do, and those at which the
# production check fails.
_AT_LEAST_EVERY = 300
_NOTHING = NoData("nothing is reported")


class Outcome(NamedTuple):
    verdict: Verdict
    at: float  # seconds after the switch
    held: bool  # people were notified of a shared outage


def judged(traces: Traces, run: int, every: int = _AT_LEAST_EVERY) -> Outcome:
    evidence = Evidence()
    for at, seen in _looks(traces, run, every):
        judgement = judge(CONTEXT, evidence, seen, _time(at))
        evidence = judgement.evidence
        if judgement.finding.verdict not in (Verdict.WAIT, *HOLDS):
            break
    return _outcome(judgement)


def _outcome(judgement: Judgement) -> Outcome:
    at = (judgement.at - CONTEXT.switched_at).total_seconds()
    return Outcome(judgement.finding.verdict, at, judgement.evidence.counted.suffering is not None)


def _looks(traces: Traces, run: int, every: int) -> Iterator[tuple[float, Observation]]:
    """The looks of the bake, and one when the last chance to be proven is over."""
    fails, others, before = traces.check_fails[run], traces.other_check_fails[run], _pre_switch(traces, run)
    reported, given = int(traces.reported[run]), 0
    for at in _moments(fails, reported * INTERVAL_SECONDS, every):
        end = min(at // INTERVAL_SECONDS, reported)
        intervals, given = _intervals(traces, run, given, end), max(given, end)
        place = at // EVERY - 1
        check, other = _wrong(fails, place), _wrong(others, place)
        if at > reported * INTERVAL_SECONDS:
            yield at, _after_the_last(run, end, check, other)
        else:
            yield at, Observation(intervals, _time(end * INTERVAL_SECONDS), check, other, before)
    ends = reported * INTERVAL_SECONDS < BAKE
    last = _after_the_last(run, reported, None, None) if ends else Observation([], _time(BAKE), None, None)
    yield CONTEXT.watch.bake + CONTEXT.watch.extend, last


def _after_the_last(run: int, reported: int, check: str | None, other: str | None) -> Observation:
    """The source has failed: in odd runs it says so, in even ones it repeats its last report."""
    if run % 2:
        return Observation(_NOTHING, None, check, other)
    return Observation([], _time(reported * INTERVAL_SECONDS), check, other)


def _moments(fails: Flags, source_ends: int, every: int) -> list[int]:
    """Of the looks: where the check fails, right after it, every so many seconds, and when the source ends."""
    worth = fails.copy()
    worth[1:] |= fails[:-1]
    worth[every // EVERY - 1 :: every // EVERY] = True
    moments = set(((np.flatnonzero(worth) + 1) * EVERY).tolist())
    return sorted(moments | {source_ends})


def _intervals(traces: Traces, run: int, first: int, end: int) -> list[Interval]:
    wanted = (*traces[:6], traces.users_slow, traces.mirrored, traces.mirrored_failed)
    columns = (column[run, first:end].tolist() for column in wanted)
    found = []
    for place, (*counts, slow, sent, lost) in enumerate(zip(*columns, strict=True), first):
        users, bad, probes, probes_bad, idle, idle_bad = counts
        at = place * INTERVAL_SECONDS
        timed = at >= CONTEXT.watch.warm_up
        of_users = users, bad, users * timed, slow * timed
        found.append(
            Interval(at, *of_users, probes, probes_bad, 0, 0, idle, idle_bad, idle * timed, 0, 0, (), sent, lost)
        )
    told = traces.one_client or traces.clients
    return [each._replace(client_paths=client_paths(traces, run, each)) for each in found] if told else found


def _pre_switch(traces: Traces, run: int) -> PreSwitch | None:
    columns = (column[run].tolist() for column in (traces.before, traces.before_failed, traces.before_slow))
    return before_the_switch([(n, bad, n, slow) for n, bad, slow in zip(*columns, strict=True)])


def _wrong(fails: Flags, place: int) -> str | None:
    return "status 503" if fails[place] else None


def _time(seconds: float) -> datetime:
    return CONTEXT.switched_at + timedelta(seconds=seconds)
