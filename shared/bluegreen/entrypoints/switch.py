"""switch: moves production to the release that is ready, for a person or automatically."""

from bluegreen.cloud import Cloud
from bluegreen.core import orders
from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.nudges import is_nudge
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
from bluegreen.ordering.switch_now import STEPS, carry_out
from bluegreen.steps.take_turn import take_all


def run(invocation: Invocation) -> Response:
    if is_nudge(invocation.event):
        return _nudged(invocation.asked_cloud())
    given = invocation.given(("service", "set", "reason", "by"))
    if "set" in given:
        return set_orders.switch(invocation, given, STEPS)
    cloud = invocation.asked_cloud()
    by, name = parameters.asker(given), parameters.said(given)[0]
    service = cloud.service
    placed = place(cloud, "a person said: switch", lambda record, now: orders.switch(record, service, now, by, name))
    return carry_out(cloud, placed)


def _nudged(cloud: Cloud) -> Response:
    done = take_all(STEPS, cloud)
    if done.taken and done.version and not done.moved:
        set_cohesion.nudge_watch(cloud, done.version.record)
    return answer(True, done.says)


ENTRY_POINT = EntryPoint("switch", (*STORE, *NOTIFY, *WAKE, "digitalocean_token"), run)
