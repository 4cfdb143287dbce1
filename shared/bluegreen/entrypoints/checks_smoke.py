"""checks/smoke: runs the smoke checks, once the idle environment has passed its health checks."""

from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.invocation.entry_point import NOTIFY, STORE, WAKE, EntryPoint, Invocation, Response, answer
from bluegreen.steps import checking
from bluegreen.steps.take_turn import take


def run(invocation: Invocation) -> Response:
    if not is_nudge(invocation.event):
        invocation.given(("service",))
    done = take(checking.SMOKE, invocation.asked_cloud())
    return answer(not done.bad, done.says)


ENTRY_POINT = EntryPoint("checks/smoke", (*STORE, *NOTIFY, *WAKE), run)
