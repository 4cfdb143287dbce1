"""Is the active release worse than the one it replaced? The verdict on everything that the watch has seen.

The active environment is the candidate, the other one the baseline; both are asked the same at the same moment, and a
fault that both show is not the release's. "No data" is neither good nor bad. The statistics are in `sequential_test`;
here the findings follow from its alarms, from the production check, and from time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core.config.thresholds import ProvenBy, Thresholds, Watch
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment
from bluegreen.core.finding import HOLDS, Finding, Verdict
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval, PreSwitch, RunningCounts
from bluegreen.core.judge.hard_limits import Alarm, Limits
from bluegreen.core.judge.leave_one_out import Extend, SequentialResult, extended
from bluegreen.core.judge.one_client import one_client
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.judge.words import alarm_says, doubt_says, is_total, proof_says

_CHECKS_IN_A_ROW = 3
_CHECKS_FAIL_FOR = 9  # seconds at least: an instance that restarts is back by then
_TOLERATED_TIMES_NORMAL = 5  # unless bluegreen.yml says it: five times the normal level of the error rate is tolerated
_LOWEST = 1e-6  # a level of 0 would make one failure in a year infinitely improbable
_SLOW_SHARE = 0.05  # of answers, above the 95th percentile
_HOLD_LASTS = 30  # seconds after the last interval in which both environments failed, or that was in doubt
_DOUBT_SETTLED = 30  # seconds: by then most faults are found


class Observation(NamedTuple):
    """One look: the intervals that were newly counted, and one request to each environment."""

    intervals: Iterable[Interval] | NoData
    until: datetime | None  # every source has reported everything before this moment; None: none has reported
    check: str | None  # what was wrong with the production check; None: it passed
    other_check: str | None  # the same, asked of the other environment; None: it passed, or was not asked
    pre_switch: PreSwitch | None = None  # where this look can tell
    asked: bool = True  # False: the production check met another environment, which says nothing about this one


class Judgement(NamedTuple):
    finding: Finding
    evidence: Evidence
    at: datetime  # when what was seen sufficed for it


class BakeContext(NamedTuple):
    """The bake that is judged: of which environment, since when, by which limits."""

    active: Environment
    switched_at: datetime
    watch: Watch
    thresholds: Thresholds


def judge(
    context: BakeContext, evidence: Evidence, seen: Observation, now: datetime, extend: Extend = extended
) -> Judgement:
    """Adds one look to the evidence and says what follows from it."""
    evidence = _with_check(context, evidence, seen, now)
    result = _extended(context, evidence, seen, extend)
    evidence = evidence.model_copy(update={"counted": result.counts})
    if result.alarm is not None:
        at = context.switched_at + timedelta(seconds=result.alarm.at)
        return Judgement(_alarm(context, result.alarm, result.counts, seen), evidence, at)
    finding = _failing_checks(context, evidence, seen, now) or _not_decided(context, evidence)
    finding = finding or _one_client(context, evidence, now) or _waiting_or_done(context, evidence, now)
    if finding.verdict in HOLDS and _age(context, now) >= _last_chance(context):
        finding = Finding(verdict=Verdict.UNPROVEN, says=f"{finding.says}; so it is not proven")
    return Judgement(finding, evidence, now)


def is_quiet(context: BakeContext, evidence: Evidence, seen: Observation, now: datetime) -> bool:
    """Whether a look comes to *wait* and leaves the evidence as it is, where the test has nothing to say."""
    watch = context.watch
    heard = seen.until is not None and not isinstance(seen.intervals, NoData) and evidence.silent_since is None
    well = seen.asked and not (seen.check or seen.other_check or evidence.failed_in_a_row)
    is_due = _is_check_due(context, evidence, now)
    return heard and well and not is_due and _age(context, now) < max(watch.bake, watch.over)


def limits(thresholds: Thresholds, watch: Watch) -> Limits:
    """Rates between 0 and 1, from the percentages of the thresholds table."""
    rate = thresholds.error_rate
    tolerance = _TOLERATED_TIMES_NORMAL * rate.normal if thresholds.tolerance is None else thresholds.tolerance
    return Limits(
        tolerated=min(max(tolerance / 100, _LOWEST), 0.5),
        tolerated_slow=2 * _SLOW_SHARE,
        warning=max(rate.warning / 100, _LOWEST),
        critical=max(rate.critical / 100, _LOWEST),
        critical_slow=_SLOW_SHARE,
        bake=watch.bake,
    )


def seconds_to_next_look(watch: Watch, age: float) -> float:
    """Few while the release is fresh, more afterwards."""
    return watch.every if age < watch.fresh else max(watch.every, watch.later)


def _with_check(context: BakeContext, evidence: Evidence, seen: Observation, now: datetime) -> Evidence:
    changes = _check_counts(context, evidence, seen, now) if seen.asked else {}
    silent = isinstance(seen.intervals, NoData) or seen.until is None
    changes["silent_since"] = (evidence.silent_since or now) if silent else None
    return evidence.model_copy(update=changes)


def _check_counts(context: BakeContext, evidence: Evidence, seen: Observation, now: datetime) -> dict[str, object]:
    alone = evidence.alone_in_a_row + 1 if seen.check and not seen.other_check else 0
    changes: dict[str, object] = {
        "failed_in_a_row": evidence.failed_in_a_row + 1 if seen.check else 0,
        "alone_in_a_row": alone,
        "failing_since": (evidence.failing_since or now) if seen.check else None,
    }
    if not seen.check and _is_check_due(context, evidence, now):
        changes |= {"looks": evidence.looks + 1, "passed": evidence.passed + 1}
    return changes


def _extended(context: BakeContext, evidence: Evidence, seen: Observation, extend: Extend) -> SequentialResult:
    counts = evidence.counted
    if isinstance(seen.intervals, NoData) or seen.until is None:
        return SequentialResult(counts, None)
    until = max(counts.until or context.switched_at, seen.until)
    result = extend(
        counts.model_copy(update={"before": counts.before or seen.pre_switch}),
        seen.intervals,
        (until - context.switched_at).total_seconds(),
        limits(context.thresholds, context.watch),
    )
    return result._replace(counts=result.counts.model_copy(update={"until": until}))


def _is_check_due(context: BakeContext, evidence: Evidence, now: datetime) -> bool:
    return evidence.looks < context.watch.checks and now >= _next_check(context, evidence)


def _next_check(context: BakeContext, evidence: Evidence) -> datetime:
    """The checks are spread evenly over their time; the first is due at once."""
    return context.switched_at + timedelta(seconds=evidence.looks * context.watch.over / context.watch.checks)


def _alarm(context: BakeContext, alarm: Alarm, counts: RunningCounts, seen: Observation) -> Finding:
    """The release is at fault, unless the baseline was hardly probed and its production check fails too."""
    says = alarm_says(context.active, alarm, counts.before)
    if (alarm.alone or not alarm.comparison.table.baseline_trials) and seen.other_check:
        other = context.active.other.value
        return Finding(verdict=Verdict.HOLD, says=f"{says}; {other} is not well either ({seen.other_check})")
    return Finding(verdict=Verdict.BAD, says=says)


def _failing_checks(context: BakeContext, evidence: Evidence, seen: Observation, now: datetime) -> Finding | None:
    """Bad if three in a row failed here and passed there, unless the signals show a shared outage."""
    if evidence.failed_in_a_row < _CHECKS_IN_A_ROW:
        return None
    says = f"the production check failed {evidence.failed_in_a_row} times in a row ({seen.check})"
    other = context.active.other.value
    if seen.other_check:
        return Finding(verdict=Verdict.HOLD, says=f"{says}, but {other} fails it too ({seen.other_check})")
    if (now - (evidence.failing_since or now)).total_seconds() < _CHECKS_FAIL_FOR:
        return None
    if evidence.alone_in_a_row < _CHECKS_IN_A_ROW or _in_shared_outage(evidence):
        return Finding(verdict=Verdict.HOLD, says=f"{says}, but {other} has not been well either")
    return Finding(verdict=Verdict.BAD, says=f"{says}, while {other} passes it")


def _not_decided(context: BakeContext, evidence: Evidence) -> Finding | None:
    """Too much fails here, and nothing shows that less would over there. Held a while longer, so as not to waver."""
    counts = evidence.counted
    doubt = counts.doubt
    lasts = doubt is not None and counts.judged - doubt.until < _HOLD_LASTS
    settled = doubt is not None and doubt.until - doubt.since >= _DOUBT_SETTLED
    if not _in_shared_outage(evidence) and not (lasts and settled):
        return None
    return Finding(
        verdict=Verdict.HOLD,
        says=doubt_says(context.active, counts),
        again_in=context.watch.every,
        total=is_total(counts),
    )


def _in_shared_outage(evidence: Evidence) -> bool:
    until = evidence.counted.suffering
    return until is not None and evidence.counted.judged - until < _HOLD_LASTS


def _one_client(context: BakeContext, evidence: Evidence, now: datetime) -> Finding | None:
    """Only one client suffers, on one path: the release is neither at fault nor, while that is so, proven."""
    told = one_client(evidence.counted)
    if told is None or _waiting_or_done(context, evidence, now).verdict is Verdict.GOOD:
        return None
    says = f"{context.active.value}: {told}; nothing else speaks against the release"
    return Finding(verdict=Verdict.ONE_CLIENT, says=says, again_in=context.watch.every)


def _waiting_or_done(context: BakeContext, evidence: Evidence, now: datetime) -> Finding:
    """Nothing is wrong at present: has the bake ended, and was enough seen to call the release good?"""
    watch, counts = context.watch, evidence.counted
    age = _age(context, now)
    failed = f"{counts.bad:,} of {counts.requests:,} requests failed"
    well = counts.bad <= limits(context.thresholds, watch).tolerated * counts.requests
    says = f"{evidence.passed} of {watch.checks} checks {'passed' if well else 'done'}, {failed} in {spoken(age)}"
    missing = _missing(context, evidence)
    if 0 < evidence.failed_in_a_row < _CHECKS_IN_A_ROW:
        return Finding(verdict=Verdict.WAIT, says=f"{says}; {missing}", again_in=watch.every)
    if age < max(watch.bake, watch.over):
        return Finding(verdict=Verdict.WAIT, says=says, again_in=seconds_to_next_look(watch, age))
    if missing and age < _last_chance(context):
        waits = seconds_to_next_look(watch, age)
        return Finding(verdict=Verdict.WAIT, says=f"{says}; {missing}", again_in=waits)
    if missing:
        return Finding(verdict=Verdict.UNPROVEN, says=f"{says}: {missing}, so it is not proven")
    return Finding(verdict=Verdict.GOOD, says=says)


def _age(context: BakeContext, now: datetime) -> float:
    return (now - context.switched_at).total_seconds()


def _last_chance(context: BakeContext) -> float:
    """Seconds after the switch until which missing proof may still arrive."""
    return max(context.watch.bake, context.watch.over) + context.watch.extend


def _missing(context: BakeContext, evidence: Evidence) -> str | None:
    """What stands between the release and *live*. Silence never proves, not even in the last moments of the bake."""
    counts, watch = evidence.counted, context.watch
    tolerated = limits(context.thresholds, watch).tolerated
    if evidence.failed_in_a_row:
        return "the production check fails"
    if evidence.passed < watch.checks:
        return "checks are missing"
    heard_until = counts.heard + INTERVAL_SECONDS  # the next interval may not be complete yet
    if evidence.silent_since is not None or counts.until is None or heard_until <= max(watch.bake, watch.over):
        return "signals are missing"
    return proof_says(counts, tolerated, by_probes=watch.proof is ProvenBy.PROBES)
