"""abort: stops the release in flight, before the switch; of one service or of a whole set."""

from bluegreen.core.inbound import parameters
from bluegreen.invocation.call import (
    STORE,
    TELL,
    WAKE,
    Answer,
    Call,
    Visit,
    told,
)
from bluegreen.ordering import set_orders
from bluegreen.ordering.cancelling import stop
from bluegreen.ordering.placing import asked_service


def run(visit: Visit) -> Answer:
    given = parameters.read(visit.event, ("service", "set"))
    if "set" in given:
        return set_orders.abort(visit, given)
    placed = stop(visit.cloud(asked_service(visit)))
    if not placed.outcome.ok:
        return told(False, placed.outcome.says, placed.outcome.next_step)
    return told(True, f"{placed.outcome.says}; production is untouched")


CALL = Call("abort", (*STORE, *TELL, *WAKE, "digitalocean_token"), run)
