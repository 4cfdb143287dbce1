"""checks/health: runs the health checks, once a deployment is live on the idle environment."""

from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.invocation.entry_point import NOTIFY, STORE, WAKE, EntryPoint, Invocation, Response, answer
from bluegreen.steps import checking
from bluegreen.steps.take_turn import take


def run(invocation: Invocation) -> Response:
    if not is_nudge(invocation.event):
        invocation.given(("service",))
    done = take(checking.HEALTH, invocation.asked_cloud())
    return answer(not done.bad, done.says)


ENTRY_POINT = EntryPoint("checks/health", (*STORE, *NOTIFY, *WAKE), run)
