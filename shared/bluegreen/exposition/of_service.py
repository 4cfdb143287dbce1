"""The metrics of one service: a view of its newest version, and of nothing else."""

from collections.abc import Iterator
from datetime import datetime

from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.inbound.alert_policy import firing
from bluegreen.core.judge.evidence import Interval
from bluegreen.core.phases import CARETAKER, RESTING, Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Release
from bluegreen.core.totals import ROLLBACK_BOUNDS, TimeSpent, Totals
from bluegreen.exposition.families import Family, Kind, Point

_C, _G, _S, _H = Kind.COUNTER, Kind.GAUGE, Kind.SUMMARY, Kind.HISTOGRAM
_PERCENT = 100

ACTIVE = Family("deployment_active_environment", _G, "1 for the environment that production is pointed at")
READABLE = Family("bluegreen_service_readable", _G, "1 where the journal can be read; 0: only this is known")
VERSION = Family("bluegreen_journal_version", _G, "Number of the newest version of the journal")
WRITTEN = Family("bluegreen_journal_written_timestamp_seconds", _G, "When the newest version was written")
EPOCH = Family("bluegreen_epoch", _G, "How often production was pointed elsewhere, by the journal")
ENVIRONMENT = Family("bluegreen_environment_info", _G, "1: what an environment runs, and what it is used for")
PROVEN = Family("bluegreen_environment_proven", _G, "1 where production may go to it by itself")
RELEASES = Family("bluegreen_releases_total", _C, "Releases that came to rest, by what became of them")
PHASES = Family("bluegreen_phase_seconds", _S, "How long releases were in each phase")
ROLLBACK = Family("bluegreen_rollback_seconds", _H, "From the decision to go back to its proof from outside")
RELEASE = Family("bluegreen_release_info", _G, "1: the release in flight")
PHASE = Family("bluegreen_release_phase", _G, "1 for the phase of the release in flight")
SINCE = Family("bluegreen_release_phase_since_timestamp_seconds", _G, "When the release in flight came into its phase")
SWITCHED = Family(
    "bluegreen_release_switched_timestamp_seconds", _G, "When production was pointed at the release in flight"
)
LATE = Family("bluegreen_watch_late_seconds", _G, "How long the next look at the release in flight is overdue")
QUEUED = Family("bluegreen_releases_queued", _G, "1 where a release waits for the one in flight")
QUARANTINED = Family("bluegreen_quarantined_tags", _G, "Tags that are not released without a person's word")
WAITING = Family("bluegreen_notices_waiting", _G, "Notices that are not delivered yet")
SILENT = Family("bluegreen_channels_refusing", _G, "Entries of `notify` that take no notices")
ALERTS = Family("bluegreen_alerts_firing", _G, "Alerts from outside that are not resolved")
LOOKS = Family("bluegreen_judge_looks", _G, "Post-switch checks of the release that is watched")
PASSED = Family("bluegreen_judge_looks_passed", _G, "Those of them that passed")
HOLDS = Family("bluegreen_judge_holds", _G, "1 where too much fails, and nothing shows that going back would help")
BLIND = Family("bluegreen_judge_silent", _G, "1 where no signal tells anything")
REQUESTS = Family("bluegreen_judge_requests", _G, "Answers of the last minutes, by environment and by who asked")
FAILED = Family("bluegreen_judge_requests_failed", _G, "Those of them that failed")
SLOW = Family("bluegreen_judge_requests_slow", _G, "Those of them that took longer than the critical response time")
COUNTED = Family("bluegreen_judge_counted_requests", _G, "Users' requests since the switch")
COUNTED_BAD = Family("bluegreen_judge_counted_requests_failed", _G, "Those of them that failed")
THRESHOLD = Family("bluegreen_threshold", _G, "What the judge tolerates: a share, or seconds")

FAMILIES = (
    ACTIVE, READABLE, VERSION, WRITTEN, EPOCH, ENVIRONMENT, PROVEN, RELEASES, PHASES, ROLLBACK, RELEASE, PHASE, SINCE,
    SWITCHED, LATE, QUEUED, QUARANTINED, WAITING, SILENT, ALERTS, LOOKS, PASSED, HOLDS, BLIND, REQUESTS, FAILED, SLOW,
    COUNTED, COUNTED_BAD, THRESHOLD,
)  # fmt: skip


def unreadable(service: str) -> Point:
    return Point(READABLE, {"service": service}, 0)


def not_begun(service: str) -> Point:
    """No version has been written yet."""
    return Point(VERSION, {"service": service}, 0)


