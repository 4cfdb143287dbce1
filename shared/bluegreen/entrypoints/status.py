"""status: says where everything is; takes a person's word that an undelivered notice was read."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from bluegreen.clients import bounded
from bluegreen.clients.store import neighbourhood
from bluegreen.clients.store.objects import FOR_KEPT_VERSIONS, versions_kept
from bluegreen.cloud import Cloud
from bluegreen.core import advice, outline, progress, standby
from bluegreen.core.alerts import HeardAlert
from bluegreen.core.config.service import Service
from bluegreen.core.credentials import hidden
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError, described
from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.alert_policy import firing
from bluegreen.core.judge import current
from bluegreen.core.judge.current import Current
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.orders import Outcome
from bluegreen.core.outbox import seen, troubles
from bluegreen.core.record import PastRelease, QueuedRelease, Record, Version
from bluegreen.core.release import Release
from bluegreen.core.rollback import native
from bluegreen.core.sets.current import CurrentSetRelease, current_release
from bluegreen.core.standstill import Standstill, standstill
from bluegreen.core.upgrading import neighbours
from bluegreen.invocation.entry_point import STORE, EntryPoint, Invocation, Response, answer
from bluegreen.ordering import set_orders
from bluegreen.ordering.placing import newest_or_adopted, place
from bluegreen.settings import Settings
from bluegreen.signals import first

_PAST_SHOWN = 5
_NAME = 80  # characters of who has seen something
_QUARANTINED_SHOWN = 3  # in the line; all are among the facts
_ALERTS_SHOWN = 3  # in the line; all are among the facts
_TO_COUNT = 6.0  # seconds that asking for the counts of all services may take


class _Counted(NamedTuple):
    """What users get now, what is odd about who has counted it, and why nothing new begins."""

    now: Current | NoData
    at: datetime
    remark: str = ""
    still: Standstill | None = None

    def facts(self) -> dict[str, Any]:
        found = {"unknown": self.now.why} if isinstance(self.now, NoData) else self.now.facts()
        return found | ({"remark": self.remark} if self.remark else {})


def run(invocation: Invocation) -> Response:
    given = invocation.given(("service", "set", "seen", "by"))
    settings = invocation.settings
    services = _asked(settings, given)
    stopped = versions_kept(invocation.cloud(services[0]).clients.state)
    told = "" if stopped else _seen(invocation, services, given)
    versions = {service.name: newest_or_adopted(invocation.cloud(service)) for service in services}
    sets = _sets(settings, {name: version.record for name, version in versions.items()})
    with bounded.within(_TO_COUNT):
        counted = {s.name: _counted(invocation.cloud(s), versions[s.name].record) for s in services}
    now = invocation.clock.now()
    counted = {s.name: counted[s.name]._replace(still=standstill(versions[s.name].record, s, now)) for s in services}
    lines = []
    for service in services:
        record = versions[service.name].record
        lines += [_line(record, service, counted[service.name]), *troubles.lines(record, service)]
        lines += outline.unwatched(versions[service.name], now)
    lines += [f"set {name} {current.tag}: {current.says}" for name, current in sets.items() if not current.rests]
    beside = _beside(invocation, services)
    return answer(
        not stopped,
        "; ".join(filter(None, (stopped, told, *beside, *lines))),
        FOR_KEPT_VERSIONS
        if stopped
        else "; ".join(
            filter(None, (*beside.values(), *(_next(versions[s.name].record, s, counted[s.name]) for s in services)))
        ),
        services={s.name: _facts(versions[s.name], s, counted[s.name]) for s in services},
        sets={name: {"tag": current.tag, "members": current.states} for name, current in sets.items()},
    )


def _beside(invocation: Invocation, services: list[Service]) -> dict[str, str]:
    """What else is odd in the state bucket → what to do; nothing where it cannot be known in time."""
    state, known = invocation.cloud(services[0]).clients.state, {*invocation.settings.file.services}
    try:
        with bounded.within(_TO_COUNT):
            left = neighbourhood.left_behind(state, known)
            crowd = neighbours.crowd(neighbourhood.watchers(state), invocation.clock.now())
    except BluegreenError:
        return {}
    found = {says: neighbours.to_look_after(service) for service, says in left.items()}
    return found | ({crowd: neighbours.TO_LEAVE_ONE} if crowd else {})


def _seen(invocation: Invocation, services: list[Service], given: Mapping[str, str]) -> str:
    """`seen`: an id, or true for all that wait. Without it nothing is written, for machines ask too."""
    which = given.get("seen", "false")
    is_all = parameters.BOOLEANS.get(which.strip().lower())
    if is_all is False:
        return ""
    by = f" by {hidden(given['by'])[:_NAME]}" if given.get("by") else ""
    why, mark = f"notices were seen{by}", partial(_mark, "" if is_all else which.strip(), by)
    says = [place(invocation.cloud(service), why, mark).outcome.says for service in services]
    return "; ".join(filter(None, says)) or "nothing waits to be seen"


def _mark(which: str, by: str, record: Record, now: datetime) -> Outcome:
    after, told = seen.marked(record, which)
    return Outcome(True, after, told and f"{record.service}: seen{by}, so not tried any more: {told}")


def _asked(settings: Settings, given: Mapping[str, str]) -> list[Service]:
    if "set" in given:
        return [settings.service(member) for member in set_orders.named(settings, given).services]
    return [settings.service(given["service"])] if "service" in given else list(settings.file.services.values())


def _counted(cloud: Cloud, record: Record) -> _Counted:
    """What users get now. It is asked at the end, in little time: what the journal says is told all the same."""
    if bounded.left() < 1:
        return _Counted(NoData("there was no time left to ask"), cloud.clock.now())
    now = cloud.clock.now()
    try:
        found = first(cloud.signals, now, record.active)
    except Exception as error:  # noqa: BLE001 - in an emergency the rest has to be told whatever is odd here
        return _Counted(NoData(str(error) if isinstance(error, BluegreenError) else described(error)), now)
    if isinstance(found, NoData):
        return _Counted(found, now)
    return _Counted(current.current(found.blocks, found.until, now), now, found.remark)


def _line(record: Record, service: Service, counted: _Counted) -> str:
    """One service in one line; first what hurts."""
    hurts = (record.lost, outline.unconfirmed(record), _trouble(record, service, counted), counted.remark)
    line = "".join(f"{record.service}: {says}; " for says in hurts if says)
    line += f"{record.service}: {record.active.value} {outline.active(record)}, "
    line += f"{record.idle.value} {outline.idle(record)}"
    line += f"; {counted.still.says}" if counted.still else ""
    if record.release:
        line += f"; {_going(record.release)}{record.release.tag} is {record.release.phase.value}"
    line += f"; {_going(record.queued)}{record.queued.tag} waits" if record.queued else ""
    line += f"; quarantined: {', '.join([*record.quarantine][-_QUARANTINED_SHOWN:])}" if record.quarantine else ""
    line += f"; rollback floor {record.floor.tag}" if record.floor else ""
    line += "".join(f"; {says}" for says in outline.database(record))
    line += "".join(f"; {e.value} is pinned by App Platform's own rollback" for e in Environment if record.on(e).pinned)
    line += "; wake-ups are refused: the watch takes every turn itself" if record.wakes_refused else ""
    alerts = ", ".join(alert.name for alert in firing(record)[-_ALERTS_SHOWN:])
    return line + (f"; firing: {alerts}" if alerts else "")


def _trouble(record: Record, service: Service, counted: _Counted) -> str:
    now = counted.now
    return "" if isinstance(now, NoData) else current.trouble(now, record.active, service.thresholds)


def _next(record: Record, service: Service, counted: _Counted) -> str:
    if record.lost:
        return advice.to_recover(record.service)
    about_release = ""
    if (release := record.release) is not None:
        about_release = advice.next_step(record, service, progress.deadline(release, service), counted.at)
    if not about_release and outline.unconfirmed(record):
        about_release = advice.for_stuck(record)
    if not about_release and _trouble(record, service, counted):
        dead = isinstance(counted.now, Current) and current.no_better(counted.now, record.active, service.thresholds)
        about_release = f"{dead}: nobody is better off there; push a fix" if dead else native.advised(record, service)
    if not about_release:
        lost = standby.restorable(record)
        about_release = advice.to_restore(record.service, lost.tag) if lost else ""
    wake_ups = advice.FOR_REFUSED_WAKE_UPS if record.wakes_refused else ""
    undelivered = advice.for_undelivered(record.service) if seen.waiting(record) else ""
    still = counted.still.next_step if counted.still else ""
    steps = (about_release, still, undelivered, troubles.next_step(record, service), wake_ups)
    return "; ".join(filter(None, steps))


def _facts(version: Version, service: Service, counted: _Counted) -> dict[str, Any]:
    record, release = version.record, version.record.release
    return {
        "active": record.active.value,
        "environments": {e.value: _environment(record, e) for e in Environment},
        "release": release and _release(release, service),
        "rollback": outline.way_back(record, service),
        "now": counted.facts(),
        "paused": record.paused and {"by": record.paused.by, "at": _time(record.paused.at), "why": record.paused.why},
        "frozen_until": _time(counted.still.until) if counted.still and counted.still.until else None,
        "queued": record.queued.tag if record.queued else None,
        "quarantined": record.quarantine,
        "floor": record.floor and {"tag": record.floor.tag, "by": record.floor.by, "why": record.floor.why},
        "data_jobs": [job.model_dump(mode="json", exclude={"before"}) for job in record.data_jobs],
        "clean_up": [each.model_dump(mode="json") for each in record.clean_ups],
        "lost": record.lost,
        "wakes_refused": record.wakes_refused or None,
        "alerts": [_alert(alert) for alert in firing(record)],
        "notices": troubles.facts(record),
        "past": [_past(past) for past in record.past[:_PAST_SHOWN]],
        "version": version.seq,
        "as_of": _time(version.at),
    }


def _past(past: PastRelease) -> dict[str, Any]:
    log = {"log": past.log} if past.log else {}
    return {"tag": past.tag, "outcome": past.outcome.value, "at": _time(past.at), "reason": past.reason, **log}


def _release(release: Release, service: Service) -> dict[str, Any]:
    until = progress.deadline(release, service)
    facts = {"tag": release.tag, "phase": release.phase.value, "reason": release.reason, "by": release.by}
    times = {"since": _time(release.phase_since), "deadline": until and _time(until)}
    set_release = release.set_release
    how = {"going_back": release.purpose.back, "auto_switch": release.options.auto_switch}
    return {**facts, **times, **how, "set": set_release and set_release.name}


def _going(asked: Release | QueuedRelease) -> str:
    return "going back: " if asked.purpose.back else ""


def _sets(settings: Settings, records: dict[str, Record]) -> dict[str, CurrentSetRelease]:
    """Of those whose members were all asked about."""
    whole = [name for name, found in settings.file.sets.items() if records.keys() >= set(found.services)]
    return {name: current for name in whole if (current := current_release(records, name)) is not None}


def _environment(record: Record, environment: Environment) -> dict[str, Any]:
    state = record.on(environment)
    facts = {"status": outline.standing(state), "tag": state.tag, "commit": state.commit, "proven": state.proven}
    since = {"since": _time(state.since)} if state.since else {}
    return {**facts, **since, "pinned": state.pinned} if state.pinned else {**facts, **since}


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _alert(alert: HeardAlert) -> dict[str, Any]:
    since = _time(alert.began or alert.heard_at)
    facts = {"name": alert.name, "severity": alert.severity, "sender": alert.sender}
    return {**facts, "summary": alert.summary, "since": since}


ENTRY_POINT = EntryPoint("status", STORE, run)
