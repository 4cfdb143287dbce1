"""Carrying a person's switch out, as far as it goes now, and saying what became of it."""

from bluegreen.cloud import Cloud
from bluegreen.core import outline
from bluegreen.core.phases import Phase
from bluegreen.core.release import IN_WORDS
from bluegreen.core.rollback import native
from bluegreen.invocation.entry_point import Response, answer
from bluegreen.ordering.placing import PlacedOrder
from bluegreen.ordering.set_cohesion import nudge_watch
from bluegreen.steps import switching
from bluegreen.steps.take_turn import take_all

STEPS = (switching.READY, switching.SWITCHING)


def carry_out(cloud: Cloud, placed: PlacedOrder) -> Response:
    if not placed.outcome.ok:
        return answer(False, placed.outcome.says, placed.outcome.next_step)
    tag = placed.version.record.in_flight.tag
    done = take_all(STEPS, cloud)
    record = (done.version or placed.version).record
    back = native.advised(record, cloud.service)
    nudge_watch(cloud, record)
    ended, release = outline.ended(record, tag), record.release
    if not done.taken:  # it serves already, or is in another's hands, who is on the way there
        serves = release is not None and release.phase is Phase.WATCHING
        return answer(True, placed.outcome.says, back if serves else "`status` shows how far it is")
    if ended is not None:
        return answer(False, f"{tag} {IN_WORDS[ended.outcome]}: {ended.reason}", "`status` shows where everything is")
    if release is not None and release.phase is Phase.WATCHING:
        return answer(True, f"{tag} serves production on {record.active.value}: {done.says}", back)
    return answer(True, f"{tag} is on its way: {done.says}", "`status` shows how far it is")
