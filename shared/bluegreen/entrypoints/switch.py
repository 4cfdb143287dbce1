"""switch: moves production to the release that is ready, for a person or by itself."""

from bluegreen.cloud import Cloud
from bluegreen.core import orders, outline
from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.core.phases import Phase
from bluegreen.invocation.entry_point import (
    NOTIFY,
    STORE,
    WAKE,
    EntryPoint,
    Invocation,
    Response,
    answer,
)
from bluegreen.ordering import set_cohesion, set_orders
from bluegreen.ordering.placing import place
from bluegreen.steps import switching
from bluegreen.steps.take_turn import take_all

_STEPS = (switching.READY, switching.SWITCHING)


def run(invocation: Invocation) -> Response:
    if is_nudge(invocation.event):
        return _nudged(invocation.asked_cloud())
    given = parameters.read(invocation.event, ("service", "set"))
    if "set" in given:
        return set_orders.switch(invocation, given, _STEPS)
    cloud = invocation.asked_cloud()
    placed = place(cloud, "a person said: switch", orders.switch)
    if not placed.outcome.ok:
        return answer(False, placed.outcome.says, placed.outcome.next_step)
    tag = placed.version.record.in_flight.tag
    done = take_all(_STEPS, cloud)
    record = (done.version or placed.version).record
    set_cohesion.nudge_watch(cloud, record)
    if not done.taken:
        return answer(True, placed.outcome.says, _back(cloud))
    ended, release = outline.ended(record, tag), record.release
    if ended is not None:
        return answer(False, f"{tag} was {ended.outcome.value}: {ended.reason}", "`status` shows where everything is")
    if release is not None and release.phase is Phase.WATCHING:
        return answer(True, f"{tag} serves production on {record.active.value}: {done.says}", _back(cloud))
    return answer(True, f"{tag} is on its way: {done.says}", "`status` shows how far it is")


def _back(cloud: Cloud) -> str:
    return f"to go back: doctl serverless functions invoke rollback -p service:{cloud.service.name}"


def _nudged(cloud: Cloud) -> Response:
    done = take_all(_STEPS, cloud)
    if done.taken and done.version and not done.moved:
        set_cohesion.nudge_watch(cloud, done.version.record)
    return answer(True, done.says)


ENTRY_POINT = EntryPoint("switch", (*STORE, *NOTIFY, *WAKE, "digitalocean_token"), run)
