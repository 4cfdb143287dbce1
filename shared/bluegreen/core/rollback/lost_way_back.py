"""The way back, taken away by somebody who deployed to the idle environment, or closed or deleted its app: it is no
rollback target any more."""

from datetime import datetime

from bluegreen.core import advice, outbox, standby
from bluegreen.core.config.service import Service
from bluegreen.core.environment import EnvironmentState, Status
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record


def taken_away(record: Record, service: Service, known: EnvironmentState, why: str, now: datetime) -> Outcome:
    """`known` is what was compared: where the record says something else by now, nothing is done."""
    idle = record.on(record.idle)
    if idle != known:
        return Outcome(True, record, "")
    record = record.with_environment(
        record.idle, status=Status.UNFIT, tag="", commit="", digest="", deployment="", since=now, proven=False,
        unproven="", in_bake=None, before=idle.as_previous, redeployed=why,
    )  # fmt: skip
    headline = f"the way back to {idle.tag} is gone"
    lost = standby.fit_to_restore(record, record.on(record.idle)) if record.release is None else None
    step = advice.to_restore(record.service, lost.tag) if lost else ""
    record = outbox.queue_notice(record, service, Tone.WARNING, headline, now, why, step)
    return Outcome(True, record, headline)
