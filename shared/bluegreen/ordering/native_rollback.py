"""Where the idle environment cannot take over: the active app's own rollback is planned, validated and ordered."""

from datetime import datetime

from bluegreen.cloud import Cloud
from bluegreen.core import orders
from bluegreen.core.environment import PreviousDeployment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record
from bluegreen.core.release import PERSON, NativeRollback
from bluegreen.core.rollback.native import native_target, next_step
from bluegreen.ordering.cancelling import cancel_deployment
from bluegreen.ordering.placing import PlacedOrder, newest_or_adopted, place
from bluegreen.steps import native_rollback

ASKED = "the idle environment was passed over, as asked"


def fall_back(cloud: Cloud, refused: str, wanted: bool = False) -> PlacedOrder:
    """`refused`: why the first line cannot; the answer names it together with why this one cannot either."""
    version = newest_or_adopted(cloud)
    record = version.record
    found = native_target(record, cloud.service, wanted)
    if isinstance(found, str):
        return PlacedOrder(_neither(cloud, record, refused, found), version, False)
    try:
        way = native_rollback.planned(cloud, record.active, found)
    except BluegreenError as error:
        return PlacedOrder(_neither(cloud, record, refused, str(error)), version, False)
    cancel_deployment(cloud, record.release)  # the release that is aborted for it would go on being deployed

    def order(newest: Record, now: datetime) -> Outcome:
        return _order(cloud, record, newest, way, found, refused, wanted, now)

    return place(cloud, "a person said: go back, by App Platform's own rollback", order)


def _order(
    cloud: Cloud,
    planned_on: Record,
    newest: Record,
    way: NativeRollback,
    stood: PreviousDeployment,
    why: str,
    wanted: bool,
    now: datetime,
) -> Outcome:
    """The plan holds as long as production has not moved and its past is the same."""
    if newest.active is planned_on.active and native_target(newest, cloud.service, wanted) == stood:
        return orders.native_rollback(newest, cloud.service, way, why, PERSON, now)
    if newest.release is not None and newest.release.native is not None:
        return Outcome(True, newest, f"{newest.release.tag} is being rolled back already")
    return Outcome(False, newest, "production moved while App Platform's own rollback was planned", "look, then repeat")


def _neither(cloud: Cloud, record: Record, refused: str, why: str) -> Outcome:
    says = f"{refused}; App Platform's own rollback of {record.active.value} cannot help: {why}"
    return Outcome(False, record, says, next_step(record, cloud.service))
