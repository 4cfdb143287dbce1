"""Is the active release worse than the one it replaced? The verdict on what the watch has seen.

The other environment is asked the same at the same moment: a fault that both show is not the release's.
"No data" is neither good nor bad. The scales are in `weighing`; here is what follows from them, and from time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval, PreSwitch
from bluegreen.core.judge.exact_tests import upper_bound
from bluegreen.core.judge.hard_limits import Alarm, Limits
from bluegreen.core.judge.sequential_test import SequentialResult, extended
from bluegreen.core.judge.side_by_side import window_table
from bluegreen.core.judge.signal_kinds import ANSWERS
from bluegreen.core.judge.telemetry import NoData

_CHECKS_IN_A_ROW = 3
_NORMAL_TIMES = 5  # the error rate's normal level, five times over, wakes nobody up
_ABOVE_P95 = 0.05
_MINUTE = 60
_HOLDS_FOR = 20  # seconds after both environments last suffered


class Observation(NamedTuple):
    """One look: what was newly counted, and one request to each side."""

    rows: Iterable[Interval] | NoData
    until: datetime | None  # every source has told all up to here; None: nothing was told
    check: str | None  # what was wrong with the production check; None: it passed
    other_check: str | None  # the same, asked of the other environment; None: it passed, or was not asked
    before: PreSwitch | None = None  # what users got before the switch, where this look can tell
    asked: bool = True  # False: the production check met another environment, which says nothing about this one


class Judgement(NamedTuple):
    finding: Finding
    evidence: Evidence
    at: datetime  # when what was seen sufficed for it


class BakeContext(NamedTuple):
    """What is being judged, and by which limits."""

    active: Environment
    switched_at: datetime
    watch: Watch
    thresholds: Thresholds


def judge(question: BakeContext, evidence: Evidence, seen: Observation, now: datetime) -> Judgement:
    """Adds one look to the evidence and says what follows from it."""
    evidence = _asked(question, evidence, seen, now)
    found = _weighed(question, evidence, seen)
    evidence = evidence.model_copy(update={"counted": found.counted})
    if found.guilt is not None:
        at = question.switched_at + timedelta(seconds=found.guilt.at)
        return Judgement(_guilty(question, found.guilt, seen), evidence, at)
    finding = _failing_checks(question, evidence, seen) or _held(question, evidence, found.shared)
    finding = finding or _time(question, evidence, now)
    if finding.verdict is Verdict.HOLD and _age(question, now) >= _last_chance(question):
        finding = Finding(verdict=Verdict.UNPROVEN, says=f"{finding.says}; so it is not proven")
    return Judgement(finding, evidence, now)


def limits(thresholds: Thresholds, watch: Watch) -> Limits:
    """Shares, from the percentages of the thresholds table."""
    rate = thresholds.error_rate
    tolerance = _NORMAL_TIMES * rate.normal if thresholds.tolerance is None else thresholds.tolerance
    return Limits(
        failed=min(max(tolerance / 100, 1e-6), 0.5),
        slow=2 * _ABOVE_P95,
        warning=rate.warning / 100,
        critical=rate.critical / 100,
        slow_critical=_ABOVE_P95,
        least=thresholds.least_requests,
        bake=watch.bake,
    )


def seconds_to_next_look(watch: Watch, age: float) -> float:
    """Seconds until the next look: short while the release is fresh, stretching afterwards."""
    return watch.every if age < watch.fresh else max(watch.every, watch.later)


def _asked(question: BakeContext, evidence: Evidence, seen: Observation, now: datetime) -> Evidence:
    changes = _checked(question, evidence, seen, now) if seen.asked else {}
    silent = isinstance(seen.rows, NoData) or seen.until is None
    changes["silent_since"] = (evidence.silent_since or now) if silent else None
    return evidence.model_copy(update=changes)


def _checked(question: BakeContext, evidence: Evidence, seen: Observation, now: datetime) -> dict[str, object]:
    alone = evidence.alone_in_a_row + 1 if seen.check and not seen.other_check else 0
    changes: dict[str, object] = {
        "failed_in_a_row": evidence.failed_in_a_row + 1 if seen.check else 0,
        "alone_in_a_row": alone,
    }
    if not seen.check and evidence.looks < question.watch.checks and now >= _next_check(question, evidence):
        changes |= {"looks": evidence.looks + 1, "passed": evidence.passed + 1}
    return changes


def _weighed(question: BakeContext, evidence: Evidence, seen: Observation) -> SequentialResult:
    counted = evidence.counted
    if isinstance(seen.rows, NoData) or seen.until is None:
        return SequentialResult(counted, None, None)
    until = max(counted.until or question.switched_at, seen.until)
    known = counted.before or seen.before
    found = extended(
        counted.model_copy(update={"before": known}),
        seen.rows,
        (until - question.switched_at).total_seconds(),
        limits(question.thresholds, question.watch),
    )
    return found._replace(counted=found.counted.model_copy(update={"until": until}))


def _next_check(question: BakeContext, evidence: Evidence) -> datetime:
    """The checks are spread over their time; the first is due at once."""
    return question.switched_at + timedelta(seconds=evidence.looks * question.watch.over / question.watch.checks)


def _guilty(question: BakeContext, found: Alarm, seen: Observation) -> Finding:
    """Whose fault: the release's, unless nobody was asked over there and the other side's check fails too."""
    says = f"{question.active.value}: {_compared(question, found)}"
    if not found.apart.share.theirs and seen.other_check:
        other = question.active.other.value
        return Finding(verdict=Verdict.HOLD, says=f"{says}: {other} is not well either ({seen.other_check})")
    return Finding(verdict=Verdict.BAD, says=f"{says}; {found.rule}")


def _compared(question: BakeContext, found: Alarm) -> str:
    share, window = found.apart.share, spoken(found.apart.seconds)
    says = f"{share.bad} of {share.n} {found.signal.kind.name} in {window}"
    other = question.active.other.value
    if not share.theirs:
        return f"{says}; {other} was not asked, so nobody knows whose fault it is"
    return f"{says}; {other}, asked the same: {share.their_bad} of {share.theirs}"


def _failing_checks(question: BakeContext, evidence: Evidence, seen: Observation) -> Finding | None:
    """Three in a row here while the same three pass over there; not while the signals show that both suffer."""
    if evidence.failed_in_a_row < _CHECKS_IN_A_ROW:
        return None
    says = f"the production check failed {evidence.failed_in_a_row} times in a row ({seen.check})"
    other = question.active.other.value
    if seen.other_check:
        return Finding(verdict=Verdict.HOLD, says=f"{says}, but {other} fails it too ({seen.other_check})")
    if evidence.alone_in_a_row < _CHECKS_IN_A_ROW or _suffers(evidence):
        return Finding(verdict=Verdict.HOLD, says=f"{says}, but {other} has not been well either")
    return Finding(verdict=Verdict.BAD, says=f"{says}, while {other} passes it")


def _held(question: BakeContext, evidence: Evidence, shared: Alarm | None) -> Finding | None:
    """Both suffer: most likely a dependency. Held a while longer, so that people are not told again and again."""
    if not _suffers(evidence):
        return None
    active, other = question.active.value, question.active.other.value
    says = f"{active}: {_compared(question, shared)}" if shared else _suffering(question, evidence)
    says = f"{says}; {active} and {other} suffer alike, most likely from something that they share"
    return Finding(verdict=Verdict.HOLD, says=says, again_in=question.watch.every)


def _suffers(evidence: Evidence) -> bool:
    since = evidence.counted.suffering
    return since is not None and evidence.counted.judged - since < _HOLDS_FOR


def _suffering(question: BakeContext, evidence: Evidence) -> str:
    counted = evidence.counted
    rows = [row for row in counted.rows if row.at < counted.judged]
    share = window_table(ANSWERS.kind, rows, _MINUTE)
    active, other = question.active.value, question.active.other.value
    return f"{active}: {share.bad} of {share.n} failed in a minute; {other}: {share.their_bad} of {share.theirs}"


def _time(question: BakeContext, evidence: Evidence, now: datetime) -> Finding:
    """Nothing is wrong just now: is the time over, and was enough seen to call it good?"""
    watch, counted = question.watch, evidence.counted
    age = _age(question, now)
    failed = f"{counted.bad} of {counted.requests} requests failed"
    says = f"{evidence.passed} of {watch.checks} checks passed, {failed} in {spoken(age)}"
    missing = _missing(question, evidence)
    if 0 < evidence.failed_in_a_row < _CHECKS_IN_A_ROW:
        return Finding(verdict=Verdict.WAIT, says=f"{says}; {missing}", again_in=watch.every)
    if age < max(watch.bake, watch.over) or (missing and age < _last_chance(question)):
        return Finding(verdict=Verdict.WAIT, says=says, again_in=seconds_to_next_look(watch, age))
    if missing:
        return Finding(verdict=Verdict.UNPROVEN, says=f"{says}: {missing}, so it is not proven")
    return Finding(verdict=Verdict.GOOD, says=says)


def _age(question: BakeContext, now: datetime) -> float:
    return (now - question.switched_at).total_seconds()


def _last_chance(question: BakeContext) -> float:
    """What is missing at the end of the bake may still come."""
    return max(question.watch.bake, question.watch.over) + question.watch.extend


def _missing(question: BakeContext, evidence: Evidence) -> str | None:
    """What stands between the release and *live*; silence is never good, also not in the last moments of the bake."""
    counted, watch = evidence.counted, question.watch
    tolerated = limits(question.thresholds, watch).failed
    if evidence.failed_in_a_row:
        return "the production check fails"
    if evidence.passed < watch.checks:
        return "checks are missing"
    seen_to = counted.heard + INTERVAL_SECONDS  # the next row may not be complete yet
    if evidence.silent_since is not None or counted.until is None or seen_to <= max(watch.bake, watch.over):
        return "signals are missing"
    most = upper_bound(counted.refused, counted.asked)
    if most < tolerated:
        return None
    did = f"{counted.refused} of {counted.asked} did"
    return f"up to {most:.2%} may have failed ({did}), and {tolerated:.2%} is allowed"
