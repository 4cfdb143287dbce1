"""An app of bluegreen.yml that is not the one of the journal. Pure.

What is known of an environment (its tag, its deployments, that it passed its checks) was learnt of one app. Under
another id nothing of it is known. The idle environment is then no rollback target, until a release went there. The
active one is different: production may well be there, and only a person knows. So it counts as it was, and nothing new
begins until somebody says so. A release that was on its way to the app is over.
"""

from datetime import datetime

from bluegreen.core import advice
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment, Status
from bluegreen.core.notices import Tone
from bluegreen.core.orders import abort
from bluegreen.core.outbox import queue_notice
from bluegreen.core.phases import BEFORE_SWITCH
from bluegreen.core.record import Record
from bluegreen.core.release import Pause

BY = "Bluegreen"
_UNKNOWN = {"deployment": "", "before": None, "pinned": ""}
_NOTHING_KNOWN = {**_UNKNOWN, "tag": "", "commit": "", "digest": "", "proven": False, "unproven": "", "in_bake": None}


def moved(record: Record, service: Service) -> dict[Environment, str]:
    """Environment → what has changed, of those whose app is another than the journal's."""
    return {
        environment: f"{environment.value} is another app now: {service.app(environment)} instead of {known}"
        for environment in Environment
        if (known := record.on(environment).app) and known != service.app(environment)
    }


def says(record: Record, service: Service) -> str:
    """All that has changed, and who looks after it; "" where nothing has."""
    changed = moved(record, service).values()
    return f"{'; '.join(changed)}: left to the watch" if changed else ""


def is_noted(record: Record, service: Service) -> bool:
    return all(record.on(environment).app == service.app(environment) for environment in Environment)


def noted(record: Record, service: Service, now: datetime) -> Record:
    """The record with the apps of bluegreen.yml. What an older Bluegreen wrote names none: these are its apps."""
    for environment, says in moved(record, service).items():
        record = _ended(record, service, environment, says, now)
        note = _active if environment is record.active else _idle
        record = note(record, service, environment, says, now)
    for environment in Environment:
        record = record.with_environment(environment, app=service.app(environment))
    return record


def _ended(record: Record, service: Service, environment: Environment, says: str, now: datetime) -> Record:
    release = record.release
    if release is None or release.target is not environment or release.phase not in BEFORE_SWITCH:
        return record
    return abort(record, service, BY, now, says).record


def _idle(record: Record, service: Service, environment: Environment, says: str, now: datetime) -> Record:
    ran = record.on(environment).tag
    record = record.with_environment(environment, status=Status.UNFIT, since=now, redeployed=says, **_NOTHING_KNOWN)
    reason = "what runs there is not known, so there is nothing to go back to until a release went there"
    step = advice.to_restore(record.service, ran) if ran else "push a newer tag: it is released there"
    return queue_notice(record, service, Tone.WARNING, says, now, reason, step)


def _active(record: Record, service: Service, environment: Environment, says: str, now: datetime) -> Record:
    record = record.with_environment(environment, **_UNKNOWN)
    record = record.model_copy(update={"paused": record.paused or Pause(by=BY, at=now, why=says)})
    reason = "production is taken to be there, as before, and nothing new begins until somebody has looked"
    step = f"if that is so: {advice.invoke('deploy', record.service, resume='true')}; else write the old id again"
    return queue_notice(record, service, Tone.WARNING, says, now, reason, step)
