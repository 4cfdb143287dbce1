"""rollback: production goes back to the release before, now."""

from datetime import datetime

from bluegreen.calls.call import STORE, TELL, WAKE, Answer, Call, Visit, told
from bluegreen.calls.ordering import Placed, asked_service, place, tell
from bluegreen.cloud import Cloud
from bluegreen.core import orders, parameters
from bluegreen.core.errors import BluegreenError
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.steps import deploying, rolling_back
from bluegreen.steps.turn import take


def run(visit: Visit) -> Answer:
    cloud = visit.cloud(asked_service(visit))
    if parameters.is_nudge(visit.event):
        return told(True, take(rolling_back.STEP, cloud).says)
    parameters.read(visit.event, ("service",))
    placed = _place(cloud, None)
    in_flight = placed.version.record.release
    if not placed.outcome.ok and _cancelled(cloud, in_flight):
        placed = _place(cloud, in_flight)
    if not placed.outcome.ok:
        return told(False, placed.outcome.says, placed.outcome.next_step)
    tell(cloud, placed)
    done = take(rolling_back.STEP, cloud)
    record = placed.version.record
    active = {"active": record.active.value, "tag": record.on(record.active).tag}
    what = f"{placed.outcome.says}: {done.says}" if done.taken else placed.outcome.says
    next_step = "" if done.moved else "still being confirmed: `status` shows how far it is"
    return told(True, what, next_step, **active)


def _place(cloud: Cloud, stopped: Release | None) -> Placed:
    """`stopped`: whose deployment was cancelled. Another release may be in flight by now, and its own goes on."""

    def order(record: Record, now: datetime) -> Outcome:
        ours = record.release
        same = stopped is not None and ours is not None and ours.deployment == stopped.deployment
        return orders.rollback(record, cloud.service, "a person", now, cancelled=same)

    return place(cloud, "a person said: go back", order)


def _cancelled(cloud: Cloud, release: Release | None) -> bool:
    """A deployment that is under way has to be stopped first: the idle environment must stay what it is."""
    if release is None or release.phase is not Phase.DEPLOYING:
        return False
    try:
        return deploying.cancelled(cloud, release)
    except BluegreenError as error:
        cloud.log("deployment could not be cancelled", why=str(error), level="warning")
        return False


CALL = Call("rollback", (*STORE, *TELL, *WAKE, "digitalocean_token"), run)
