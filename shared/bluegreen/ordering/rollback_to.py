"""Going back to an earlier release that a person names: rollback -p to:v1.2.0."""

from datetime import datetime

from bluegreen.cloud import Cloud
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import BEFORE_SWITCH
from bluegreen.core.record import Record
from bluegreen.core.rollback import target as rollback_target
from bluegreen.invocation.entry_point import Response, answer
from bluegreen.ordering.cancelling import cancel_deployment
from bluegreen.ordering.placing import PlacedOrder, newest_or_adopted, place, place_going_back
from bluegreen.steps.take_turn import wake_next

_BY = "a person (rollback)"


def place_order(cloud: Cloud, to: str) -> PlacedOrder:
    """A deployment under way is cancelled first, once it is certain that the order will be taken."""
    version = newest_or_adopted(cloud)
    in_flight = version.record.release
    would = rollback_target.go_back(version.record, cloud.service, to, _BY, cloud.clock.now())
    if not would.ok:
        return PlacedOrder(would, version, False)
    stands = to == version.record.on(version.record.idle).tag
    makes_room = in_flight is not None and in_flight.tag != to
    stopped = in_flight if makes_room and cancel_deployment(cloud, in_flight) else None
    if stopped is not None:
        version = newest_or_adopted(cloud)

    def order(record: Record, now: datetime) -> Outcome:
        ours = record.release
        same = stopped is not None and ours is not None and ours.deployment == stopped.deployment
        return rollback_target.go_back(record, cloud.service, to, _BY, now, cancelled=same)

    carry_out = place_going_back if stands else place
    return carry_out(cloud, f"a person said: go back to {to}", order, version)


def released(placed: PlacedOrder) -> bool:
    """The earlier release has to be deployed first; production has not moved."""
    release = placed.version.record.release
    return release is not None and release.phase in BEFORE_SWITCH


def begun(cloud: Cloud, placed: PlacedOrder) -> Response:
    """It goes the way of any release from here; who deploys it is woken."""
    record = placed.version.record
    wake_next(cloud, record)
    status = f"doctl serverless functions invoke status -p service:{cloud.service.name}"
    return answer(True, placed.outcome.says, status, active=record.active.value, tag=record.on(record.active).tag)
