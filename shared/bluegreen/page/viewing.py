"""From what was read of a service to what is shown of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core import advice, outline, progress
from bluegreen.core.config.service import Service
from bluegreen.core.dora import dora_metrics
from bluegreen.core.environment import Environment
from bluegreen.core.inbound.alert_policy import firing
from bluegreen.core.judge import current
from bluegreen.core.judge.telemetry import Block, NoData
from bluegreen.core.outbox import troubles
from bluegreen.core.outbox.seen import waiting
from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease, Record, Version
from bluegreen.core.release import Release
from bluegreen.core.standstill import standstill
from bluegreen.page import chain, dora, effects, judged, series
from bluegreen.page.actions import actions
from bluegreen.page.headline import headline, in_words, last_word
from bluegreen.page.told import percent
from bluegreen.page.view import (
    ChartView,
    DeedView,
    EnvironmentView,
    JudgeView,
    Mood,
    PastView,
    ReleaseView,
    RowView,
    ServiceView,
)

_DEEDS_SHOWN = 12
_DORA_WINDOW = timedelta(days=30)
_MOVED = (Phase.SWITCHING, Phase.ROLLING_BACK)


class Telling(NamedTuple):
    """What the routers have counted in the last minutes; all of them have told what began before `until`."""

    blocks: tuple[Block, ...]
    until: datetime


class Seen(NamedTuple):
    """What was read of one service. `last`: the release in flight, or the last one where its steps are still kept."""

    version: Version
    service: Service
    last: Release | None
    telling: Telling | NoData
    now: datetime
    can_wake: bool = True

    @property
    def record(self) -> Record:
        return self.version.record

    @property
    def ended(self) -> PastRelease | None:
        """What became of `last`."""
        last = self.last
        return next((past for past in self.record.past if last is not None and past.id == last.id), None)


def service_view(seen: Seen) -> ServiceView:
    record, service = seen.record, seen.service
    mood, says = headline(record)
    return ServiceView(
        service=service.name,
        repository=service.repository,
        seq=seen.version.seq,
        now=seen.now,
        as_of=seen.version.at,
        in_flight=record.release is not None or record.queued is not None,
        mood=mood,
        headline=says,
        trouble=tuple(_trouble(seen)),
        environments=tuple(_environment(seen, e) for e in Environment),
        release=_release(seen),
        judge=_judge(seen),
        actions=actions(record, service, seen.now, seen.can_wake),
        past=tuple(_past(past) for past in record.past),
        dora=dora.rows(dora_metrics(record.past, seen.now, _DORA_WINDOW)),
        deeds=tuple(_deeds(seen))[:_DEEDS_SHOWN],
        quarantine=tuple(reversed(record.quarantine.items())),
        queued=_queued(record),
        floor=_floor(record),
        database=tuple(outline.database(record)),
        alerts=tuple(f"{a.name} ({a.severity or 'no severity'}, {a.sender}): {a.summary}" for a in firing(record)),
        paused=_paused(seen),
        undelivered=tuple(f"{n.headline} ({n.tag}): not delivered to {n.addressee}" for n in waiting(record)),
    )


def row(record: Record) -> RowView:
    """A service among others."""
    release, (mood, _) = record.release, headline(record)
    state = in_words(release) if release else last_word(record)
    state += ", paused" if record.paused else ""
    busy = release is not None or record.queued is not None
    tags = record.on(record.active).tag or outline.UNKNOWN, record.on(record.idle).tag or outline.UNKNOWN
    return RowView(record.service, record.active.value, *tags, state, mood, busy)


def _trouble(seen: Seen) -> Iterator[str]:
    record, counted = seen.record, _current(seen)
    yield from filter(None, (_paused(seen),))
    if record.lost:
        yield record.lost
    if counted is not None and (fails := current.trouble(counted, record.active, seen.service.thresholds)):
        yield fails
    if unconfirmed := outline.unconfirmed(record):
        yield f"{unconfirmed}; {advice.for_stuck(record)}"
    if record.strayed:
        yield f"where production goes is not as it should be: {record.strayed}"
    yield from troubles.lines(record, seen.service)
    if record.wakes_refused:
        yield f"wake-ups are refused: the watch takes every turn itself ({record.wakes_refused})"


def _environment(seen: Seen, environment: Environment) -> EnvironmentView:
    state = seen.record.on(environment)
    return EnvironmentView(
        name=environment.value,
        active=environment is seen.record.active,
        confirmed=not outline.unconfirmed(seen.record),
        standing=outline.standing(state),
        tag=state.tag,
        commit=state.commit,
        since=state.since,
        proven=state.proven,
        proof=effects.proof(seen.record, environment),
        address=seen.service.url(environment),
        pinned=state.pinned,
        receives=_receives(seen, environment),
    )


def _current(seen: Seen) -> current.Current | None:
    if isinstance(seen.telling, NoData):
        return None
    return current.current(seen.telling.blocks, seen.telling.until, seen.now)


def _receives(seen: Seen, environment: Environment) -> str:
    found = _current(seen)
    if found is None:
        return ""
    users, probes = found.users[environment], found.probes[environment]
    who, counts = ("requests", users) if users.requests else ("probes", probes)
    if not counts.requests:
        return f"no requests in {current.SECONDS} s"
    slowest = current.p95(counts)
    took = f", 95 % within {slowest:,} ms" if slowest is not None else ""
    return f"{counts.requests:,} {who} in {current.SECONDS} s, {percent(counts.share_failed)} failed{took}"


def _release(seen: Seen) -> ReleaseView | None:
    release, ended = seen.last, seen.ended
    if release is None:
        return None
    phase = ended.outcome if ended else release.phase
    until = None if ended else progress.deadline(release, seen.service)
    return ReleaseView(
        tag=release.tag,
        commit=release.commit,
        by=release.by,
        phase=phase.value,
        mood=chain.mood(phase),
        reason=ended.reason if ended else release.reason,
        since=ended.at if ended else release.phase_since,
        deadline=until,
        over=ended is not None,
        steps=chain.steps(release, ended),
    )


def _judge(seen: Seen) -> JudgeView | None:
    """Of the release that is watched, or was; where none was, what the routers count is shown all the same."""
    release, telling = seen.last, seen.telling
    watched = release if release is not None and release.switched_at is not None else None
    marked = (
        [] if watched is None else [(line.at, _mark(line.phase)) for line in watched.history if line.phase in _MOVED]
    )
    charts: tuple[ChartView, ...] = ()
    unknown = telling.why if isinstance(telling, NoData) else ""
    rows = watched.evidence.counted.rows if watched is not None else ()
    if not isinstance(telling, NoData):
        charts = series.charts(telling.blocks, telling.until, seen.service.thresholds, marked)
    elif watched is not None and watched.switched_at is not None and watched.target is not None and rows:
        blocks = judged.blocks(rows, watched.target, watched.switched_at)
        charts = series.charts(blocks, seen.now, seen.service.thresholds, marked)
    if watched is None:
        return JudgeView("No release is being judged", Mood.QUIET, (), charts, unknown) if charts else None
    ended = seen.ended
    phase, says = (ended.outcome, ended.reason) if ended else (watched.phase, watched.reason)
    measures = judged.measures(watched.evidence, seen.service, ended is not None)
    return JudgeView(says, chain.mood(phase), measures, charts, unknown)


def _mark(phase: Phase) -> str:
    return "switch" if phase is Phase.SWITCHING else "rollback"


def _past(past: PastRelease) -> PastView:
    return PastView(past.tag, past.outcome.value, chain.mood(past.outcome), past.at, past.reason, past.log)


def _deeds(seen: Seen) -> Iterator[DeedView]:
    if not chain.BOOKKEEPING.fullmatch(seen.version.why):
        yield DeedView(seen.version.at, seen.version.by, seen.version.why)
    if seen.last is not None:
        yield from chain.deeds(seen.last)


def _paused(seen: Seen) -> str:
    return still.says if (still := standstill(seen.record, seen.service, seen.now)) else ""


def _queued(record: Record) -> str:
    return f"{q.tag}, asked for by {q.by or 'nobody'}, begins next" if (q := record.queued) else ""


def _floor(record: Record) -> str:
    tag, floor = record.on(record.active).tag, record.floor
    pushed = f"a push of anything older than {tag} is not released" if tag else ""
    fits = (
        f"nothing below {floor.tag} comes back: {floor.by} has taken from the database what it needs" if floor else ""
    )
    return "; ".join(filter(None, (pushed, fits)))
