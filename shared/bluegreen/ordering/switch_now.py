"""Carrying a person's switch out, as far as it goes now, and saying what became of it."""

from bluegreen.cloud import Cloud
from bluegreen.core import advice, outline
from bluegreen.core.phases import Phase
from bluegreen.invocation.entry_point import Response, answer
from bluegreen.ordering.placing import PlacedOrder
from bluegreen.ordering.set_cohesion import nudge_watch
from bluegreen.steps import switching
from bluegreen.steps.take_turn import take_all

STEPS = (switching.READY, switching.SWITCHING)


def carry_out(cloud: Cloud, placed: PlacedOrder) -> Response:
    if not placed.outcome.ok:
        return answer(False, placed.outcome.says, placed.outcome.next_step)
    tag, back = placed.version.record.in_flight.tag, advice.to_go_back(cloud.service.name)
    done = take_all(STEPS, cloud)
    record = (done.version or placed.version).record
    nudge_watch(cloud, record)
    if not done.taken:
        return answer(True, placed.outcome.says, back)
    ended, release = outline.ended(record, tag), record.release
    if ended is not None:
        return answer(False, f"{tag} was {ended.outcome.value}: {ended.reason}", "`status` shows where everything is")
    if release is not None and release.phase is Phase.WATCHING:
        return answer(True, f"{tag} serves production on {record.active.value}: {done.says}", back)
    return answer(True, f"{tag} is on its way: {done.says}", "`status` shows how far it is")
