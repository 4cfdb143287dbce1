"""Is the active release worse than the one it replaced? The verdict on what the watch has seen.

The other environment is asked the same at the same moment: a fault that both show is not the release's.
"No data" is neither good nor bad.
"""

import math
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.release import Evidence, Finding
from bluegreen.core.service import Thresholds, Watch
from bluegreen.core.table import Verdict
from bluegreen.core.telemetry import Block, Counts
from bluegreen.core.units import spoken

_CHECKS_IN_A_ROW = 3
_SLOW_SHARE = 0.05  # p95 above a bound: more than this share is slower
_Z95 = 1.6449  # one-sided 95 %


class NoData(NamedTuple):
    why: str


class Seen(NamedTuple):
    """One look: the signals' blocks of the last minutes, and one request to each side."""

    blocks: tuple[Block, ...] | NoData
    until: datetime | None  # every source has told all up to here; None: nothing was told
    check: str | None  # what was wrong with the production check; None: it passed
    other_check: str | None  # the same, asked of the other environment


class Judgement(NamedTuple):
    finding: Finding
    evidence: Evidence


class Question(NamedTuple):
    """What is being judged, and by which limits."""

    active: Environment
    switched_at: datetime
    watch: Watch
    thresholds: Thresholds


def judge(question: Question, evidence: Evidence, seen: Seen, now: datetime) -> Judgement:
    """Adds one look to the evidence and says what follows from it."""
    evidence = _gathered(question, evidence, seen, now)
    finding = _failing_checks(question, evidence, seen) or _critical(question, seen, now)
    finding = finding or _time(question, evidence, now)
    if finding.verdict is Verdict.HOLD and _age(question, now) >= _last_chance(question):
        finding = Finding(verdict=Verdict.UNPROVEN, says=f"{finding.says}; so it is not proven")
    return Judgement(finding, evidence)


def counts(blocks: tuple[Block, ...], kind: str, after: datetime) -> dict[Environment, Counts]:
    """The sum of the blocks that began after a moment; `kind` is users or probes."""
    total = {environment: Counts() for environment in Environment}
    for block in blocks:
        if block.at >= after:
            for environment, counted in getattr(block, kind).items():
                total[environment] += counted
    return total


def _gathered(question: Question, evidence: Evidence, seen: Seen, now: datetime) -> Evidence:
    changes: dict[str, object] = {"failed_in_a_row": evidence.failed_in_a_row + 1 if seen.check else 0}
    if not seen.check and evidence.looks < question.watch.checks and now >= _next_check(question, evidence):
        changes |= {"looks": evidence.looks + 1, "passed": evidence.passed + 1}
    if isinstance(seen.blocks, NoData) or seen.until is None:
        changes["silent_since"] = evidence.silent_since or now
        return evidence.model_copy(update=changes)
    counted_until = evidence.counted_until or question.switched_at
    uncounted = tuple(block for block in seen.blocks if block.at < seen.until)
    ours = counts(uncounted, "users", counted_until)[question.active]
    changes |= {
        "requests": evidence.requests + ours.requests,
        "bad": evidence.bad + ours.failed,
        "counted_until": max(counted_until, seen.until),
        "silent_since": None,
    }
    return evidence.model_copy(update=changes)


def _next_check(question: Question, evidence: Evidence) -> datetime:
    """The checks are spread over their time; the first is due at once."""
    return question.switched_at + timedelta(seconds=evidence.looks * question.watch.over / question.watch.checks)


def _failing_checks(question: Question, evidence: Evidence, seen: Seen) -> Finding | None:
    if evidence.failed_in_a_row < _CHECKS_IN_A_ROW:
        return None
    says = f"the production check failed {evidence.failed_in_a_row} times in a row ({seen.check})"
    other = question.active.other.value
    if seen.other_check:
        return Finding(verdict=Verdict.HOLD, says=f"{says}, but {other} fails it too ({seen.other_check})")
    return Finding(verdict=Verdict.BAD, says=f"{says}, while {other} passes it")


def _critical(question: Question, seen: Seen, now: datetime) -> Finding | None:
    """The critical column of the thresholds table, over the trailing window's counts."""
    if isinstance(seen.blocks, NoData):
        return None
    limits = question.thresholds
    after = max(question.switched_at, now - timedelta(seconds=limits.window))
    ours = counts(seen.blocks, "users", after)[question.active]
    if ours.requests < limits.least_requests:
        return None
    slow = limits.response_time_p95.critical
    for what, bad, share in (
        ("failed", ours.failed, limits.error_rate.critical / 100),
        (f"took over {slow:g} ms", ours.slower_than(slow), _SLOW_SHARE),
    ):
        if bad / ours.requests > share:
            says = f"{question.active.value}: {bad} of {ours.requests} requests {what} (limit {share:.0%})"
            return _blame(question, seen, counts(seen.blocks, "probes", after)[question.active.other], says)
    return None


def _blame(question: Question, seen: Seen, theirs: Counts, says: str) -> Finding:
    """Whose fault: the release's when the other environment, asked at the same time, is clean."""
    other = question.active.other.value
    if theirs.requests:
        says = f"{says}; {other}, asked the same: {theirs.failed} of {theirs.requests} failed"
        shared = theirs.share_failed > question.thresholds.error_rate.critical / 100
    else:
        says = f"{says}; {other} {'is not well: ' + seen.other_check if seen.other_check else 'answers well'}"
        shared = bool(seen.other_check)
    return Finding(verdict=Verdict.HOLD if shared else Verdict.BAD, says=says)


def _time(question: Question, evidence: Evidence, now: datetime) -> Finding:
    """Nothing is wrong just now: is the time over, and was enough seen to call it good?"""
    watch = question.watch
    age = _age(question, now)
    counted = f"{evidence.bad} of {evidence.requests} requests failed"
    says = f"{evidence.passed} of {watch.checks} checks passed, {counted} in {spoken(age)}"
    missing = _missing(question, evidence)
    if age < max(watch.bake, watch.over) or (missing and age < _last_chance(question)):
        return Finding(verdict=Verdict.WAIT, says=says, again_in=watch.every)
    if missing:
        return Finding(verdict=Verdict.UNPROVEN, says=f"{says}: {missing}, so it is not proven")
    return Finding(verdict=Verdict.GOOD, says=says)


def _age(question: Question, now: datetime) -> float:
    return (now - question.switched_at).total_seconds()


def _last_chance(question: Question) -> float:
    """What is missing at the end of the bake may still come for as long as the checks take."""
    return max(question.watch.bake, question.watch.over) + question.watch.over


def _missing(question: Question, evidence: Evidence) -> str | None:
    """What stands between the release and *live*; silence is never good."""
    least, limit = question.thresholds.least_requests, question.thresholds.error_rate.critical / 100
    if evidence.failed_in_a_row:
        return "the production check fails"
    if evidence.passed < question.watch.checks:
        return "checks are missing"
    if evidence.silent_since is not None:
        return "signals are missing"
    if evidence.requests < least:
        return f"fewer than {least} requests were seen"
    return "too many failed" if _upper_bound(evidence.bad, evidence.requests) > limit else None


def _upper_bound(bad: int, n: int) -> float:
    """Wilson's one-sided 95 % bound on a share (Wilson 1927, JASA 22)."""
    share, z = bad / n, _Z95
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle + spread) / (1 + z * z / n)
