"""hooks/deployment: a POST_DEPLOY job or a router says "look now". It carries no truth; the watch looks for itself."""

from bluegreen.core.inbound.nudges import nudge
from bluegreen.core.phases import Phase
from bluegreen.invocation.call import (
    WAKE,
    Answer,
    Call,
    Visit,
    reply,
)


def run(visit: Visit) -> Answer:
    named = visit.event.get("service")
    known = visit.settings.file.services
    service = visit.settings.service(str(named)).name if named else next(iter(known))
    event = nudge(service, None, Phase.DEPLOYING, visit.caller.function, visit.clock.now())
    refused = visit.functions.wake("ops/watch", event)
    if refused:
        return reply(200, True, f"noted, but nobody was woken: {refused}")
    return reply(202, True, "the watch was woken")


CALL = Call("hooks/deployment", WAKE, run, web=True)
