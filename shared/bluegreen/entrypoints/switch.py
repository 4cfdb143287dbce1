"""switch: moves production to the release that is ready, for a person or by itself."""

from bluegreen.cloud import Cloud
from bluegreen.core import orders, outline
from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.core.phases import Phase
from bluegreen.invocation.call import (
    STORE,
    TELL,
    WAKE,
    Answer,
    Call,
    Visit,
    told,
)
from bluegreen.ordering import set_cohesion, set_orders
from bluegreen.ordering.placing import asked_service, place
from bluegreen.steps import switching
from bluegreen.steps.turn import take_all

_STEPS = (switching.READY, switching.SWITCHING)


def run(visit: Visit) -> Answer:
    if is_nudge(visit.event):
        return _nudged(visit.cloud(asked_service(visit)))
    given = parameters.read(visit.event, ("service", "set"))
    if "set" in given:
        return set_orders.switch(visit, given, _STEPS)
    cloud = visit.cloud(asked_service(visit))
    placed = place(cloud, "a person said: switch", orders.switch)
    if not placed.outcome.ok:
        return told(False, placed.outcome.says, placed.outcome.next_step)
    tag = placed.version.record.in_flight.tag
    done = take_all(_STEPS, cloud)
    record = (done.version or placed.version).record
    set_cohesion.nudge_watch(cloud, record)
    if not done.taken:
        return told(True, placed.outcome.says, _back(cloud))
    ended, release = outline.ended(record, tag), record.release
    if ended is not None:
        return told(False, f"{tag} was {ended.outcome.value}: {ended.reason}", "`status` shows where everything is")
    if release is not None and release.phase is Phase.WATCHING:
        return told(True, f"{tag} serves production on {record.active.value}: {done.says}", _back(cloud))
    return told(True, f"{tag} is on its way: {done.says}", "`status` shows how far it is")


def _back(cloud: Cloud) -> str:
    return f"to go back: doctl serverless functions invoke rollback -p service:{cloud.service.name}"


def _nudged(cloud: Cloud) -> Answer:
    done = take_all(_STEPS, cloud)
    if done.taken and done.version and not done.moved:
        set_cohesion.nudge_watch(cloud, done.version.record)
    return told(True, done.says)


CALL = Call("switch", (*STORE, *TELL, *WAKE, "digitalocean_token"), run)
