"""abort: stops the release in flight, before the switch; of one service or of a whole set."""

from bluegreen.core.inbound import parameters
from bluegreen.invocation.entry_point import (
    NOTIFY,
    STORE,
    WAKE,
    EntryPoint,
    Invocation,
    Response,
    answer,
)
from bluegreen.ordering import set_orders
from bluegreen.ordering.cancelling import stop


def run(invocation: Invocation) -> Response:
    given = invocation.given(("service", "set", "reason", "by"))
    if "set" in given:
        return set_orders.abort(invocation, given)
    by, reason = parameters.said(given)
    placed = stop(invocation.asked_cloud(), by=f"{by} ({reason})" if reason else by)
    if not placed.outcome.ok:
        return answer(False, placed.outcome.says, placed.outcome.next_step)
    return answer(True, f"{placed.outcome.says}; production is untouched")


ENTRY_POINT = EntryPoint("abort", (*STORE, *NOTIFY, *WAKE, "digitalocean_token"), run)
