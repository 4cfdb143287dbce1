"""abort: stops the release in flight, before the switch; of one service or of a whole set."""

from bluegreen.calls import set_orders
from bluegreen.calls.call import STORE, TELL, WAKE, Answer, Call, Visit, told
from bluegreen.calls.ordering import Placed, asked_service, place, tell
from bluegreen.calls.stopping import ended, stopped
from bluegreen.cloud import Cloud
from bluegreen.core import orders, parameters
from bluegreen.steps.turn import wake_next


def run(visit: Visit) -> Answer:
    given = parameters.read(visit.event, ("service", "set"))
    if "set" in given:
        return set_orders.abort(visit, given, stop)
    placed = stop(visit.cloud(asked_service(visit)))
    if not placed.outcome.ok:
        return told(False, placed.outcome.says, placed.outcome.next_step)
    return told(True, f"{placed.outcome.says}; production is untouched")


def stop(cloud: Cloud) -> Placed:
    version = cloud.journal.newest()
    release = version.record.release if version else None
    ends, service = ended(cloud, release), cloud.service
    placed = place(
        cloud,
        "a person said: abort",
        lambda record, now: orders.abort(stopped(record, release, ends), service, "a person", now),
    )
    if placed.outcome.ok:
        tell(cloud, placed)
        wake_next(cloud, placed.version.record)
    return placed


CALL = Call("abort", (*STORE, *TELL, *WAKE, "digitalocean_token"), run)
