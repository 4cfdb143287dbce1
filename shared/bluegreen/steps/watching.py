"""Watching: checks and signals after the switch, look by look, until the judge has enough evidence."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.clients.web import compared
from bluegreen.core.config.checks import Check
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.judge import saturation
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.judge.intervals import Period, SlowBounds, earlier, summed_up, timed_intervals
from bluegreen.core.judge.look import judged
from bluegreen.core.judge.response_times import response_times
from bluegreen.core.judge.saturation import Gauge, GaugeKind
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.judge.written_look import RULE, Times, WrittenLook
from bluegreen.core.notices import Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.signals import Reading, Signals, first, gauges
from bluegreen.steps import rolling_back
from bluegreen.steps.production_repair import repair
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.turn import Turn
from bluegreen.traffic.outside import MARKER


class _Shielded(NamedTuple):
    """A source of numbers. A bug in one is as good as no data of it: the others tell all the same."""

    source: Signals
    turn: Turn

    def read(self, now: datetime, active: Environment | None = None) -> Reading | NoData:
        return self.turn.shielded(lambda: self.source.read(now, active), NoData)

    def gauges(self, now: datetime, active: Environment | None = None) -> tuple[Gauge, ...] | NoData:
        return self.turn.shielded(lambda: self.source.gauges(now, active), NoData)


class ProductionObservation(NamedTuple):
    """One look. `check`, `other_check`: what was wrong with one request to production and to the idle environment."""

    reading: Reading | NoData
    gauges: tuple[Gauge, ...]
    check: str | None
    other_check: str | None
    misled: bool = False  # somebody else had pointed production elsewhere; it has been repaired


def look(turn: Turn) -> ProductionObservation:
    cloud, record = turn.cloud, turn.record
    now = cloud.clock.now()
    sources = turn.shielded(lambda: [_Shielded(source, turn) for source in cloud.signals], lambda says: [])
    reading, samples = first(sources, now, record.active), gauges(sources, now, record.active)
    check, answered = _asked(turn, cloud.service.traffic.url, record.on(record.active).tag, record.active)
    if answered is record.idle and turn.shielded(lambda: _was_pointed_elsewhere(turn), lambda says: False):
        return ProductionObservation(reading, () if isinstance(samples, NoData) else samples, None, None, misled=True)
    alone = isinstance(reading, NoData) or not any(record.idle in block.probes for block in reading.blocks)
    ask = check or alone
    other = _asked(turn, cloud.service.url(record.idle), record.on(record.idle).tag, None)[0] if ask else None
    return ProductionObservation(reading, () if isinstance(samples, NoData) else samples, check, other)


def judge(record: Record, seen: ProductionObservation, service: Service, now: datetime) -> StepResult:
    release = record.in_flight
    look_ = _look(record, seen, service, now)
    finding, evidence, _ = judged(look_, release.evidence)
    look_ = look_.model_copy(update={"verdict": finding.verdict, "says": finding.says})
    if isinstance(seen.reading, NoData) and finding.verdict is Verdict.WAIT:
        finding = finding.model_copy(update={"says": f"{finding.says}; no data: {seen.reading.why}"})
    if not isinstance(seen.reading, NoData) and seen.reading.remark:
        finding = finding.model_copy(update={"says": f"{finding.says}; {seen.reading.remark}"})
    samples = (*seen.gauges, *_response_times(seen.reading, look_, evidence))
    noted = saturation.with_samples(evidence.saturation, samples, service.thresholds)
    if warnings := saturation.descriptions(noted, service.thresholds, now):
        finding = finding.model_copy(update={"says": "; ".join((finding.says, *warnings))})
    record, finding = _warned(record, release, noted, service, now), _barred(record, finding)
    record = record.with_release(evidence=evidence.model_copy(update={"saturation": noted}))
    return StepResult(record.model_copy(update={"judged": look_}), finding)


def _barred(record: Record, finding: Finding) -> Finding:
    """Production does not go back to what the database does not fit any more, nor to what nobody has checked: it
    holds, and somebody is called."""
    why = record.barred(record.in_flight.previous or record.active) if finding.verdict is Verdict.BAD else ""
    if not why:
        return finding
    says = "; ".join(filter(None, (f"not taken back: {why}", record.forward, finding.says)))
    return Finding(verdict=Verdict.BARRED, says=says, total=True)


def _look(record: Record, seen: ProductionObservation, service: Service, now: datetime) -> WrittenLook:
    """What the judge gets, as it is written down: the telemetry that it has not counted yet, and the two checks."""
    release, reading = record.in_flight, seen.reading
    switched_at, since = release.switched_at or release.phase_since, release.evidence.counted.until
    found = WrittenLook(
        release=release.id,
        at=now,
        active=record.active,
        switched_at=switched_at,
        watch=service.watch,
        thresholds=service.thresholds,
        no_data=reading.why if isinstance(reading, NoData) else None,
        check=seen.check,
        other_check=seen.other_check,
        asked=not seen.misled,
        rule=RULE,
    )
    return found if isinstance(reading, NoData) else found.model_copy(update=_counted(found, reading, since))


def _counted(look_: WrittenLook, reading: Reading, since: datetime | None) -> dict[str, object]:
    blocks, until, switched_at = reading.blocks, reading.until, look_.switched_at
    p95 = look_.thresholds.response_time_p95
    bars = SlowBounds(p95.critical, p95.warning, look_.watch.warm_up)
    rows, times, usual = timed_intervals(blocks, look_.active, Period(switched_at, since or switched_at, until), bars)
    counted = {"intervals": rows, "times": tuple(Times.of(each) for each in times), "usual_p95": usual, "until": until}
    rows_before = () if since else earlier(blocks, look_.active, switched_at)
    return {**counted, "earlier": rows_before, "pre_switch": summed_up(rows_before, p95.critical)}


def _response_times(reading: Reading | NoData, question: WrittenLook, evidence: Evidence) -> tuple[Gauge, ...]:
    """From the switch on: while caches are cold slowness is not held against the release, but people are told.

    As long as all is fast there is no sample: each is written down.
    """
    if isinstance(reading, NoData) or reading.until is None:
        return ()
    samples = response_times(reading.blocks, question.active, question.switched_at, reading.until)
    was_slow = any(track.what is GaugeKind.RESPONSE_TIME for track in evidence.saturation.tracks)
    normal = question.thresholds.response_time_p95.normal
    return tuple(sample for sample in samples if was_slow or sample.value > normal)


def _warned(record: Record, release: Release, noted: saturation.Saturation, service: Service, now: datetime) -> Record:
    for news in saturation.level_changes(release.evidence.saturation, noted, service.thresholds):
        record = queue_notice(record, service, Tone.WARNING, news, now, release=release)
    return record


def _was_pointed_elsewhere(turn: Turn) -> bool:
    """Somebody else has pointed production at the idle environment, at the provider; it is repaired here."""
    cloud = turn.cloud
    if not cloud.has_traffic_setting:
        return False
    repair(cloud, turn.version)
    found = cloud.traffic.setting()
    return found is not None and found.environment is turn.record.active


def _asked(turn: Turn, url: str, tag: str, environment: Environment | None) -> tuple[str | None, Environment | None]:
    """The fault of the first health check, None when it passes, and the environment that answered if known.

    A bug is a fault: where only one environment's answer meets it, that answer is odd.
    """
    return turn.shielded(lambda: _answer(turn, url, tag, environment), _unanswered)


def _unanswered(says: str) -> tuple[str | None, Environment | None]:
    return says, None


def _answer(turn: Turn, url: str, tag: str, environment: Environment | None) -> tuple[str | None, Environment | None]:
    service = turn.cloud.service
    check = next(iter(service.checks.health.requests), Check(get="/"))
    reply = turn.cloud.clients.web.check(url, check)
    wrong = compared(check, reply.answer, tag)
    marker = reply.headers.get(MARKER, "")
    answered = next((known for known in Environment if known.value == marker), None)
    if environment is not None and marker and marker != environment.value:
        return f"production answers as {marker}, not {environment.value}", answered
    return wrong, answered


# A watch that dies must not keep the next one away: looking does no harm twice, and each written look renews the lease.
STEP = Step(Phase.WATCHING, look, judge, lease=25.0, before_bad=rolling_back.confirm)
