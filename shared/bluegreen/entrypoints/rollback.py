"""rollback: moves production back to the previous release, now; or to an earlier one that is named."""

from collections.abc import Mapping
from datetime import datetime

from bluegreen.cloud import Cloud
from bluegreen.core import advice, orders
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record, Version
from bluegreen.core.release import PERSON, Release
from bluegreen.core.rollback import undo
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
from bluegreen.ordering.placing import PlacedOrder, deliver_notices, newest_or_adopted, place, place_going_back
from bluegreen.ordering.switch_now import carry_out
from bluegreen.steps import rolling_back
from bluegreen.steps.take_turn import take

_PARAMETERS = ("service", "set", "native", "to", "undo", "reason", "by")


def run(invocation: Invocation) -> Response:
    if is_nudge(invocation.event):
        return answer(True, take(rolling_back.STEP, invocation.asked_cloud()).says)
    given = invocation.given(_PARAMETERS)
    if "set" in given:
        return _of_set(invocation, given)
    cloud = invocation.asked_cloud()
    native, undoes = (parameters.boolean(name, given.get(name, "false")) for name in ("native", "undo"))
    _check_together(given, native, undoes)
    if undoes:
        return _undo(cloud, given)
    placed = rollback_to.place_order(cloud, given["to"]) if "to" in given else _placed(cloud, native, _why(given))
    if not placed.outcome.ok:
        return answer(False, placed.outcome.says, placed.outcome.next_step)
    set_cohesion.nudge_watch(cloud, placed.version.record)
    if "to" in given and rollback_to.released(placed):
        deliver_notices(cloud, placed)
        return rollback_to.begun(cloud, placed)
    done = take(rolling_back.STEP, cloud)  # before anybody is told: a channel that hangs must not keep users waiting
    deliver_notices(cloud, placed, done.version)
    record = (done.version or placed.version).record
    active = {"active": record.active.value, "tag": record.on(record.active).tag}
    what = f"{placed.outcome.says}: {done.says}" if done.taken else placed.outcome.says
    still = "still being confirmed: `status` shows how far it is"
    step = advice.for_stuck(record) if done.bad else undo.advised(record, cloud.service, cloud.clock.now())
    return answer(not done.bad, what, step if done.moved else still, **active)


def _undo(cloud: Cloud, given: Mapping[str, str]) -> Response:
    """The last rollback was a mistake: production goes again to what it has left."""
    who, reason = parameters.said(given)
    by = f"{who} ({reason})" if reason else who
    why = "a person said: undo the rollback"
    placed = place(cloud, why, lambda record, now: undo.undo(record, cloud.service, by, now))
    answered = carry_out(cloud, placed)
    deliver_notices(cloud, placed, cloud.journal.newest())
    return answered


def _check_together(given: Mapping[str, str], native: bool, undoes: bool) -> None:
    """Each leads elsewhere, so one of them at a time."""
    asked = [name for name, wanted in (("native", native), ("undo", undoes), ("to", "to" in given)) if wanted]
    if len(asked) > 1:
        raise BadRequest(f"{' and '.join(asked)} cannot be combined: pass one of them")
    if ("reason" in given or "by" in given) and (native or "to" in given):
        raise BadRequest("reason and by go with neither to nor native: they keep reasons of their own")


def _why(given: Mapping[str, str]) -> str:
    who, reason = parameters.said(given)
    if not reason and who == PERSON:
        return ""
    return f"rollback asked for by {who}" + (f": {reason}" if reason else "")


def _of_set(invocation: Invocation, given: Mapping[str, str]) -> Response:
    if {"to", "native", "undo"} & given.keys():
        raise BadRequest("set goes with none of to, native, undo: name a service for these")
    return set_orders.rollback(invocation, given, lambda cloud: _placed(cloud, False, _why(given)))


def _placed(cloud: Cloud, native: bool, why: str = "") -> PlacedOrder:
    """To the idle environment, or by App Platform's own rollback where that cannot take over or a person wants it."""
    if native:
        return fall_back(cloud, ASKED, wanted=True)
    placed = _place(cloud, None, why, newest_or_adopted(cloud))
    in_flight = placed.version.record.release
    if placed.version.record.lost:
        return placed
    if not placed.outcome.ok and _makes_room(cloud, placed) and cancel_deployment(cloud, in_flight):
        placed = _place(cloud, in_flight, why)
    return placed if placed.outcome.ok else fall_back(cloud, placed.outcome.says)


def _makes_room(cloud: Cloud, placed: PlacedOrder) -> bool:
    """Once its deployment is cancelled it is taken: what is refused all the same must not stop a fix on its way."""
    return orders.rollback(placed.version.record, cloud.service, PERSON, cloud.clock.now(), cancelled=True).ok


def _place(cloud: Cloud, stopped: Release | None, why: str, known: Version | None = None) -> PlacedOrder:
    """`stopped`: whose deployment was cancelled. Another release may be in flight by now, and its own goes on.

    `known`: the newest version, where the way back has not been looked at yet."""

    def order(record: Record, now: datetime) -> Outcome:
        ours = record.release
        same = stopped is not None and ours is not None and ours.deployment == stopped.deployment
        return orders.rollback(record, cloud.service, PERSON, now, cancelled=same, why=why)

    said = "a person said: go back"
    return place(cloud, said, order) if known is None else place_going_back(cloud, said, order, known)


ENTRY_POINT = EntryPoint("rollback", (*STORE, *NOTIFY, *WAKE, "digitalocean_token"), run)
