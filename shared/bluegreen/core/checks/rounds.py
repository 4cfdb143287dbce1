"""What one turn of checking or smoking came to, as it is written down, and the verdict that follows from it. Pure.

The answers themselves are not kept, only what was wrong with them: a page may hold anything. So the verdict can be
computed again from the rounds; that an answer was wrong has to be believed.
"""

from datetime import datetime
from operator import not_
from typing import Annotated

from pydantic import AfterValidator, Field

from bluegreen.core.checks import workflow_run
from bluegreen.core.checks.workflow_run import FailedStep, RunSeen
from bluegreen.core.config.units import spoken
from bluegreen.core.credentials import hidden
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.model import Frozen, Time
from bluegreen.core.phases import Phase

_KEPT = 300  # characters
_KINDS = {Phase.CHECKING: "health", Phase.SMOKING: "smoke"}


def _short(says: str) -> str:
    return hidden(says)[:_KEPT]


def _told(run: RunSeen | None) -> RunSeen | None:
    if run is None:
        return None
    failed = FailedStep(*map(_short, run.failed)) if run.failed else None
    return RunSeen(_short(run.workflow), _short(run.status), _short(run.conclusion), _short(run.url), failed)


Says = Annotated[str, AfterValidator(_short)]


class WrittenRounds(Frozen):
    """`in_a_row`: the newest rounds, that passed; `failed`: after the grace for start-up. The rest is what was wanted.

    A record of before has none, and is read without.
    """

    release: str
    phase: Phase
    at: Time
    since: Time  # when the phase began …
    until: Time | None = None  # … and when it has taken too long
    in_a_row: int = 0
    failed: int = 0
    faults: Says = Field(default="", exclude_if=not_)  # of the last round
    skipped: Says = Field(default="", exclude_if=not_)  # why there were no rounds
    run: Annotated[RunSeen | None, AfterValidator(_told)] = Field(default=None, exclude_if=not_)
    requests: int = 0  # of a round
    successes: int = 1
    retries: int = 0
    grace: float = 0.0
    interval: float = 0.0


def judged(rounds: WrittenRounds) -> Finding:
    """What a turn concludes from its rounds."""
    kind = _KINDS[rounds.phase]
    if rounds.skipped:
        return Finding(verdict=Verdict.GOOD, says=f"{kind} checks skipped, {rounds.skipped}")
    if rounds.run is not None:
        return workflow_run.verdict(rounds.run)
    if rounds.in_a_row >= rounds.successes:
        often = f", {rounds.in_a_row} times in a row" if rounds.in_a_row > 1 else ""
        return Finding(verdict=Verdict.GOOD, says=f"{rounds.requests} {kind} checks passed{often}")
    says = rounds.faults or f"{kind} checks passed only {rounds.in_a_row} times in a row"
    if rounds.failed > rounds.retries:
        after = f"{rounds.failed} rounds after a grace of {spoken(rounds.grace)}"
        return Finding(verdict=Verdict.BAD, says=f"{says} ({after})")
    return Finding(verdict=Verdict.WAIT, says=says, again_in=rounds.interval)


def too_late(finding: Finding, phase: Phase, since: datetime, until: datetime) -> Finding:
    """Of a phase that has taken too long: it has failed; a release that nobody switches expires."""
    limit, verdict = spoken((until - since).total_seconds()), Verdict.EXPIRED if phase is Phase.READY else Verdict.BAD
    return Finding(verdict=verdict, says=f"not done within {limit}: {finding.says}")
