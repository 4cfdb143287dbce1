"""switch: moves production to the release that is ready, for a person or by itself."""

from bluegreen.calls.call import STORE, TELL, WAKE, Answer, Call, Visit, told
from bluegreen.calls.ordering import asked_service, place
from bluegreen.core import orders, parameters
from bluegreen.steps import switching
from bluegreen.steps.turn import take_all

_STEPS = (switching.READY, switching.SWITCHING)


def run(visit: Visit) -> Answer:
    cloud = visit.cloud(asked_service(visit))
    if parameters.is_nudge(visit.event):
        return told(True, take_all(_STEPS, cloud).says)
    parameters.read(visit.event, ("service",))
    placed = place(cloud, "a person said: switch", orders.switch)
    if not placed.outcome.ok:
        return told(False, placed.outcome.says, placed.outcome.next_step)
    done = take_all(_STEPS, cloud)
    back = f"to go back: doctl serverless functions invoke rollback -p service:{cloud.service.name}"
    return told(True, done.says if done.taken else placed.outcome.says, back)


CALL = Call("switch", (*STORE, *TELL, *WAKE, "digitalocean_token"), run)