def points(version: Version, service: Service, now: datetime) -> Iterator[Point]:
    record, own = version.record, {"service": service.name}
    yield Point(READABLE, own, 1)
    yield Point(VERSION, own, version.seq)
    yield Point(WRITTEN, own, version.at.timestamp())
    yield Point(EPOCH, own, record.epoch)
    yield from _environments(record, own)
    yield from _totals(record.totals, own)
    yield from _release(record.release, own, now)
    yield Point(QUEUED, own, record.queued is not None)
    yield Point(QUARANTINED, own, len(record.quarantine))
    yield Point(WAITING, own, len(record.outbox))
    yield Point(SILENT, own, len(record.channels))
    yield Point(ALERTS, own, len([*firing(record)]))
    yield from _thresholds(service, own)


def _environments(record: Record, own: dict[str, str]) -> Iterator[Point]:
    for environment in Environment:
        state, labels = record.on(environment), {**own, "environment": environment.value}
        yield Point(ACTIVE, labels, environment is record.active)
        yield Point(PROVEN, labels, state.proven)
        runs = {"tag": state.tag, "commit": state.commit[:12], "digest": state.digest, "status": state.status.value}
        yield Point(ENVIRONMENT, {**labels, **runs}, 1)


def _totals(totals: Totals, own: dict[str, str]) -> Iterator[Point]:
    """Also what has not happened yet: a counter that appears with its first one would hide it from `rate`."""
    for phase in (phase for phase in Phase if phase in RESTING):
        yield Point(RELEASES, {**own, "outcome": phase.value}, totals.outcomes.get(phase.value, 0))
    for phase in CARETAKER:
        spent, labels = totals.phases.get(phase.value, TimeSpent()), {**own, "phase": phase.value}
        yield Point(PHASES, labels, spent.times, "_count")
        yield Point(PHASES, labels, spent.seconds, "_sum")
    counted, upto = totals.rollbacks or (0,) * (len(ROLLBACK_BOUNDS) + 1), 0
    for bound, count in zip((*(str(bound) for bound in ROLLBACK_BOUNDS), "+Inf"), counted, strict=True):
        upto += count
        yield Point(ROLLBACK, {**own, "le": bound}, upto, "_bucket")
    yield Point(ROLLBACK, own, totals.rollback.seconds, "_sum")
    yield Point(ROLLBACK, own, totals.rollback.times, "_count")


def _release(release: Release | None, own: dict[str, str], now: datetime) -> Iterator[Point]:
    for phase in CARETAKER:
        yield Point(PHASE, {**own, "phase": phase.value}, release is not None and release.phase is phase)
    late = (now - release.wake_at).total_seconds() if release else 0.0
    yield Point(LATE, own, max(late, 0.0))
    if release is None:
        return
    target = release.target.value if release.target else ""
    about = {"release": release.id, "tag": release.tag, "commit": release.commit[:12], "environment": target}
    yield Point(RELEASE, {**own, **about}, 1)
    yield Point(SINCE, own, release.phase_since.timestamp())
    if release.switched_at is not None:
        yield Point(SWITCHED, own, release.switched_at.timestamp())
    if release.phase is Phase.WATCHING:
        yield from _evidence(release, own)


def _evidence(release: Release, own: dict[str, str]) -> Iterator[Point]:
    """What the judge has gathered. Nothing was counted is no zero: then there is no point."""
    evidence, counted = release.evidence, release.evidence.counted
    yield Point(LOOKS, own, evidence.looks)
    yield Point(PASSED, own, evidence.passed)
    yield Point(HOLDS, own, evidence.holds)
    yield Point(BLIND, own, evidence.silent_since is not None)
    if counted.until is None:
        return
    yield Point(COUNTED, own, counted.requests)
    yield Point(COUNTED_BAD, own, counted.bad)
    told = Interval(0)
    for row in counted.rows:
        told = told.plus(row)
    new, old = release.goes_to.value, release.goes_to.other.value
    for environment, asked_by, asked, failed, slow in (
        (new, "users", told.users, told.users_failed, told.users_slow),
        (new, "probes", told.probes, told.probes_failed, None),
        (old, "probes", told.baseline, told.baseline_failed, told.baseline_slow),
    ):
        labels = {**own, "environment": environment, "asked_by": asked_by}
        yield Point(REQUESTS, labels, asked)
        yield Point(FAILED, labels, failed)
        if slow is not None:
            yield Point(SLOW, labels, slow)


def _thresholds(service: Service, own: dict[str, str]) -> Iterator[Point]:
    thresholds = service.thresholds
    for signal, level, unit in (
        ("error rate", thresholds.error_rate, _PERCENT),
        ("response time p95", thresholds.response_time_p95, 1000),
    ):
        for name in ("warning", "critical"):
            value = getattr(level, name, None)
            if value is not None:
                yield Point(THRESHOLD, {**own, "signal": signal, "level": name}, value / unit)
