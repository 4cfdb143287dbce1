"""The end of a deployment that was given up is known: what its environment runs, and whether it is a way back."""

from datetime import datetime

from bluegreen.core import advice, outbox, standby, unsettled
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment, Status, UnsettledDeployment
from bluegreen.core.notices import Tone
from bluegreen.core.record import Record

NEVER_MADE = "NEVER MADE"  # beside DigitalOcean's words for the phase of a deployment
_NOT_LIVE = ("ERROR", "CANCELED", NEVER_MADE)
_ENDED = ("ACTIVE", "SUPERSEDED", *_NOT_LIVE)


def settled(
    record: Record, service: Service, known: UnsettledDeployment, made: str, phase: str, now: datetime
) -> Record:
    """The end of deployment `made` is known: `phase`. Nothing is changed where the record says otherwise by now."""
    where = record.idle
    if unsettled.is_due(record) != known or phase not in _ENDED:
        return record
    if phase in _NOT_LIVE:
        return _as_before(record, service, where, known, now)
    live = {"tag": known.tag, "commit": known.commit, "digest": known.digest, "deployment": made, "since": now}
    runs = known.tag if phase == "ACTIVE" else "something else, which somebody has deployed"
    record = record.with_environment(where, **(live if phase == "ACTIVE" else {"tag": "", "since": now}))
    headline = f"{where.value} runs {runs}: the deployment of {known.tag} could not be stopped"
    lost = standby.fit_to_restore(record, record.on(where)) if record.release is None else None
    step = advice.to_restore(record.service, lost.tag) if lost else ""
    reason = "its checks were not asked, so nothing is there to go back to"
    return outbox.queue_notice(record, service, Tone.WARNING, headline, now, reason, step)


def _as_before(
    record: Record, service: Service, where: Environment, known: UnsettledDeployment, now: datetime
) -> Record:
    state, ran = record.on(where), known.ran
    kept = {"app": state.app, "free_at": state.free_at, "pinned": state.pinned, "status": Status.IDLE}
    environments = {**record.environments, where: ran.model_copy(update=kept)}
    record = record.model_copy(update={"environments": environments})
    back = ": production can go back to it" if record.on(where).may_serve else ""
    headline = f"{where.value} runs {ran.tag} as before{back}"
    reason = f"the deployment of {known.tag} has ended without going live"
    return outbox.queue_notice(record, service, Tone.GOOD, headline, now, reason)
