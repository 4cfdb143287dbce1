"""status: where everything is, in words."""

from typing import Any

from bluegreen.calls.call import STORE, Answer, Call, Visit, told
from bluegreen.calls.ordering import known
from bluegreen.core import outline, parameters, progress
from bluegreen.core.environment import Environment
from bluegreen.core.record import Record, Version

_PAST_SHOWN = 5


def run(visit: Visit) -> Answer:
    given = parameters.read(visit.event, ("service",))
    settings = visit.settings
    services = [settings.service(given["service"])] if "service" in given else list(settings.file.services.values())
    versions = [known(visit.cloud(service)) for service in services]
    return told(
        True,
        "; ".join(_line(version.record) for version in versions),
        "; ".join(filter(None, (_next(version.record) for version in versions))),
        services={version.record.service: _facts(version) for version in versions},
    )


def _line(record: Record) -> str:
    """One service in one line."""
    line = f"{record.service}: {record.active.value} {outline.active(record)}, "
    line += f"{record.idle.value} {outline.idle(record)}"
    if record.release:
        line += f"; {record.release.tag} is {record.release.phase.value}"
    return line + (f"; {record.queued.tag} waits" if record.queued else "")


def _next(record: Record) -> str:
    return progress.next_step(record, record.release) if record.release else ""


def _facts(version: Version) -> dict[str, Any]:
    record, release = version.record, version.record.release
    return {
        "active": record.active.value,
        "environments": {e.value: _environment(record, e) for e in Environment},
        "release": release and {"tag": release.tag, "phase": release.phase.value, "reason": release.reason},
        "queued": record.queued.tag if record.queued else None,
        "quarantined": record.quarantine,
        "past": [{"tag": p.tag, "outcome": p.outcome.value, "reason": p.reason} for p in record.past[:_PAST_SHOWN]],
        "version": version.seq,
        "as_of": version.at.isoformat(),
    }


def _environment(record: Record, environment: Environment) -> dict[str, Any]:
    state = record.on(environment)
    return {"status": state.status.value, "tag": state.tag, "commit": state.commit, "proven": state.proven}


CALL = Call("status", STORE, run)
