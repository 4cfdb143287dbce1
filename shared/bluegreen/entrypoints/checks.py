"""checks/health and checks/smoke: woken when a deployment has completed."""

from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.invocation.call import (
    STORE,
    TELL,
    WAKE,
    Answer,
    Call,
    Visit,
    told,
)
from bluegreen.ordering.placing import asked_service
from bluegreen.steps import checking
from bluegreen.steps.step import Step
from bluegreen.steps.turn import take


def _run(step: Step, visit: Visit) -> Answer:
    if not is_nudge(visit.event):
        parameters.read(visit.event, ("service",))
    done = take(step, visit.cloud(asked_service(visit)))
    return told(True, done.says)


HEALTH = Call("checks/health", (*STORE, *TELL, *WAKE), lambda visit: _run(checking.HEALTH, visit))
SMOKE = Call("checks/smoke", (*STORE, *TELL, *WAKE), lambda visit: _run(checking.SMOKE, visit))
