"""status: where everything is, in words."""

from typing import Any

from bluegreen.calls.call import STORE, Answer, Call, Visit, told
from bluegreen.calls.ordering import known
from bluegreen.core import outline, parameters, progress, set_answers
from bluegreen.core.alerts import HeardAlert
from bluegreen.core.environment import Environment
from bluegreen.core.hearing import firing
from bluegreen.core.record import Queued, Record, Version
from bluegreen.core.release import Release
from bluegreen.settings import Settings

_PAST_SHOWN = 5
_QUARANTINED_SHOWN = 3  # in the line; all are among the facts
_ALERTS_SHOWN = 3  # in the line; all are among the facts


def run(visit: Visit) -> Answer:
    given = parameters.read(visit.event, ("service",))
    settings = visit.settings
    services = [settings.service(given["service"])] if "service" in given else list(settings.file.services.values())
    versions = [known(visit.cloud(service)) for service in services]
    whole = {version.record.service: version.record for version in versions} if "service" not in given else {}
    sets = _sets(settings, whole)
    lines = [_line(version.record) for version in versions]
    lines += [f"set {name} {current.tag}: {current.says}" for name, current in sets.items() if not current.rests]
    return told(
        True,
        "; ".join(lines),
        "; ".join(filter(None, (_next(version.record) for version in versions))),
        services={version.record.service: _facts(version) for version in versions},
        sets={name: {"tag": current.tag, "members": current.places} for name, current in sets.items()},
    )


def _line(record: Record) -> str:
    """One service in one line."""
    line = f"{record.service}: {record.active.value} {outline.active(record)}, "
    line += f"{record.idle.value} {outline.idle(record)}"
    if record.release:
        line += f"; {_going(record.release)}{record.release.tag} is {record.release.phase.value}"
    line += f"; {_going(record.queued)}{record.queued.tag} waits" if record.queued else ""
    line += f"; quarantined: {', '.join([*record.quarantine][-_QUARANTINED_SHOWN:])}" if record.quarantine else ""
    line += "".join(f"; {e.value} is pinned by App Platform's own rollback" for e in Environment if record.on(e).pinned)
    alerts = ", ".join(alert.name for alert in firing(record)[-_ALERTS_SHOWN:])
    return line + (f"; firing: {alerts}" if alerts else "")


def _next(record: Record) -> str:
    return progress.next_step(record, record.release) if record.release else ""


def _facts(version: Version) -> dict[str, Any]:
    record, release = version.record, version.record.release
    return {
        "active": record.active.value,
        "environments": {e.value: _environment(record, e) for e in Environment},
        "release": release and _release(release),
        "queued": record.queued.tag if record.queued else None,
        "quarantined": record.quarantine,
        "alerts": [_alert(alert) for alert in firing(record)],
        "past": [{"tag": p.tag, "outcome": p.outcome.value, "reason": p.reason} for p in record.past[:_PAST_SHOWN]],
        "version": version.seq,
        "as_of": version.at.isoformat(),
    }


def _release(release: Release) -> dict[str, Any]:
    facts = {"tag": release.tag, "phase": release.phase.value, "reason": release.reason}
    part = release.purpose.part_of
    return {**facts, "going_back": release.purpose.back, "set": part and part.name}


def _going(asked: Release | Queued) -> str:
    return "going back: " if asked.purpose.back else ""


def _sets(settings: Settings, records: dict[str, Record]) -> dict[str, set_answers.Current]:
    found = {name: set_answers.current(records, name) for name in settings.file.sets}
    return {name: current for name, current in found.items() if current is not None}


def _environment(record: Record, environment: Environment) -> dict[str, Any]:
    state = record.on(environment)
    facts = {"status": state.status.value, "tag": state.tag, "commit": state.commit, "proven": state.proven}
    return {**facts, "pinned": state.pinned} if state.pinned else facts


def _alert(alert: HeardAlert) -> dict[str, Any]:
    since = (alert.began or alert.heard_at).isoformat()
    facts = {"name": alert.name, "severity": alert.severity, "sender": alert.sender}
    return {**facts, "summary": alert.summary, "since": since}


CALL = Call("status", STORE, run)
