"""abort: stops the release in flight, before the switch."""

from bluegreen.calls.call import STORE, TELL, WAKE, Answer, Call, Visit, told
from bluegreen.calls.ordering import asked_service, place, tell
from bluegreen.cloud import Cloud
from bluegreen.core import orders, parameters
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.steps import deploying
from bluegreen.steps.turn import wake_next


def run(visit: Visit) -> Answer:
    parameters.read(visit.event, ("service",))
    cloud = visit.cloud(asked_service(visit))
    version = cloud.journal.newest()
    release = version.record.release if version else None
    ended = release is not None and release.phase is Phase.DEPLOYING and deploying.cancelled(cloud, release)
    placed = place(cloud, "a person said: abort", lambda record, now: _order(cloud, record, now, release, ended))
    if not placed.outcome.ok:
        return told(False, placed.outcome.says, placed.outcome.next_step)
    tell(cloud, placed)
    wake_next(cloud, placed.version.record)
    return told(True, f"{placed.outcome.says}; production is untouched")


def _order(cloud: Cloud, record: Record, now: object, seen: Release | None, ended: bool) -> Outcome:
    """`ended` counts only for the very deployment that was seen to end."""
    ours = record.release
    if ended and ours is not None and seen is not None and ours.deployment == seen.deployment and ours.deployment:
        record = record.now_at(deployment=ours.deployment.model_copy(update={"ended": True}))
    return orders.abort(record, cloud.service, "a person", cloud.clock.now())


CALL = Call("abort", (*STORE, *TELL, *WAKE, "digitalocean_token"), run)
