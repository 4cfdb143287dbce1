"""The product's judge over a trace, look by look."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from benchmarks.judge.cases import BAKE
from benchmarks.judge.traces import EVERY, Flags, Traces
from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.environment import Environment
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.dispersion import variance_over_mean
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval, PreSwitch
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.judge.verdict import BakeContext, Judgement, Observation, judge

QUESTION = BakeContext(
    Environment.GREEN, datetime(2026, 1, 1, tzinfo=UTC), Watch(bake=BAKE, fresh=BAKE, every=EVERY), Thresholds()
)
# Rows may come late without a difference, so only a few looks are made; those at which a check fails cannot.
_AT_LEAST_EVERY = 300
_NOTHING = NoData("nothing is told")


class Outcome(NamedTuple):
    verdict: Verdict
    at: float  # seconds after the switch
    held: bool  # people were told that both sides suffer


def judged(traces: Traces, run: int, every: int = _AT_LEAST_EVERY) -> Outcome:
    evidence = Evidence()
    for at, seen in _looks(traces, run, every):
        found = judge(QUESTION, evidence, seen, _time(at))
        evidence = found.evidence
        if found.finding.verdict not in (Verdict.WAIT, Verdict.HOLD):
            break
    return _outcome(found)


def _outcome(found: Judgement) -> Outcome:
    at = (found.at - QUESTION.switched_at).total_seconds()
    return Outcome(found.finding.verdict, at, found.evidence.counted.suffering is not None)


def _looks(traces: Traces, run: int, every: int) -> Iterator[tuple[float, Observation]]:
    """What each look shows, and one when the last chance of being proven is over."""
    fails, others, before = traces.check_fails[run], traces.other_check_fails[run], _before(traces, run)
    told, given = int(traces.told[run]), 0
    for at in _moments(fails, told * INTERVAL_SECONDS, every):
        end = min(at // INTERVAL_SECONDS, told)
        rows, given = _rows(traces, run, given, end), max(given, end)
        place = at // EVERY - 1
        check, other = _wrong(fails, place), _wrong(others, place)
        if at > told * INTERVAL_SECONDS:
            yield at, _after_the_last(run, end, check, other)
        else:
            yield at, Observation(rows, _time(end * INTERVAL_SECONDS), check, other, before)
    last = QUESTION.watch.bake + QUESTION.watch.extend
    yield (
        last,
        Observation([], _time(BAKE), None, None)
        if told * INTERVAL_SECONDS >= BAKE
        else _after_the_last(run, told, None, None),
    )


def _after_the_last(run: int, told: int, check: str | None, other: str | None) -> Observation:
    """A source that fails says so, or goes on telling what it told last: every second run one."""
    return (
        Observation(_NOTHING, None, check, other)
        if run % 2
        else Observation([], _time(told * INTERVAL_SECONDS), check, other)
    )


def _moments(fails: Flags, source_ends: int, every: int) -> list[int]:
    worth = fails.copy()
    worth[1:] |= fails[:-1]
    worth[every // EVERY - 1 :: every // EVERY] = True
    found = set(((np.flatnonzero(worth) + 1) * EVERY).tolist())
    return sorted(found | {source_ends})


def _rows(traces: Traces, run: int, first: int, end: int) -> list[Interval]:
    columns = (column[run, first:end].tolist() for column in traces[:6])
    return [
        Interval(at, users, bad, 0, 0, probes, probes_bad, 0, 0, theirs, their_bad)
        for at, users, bad, probes, probes_bad, theirs, their_bad in zip(
            range(first * INTERVAL_SECONDS, end * INTERVAL_SECONDS, INTERVAL_SECONDS), *columns, strict=True
        )
    ]


def _before(traces: Traces, run: int) -> PreSwitch | None:
    bad = traces.before_bad[run].tolist()
    users = int(traces.before[run].sum())
    return PreSwitch(users, sum(bad), scatter=variance_over_mean(bad)) if users else None


def _wrong(fails: Flags, place: int) -> str | None:
    return "status 503" if fails[place] else None


def _time(seconds: float) -> datetime:
    return QUESTION.switched_at + timedelta(seconds=seconds)
