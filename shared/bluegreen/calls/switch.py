"""switch: moves production to the release that is ready, for a person or by itself."""

from bluegreen.calls import set_orders, together
from bluegreen.calls.call import STORE, TELL, WAKE, Answer, Call, Visit, told
from bluegreen.calls.ordering import asked_service, place
from bluegreen.cloud import Cloud
from bluegreen.core import orders, parameters
from bluegreen.steps import switching
from bluegreen.steps.turn import take_all

_STEPS = (switching.READY, switching.SWITCHING)


def run(visit: Visit) -> Answer:
    if parameters.is_nudge(visit.event):
        return _nudged(visit.cloud(asked_service(visit)))
    given = parameters.read(visit.event, ("service", "set"))
    if "set" in given:
        return set_orders.switch(visit, given, _STEPS)
    cloud = visit.cloud(asked_service(visit))
    placed = place(cloud, "a person said: switch", orders.switch)
    if not placed.outcome.ok:
        return told(False, placed.outcome.says, placed.outcome.next_step)
    done = take_all(_STEPS, cloud)
    together.nudge_watch(cloud, done.version.record if done.version else placed.version.record)
    back = f"to go back: doctl serverless functions invoke rollback -p service:{cloud.service.name}"
    return told(True, done.says if done.taken else placed.outcome.says, back)


def _nudged(cloud: Cloud) -> Answer:
    done = take_all(_STEPS, cloud)
    if done.taken and done.version and not done.moved:
        together.nudge_watch(cloud, done.version.record)
    return told(True, done.says)


CALL = Call("switch", (*STORE, *TELL, *WAKE, "digitalocean_token"), run)
