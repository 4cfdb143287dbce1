"""hooks/deployment: receives "look now" from a POST_DEPLOY job or a router, and wakes the watch."""

from bluegreen.core.inbound.nudges import nudge, said_by
from bluegreen.core.phases import Phase
from bluegreen.invocation.entry_point import (
    WAKE,
    EntryPoint,
    Invocation,
    Response,
    web_answer,
)


def run(invocation: Invocation) -> Response:
    named = invocation.event.get("service")
    known = invocation.settings.file.services
    service = invocation.settings.service(str(named)).name if named else next(iter(known))
    event = nudge(service, None, Phase.DEPLOYING, invocation.caller.function, invocation.clock.now())
    event = said_by(event, invocation.event.get("instance"))
    refused = invocation.clients.functions.wake("ops/watch", event)
    if refused:
        return web_answer(200, True, f"noted, but nobody was woken: {refused}")
    return web_answer(202, True, "the watch was woken")


ENTRY_POINT = EntryPoint("hooks/deployment", WAKE, run, web=True)
