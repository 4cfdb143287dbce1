"""Watching: the post-switch checks and the signals, look by look, until the judge has seen enough."""

from datetime import datetime

from bluegreen.core import judge as judging
from bluegreen.core.checks import Check, fault
from bluegreen.core.environment import Environment
from bluegreen.core.judge import NoData, Question
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.service import Service
from bluegreen.core.table import Verdict
from bluegreen.signals import Reading, first
from bluegreen.steps.turn import Ruling, Step, Turn


def look(turn: Turn) -> judging.Seen:
    cloud, record = turn.cloud, turn.record
    found = first(cloud.signals, cloud.clock.now())
    check = _asked(turn, cloud.service.traffic.url, record.on(record.active).tag, record.active)
    other = _asked(turn, cloud.service.url(record.idle), record.on(record.idle).tag, None) if check else None
    if isinstance(found, Reading):
        return judging.Seen(found.blocks, found.until, check, other)
    return judging.Seen(found, None, check, other)


def judge(record: Record, seen: judging.Seen, service: Service, now: datetime) -> Ruling:
    release = record.in_flight
    question = Question(record.active, release.switched_at or release.phase_since, service.watch, service.thresholds)
    judgement = judging.judge(question, release.evidence, seen, now)
    finding, evidence = judgement.finding, judgement.evidence
    if isinstance(seen.blocks, NoData) and finding.verdict is Verdict.WAIT:
        finding = finding.model_copy(update={"says": f"{finding.says}; no data: {seen.blocks.why}"})
    return Ruling(record.now_at(evidence=evidence), finding)


def _asked(turn: Turn, url: str, tag: str, environment: Environment | None) -> str | None:
    """The first health check, asked of production or of one environment; None when it passes."""
    service = turn.cloud.service
    check = next(iter(service.checks.health.requests), Check(get="/"))
    reply = turn.cloud.web.check(url, check)
    wrong = fault(check, reply.answer, tag)
    answered = reply.headers.get("x-bluegreen-environment", "")
    if environment is not None and answered and answered != environment.value:
        return f"production answers as {answered}, not {environment.value}"
    return wrong


# A watch that dies must not keep the next one away: looking does no harm twice, and each written look renews the lease.
STEP = Step(Phase.WATCHING, look, judge, lease=25.0)
