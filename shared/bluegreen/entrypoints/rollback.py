"""rollback: production goes back to the release before, now; or to an earlier one that is named."""

from collections.abc import Mapping
from datetime import datetime

from bluegreen.cloud import Cloud
from bluegreen.core import orders, progress
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.invocation.entry_point import (
    NOTIFY,
    STORE,
    WAKE,
    EntryPoint,
    Invocation,
    Response,
    answer,
)
from bluegreen.ordering import rollback_to, set_cohesion, set_orders
from bluegreen.ordering.cancelling import cancel_deployment
from bluegreen.ordering.native_rollback import ASKED, fall_back
from bluegreen.ordering.placing import PlacedOrder, deliver_notices, place
from bluegreen.steps import rolling_back
from bluegreen.steps.take_turn import take


def run(invocation: Invocation) -> Response:
    if is_nudge(invocation.event):
        return answer(True, take(rolling_back.STEP, invocation.asked_cloud()).says)
    given = parameters.read(invocation.event, ("service", "set", "native", "to", "reason"))
    if "set" in given:
        return _of_set(invocation, given)
    cloud = invocation.asked_cloud()
    native = parameters.boolean("native", given.get("native", "false"))
    if native and "to" in given:
        raise BadRequest("native and to cannot be combined: App Platform's own rollback leads to one release only")
    reason = given.get("reason", "")
    if reason and (native or "to" in given):
        raise BadRequest("reason goes with neither to nor native: they keep reasons of their own")
    placed = rollback_to.place_order(cloud, given["to"]) if "to" in given else _placed(cloud, native, reason)
    if not placed.outcome.ok:
        return answer(False, placed.outcome.says, placed.outcome.next_step)
    set_cohesion.nudge_watch(cloud, placed.version.record)
    if "to" in given and rollback_to.released(placed):
        deliver_notices(cloud, placed)
        return rollback_to.begun(cloud, placed)
    done = take(rolling_back.STEP, cloud)  # before anybody is told: a channel that hangs must not keep users waiting
    deliver_notices(cloud, placed)
    record = (done.version or placed.version).record
    active = {"active": record.active.value, "tag": record.on(record.active).tag}
    what = f"{placed.outcome.says}: {done.says}" if done.taken else placed.outcome.says
    next_step = "" if done.moved else "still being confirmed: `status` shows how far it is"
    return answer(True, what, next_step, **active)


def _of_set(invocation: Invocation, given: Mapping[str, str]) -> Response:
    if {"to", "native"} & given.keys():
        raise BadRequest("set goes with neither to nor native: name a service for these")
    reason = given.get("reason", "")
    return set_orders.rollback(invocation, given, lambda cloud: _placed(cloud, False, reason))


def _placed(cloud: Cloud, native: bool, reason: str = "") -> PlacedOrder:
    """To the idle environment, or by App Platform's own rollback where that cannot take over or a person wants it."""
    if native:
        return fall_back(cloud, ASKED, wanted=True)
    placed = _place(cloud, None, reason)
    in_flight = placed.version.record.release
    if placed.version.record.lost:
        return placed
    if not placed.outcome.ok and cancel_deployment(cloud, in_flight):
        placed = _place(cloud, in_flight, reason)
    return placed if placed.outcome.ok else fall_back(cloud, placed.outcome.says)


def _place(cloud: Cloud, stopped: Release | None, reason: str = "") -> PlacedOrder:
    """`stopped`: whose deployment was cancelled. Another release may be in flight by now, and its own goes on."""

    why = f"rollback asked for by a person: {reason}" if reason else ""

    def order(record: Record, now: datetime) -> Outcome:
        ours = record.release
        same = stopped is not None and ours is not None and ours.deployment == stopped.deployment
        return orders.rollback(record, cloud.service, progress.A_PERSON, now, cancelled=same, why=why)

    return place(cloud, "a person said: go back", order)


ENTRY_POINT = EntryPoint("rollback", (*STORE, *NOTIFY, *WAKE, "digitalocean_token"), run)
