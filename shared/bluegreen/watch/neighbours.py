"""Every few minutes: does another namespace watch over this bucket, and is a service left behind in it?"""

from bluegreen.clients import bounded
from bluegreen.clients.store import neighbourhood
from bluegreen.cloud import Clock, Cloud
from bluegreen.core.errors import BluegreenError, described
from bluegreen.core.upgrading import neighbours
from bluegreen.core.upgrading.neighbours import Watcher
from bluegreen.core.written import program
from bluegreen.watch.past_the_journal import Matter, tell

# Seconds. So many the looks must have left, and no more is taken: a store that hangs must not have the watch killed.
_MOST = 5.0
_MINUTE = 2  # of each five: not the one in which GitHub is asked for tags


def look(clouds: list[Cloud], clock: Clock) -> None:
    """Leaves this watch's mark, and tells people of what should not be there. It fails without a word but the log's."""
    if int(clock.now().timestamp() // 60) % neighbours.PERIOD != _MINUTE or clock.remaining() < _MOST:
        return
    try:
        with bounded.within(min(_MOST, clock.remaining() - 2)):
            _look(clouds, clock)
    except BluegreenError as error:
        clouds[0].log("neighbours were not looked at", why=str(error), level="warning")
    except Exception as error:  # noqa: BLE001 - what matters has been done by now
        clouds[0].log("bug", what_it_is=described(error), level="error")


def _look(clouds: list[Cloud], clock: Clock) -> None:
    first, state = clouds[0], clouds[0].clients.state
    if first.caller.namespace:
        mark = Watcher(namespace=first.caller.namespace, bluegreen=program.VERSION, at=clock.now())
        state.put(mark.key, mark.model_dump_json().encode())
    crowd = neighbours.crowd(neighbourhood.watchers(state), clock.now())
    if crowd:
        matter = Matter("told/namespaces", "two namespaces watch over one bucket", neighbours.TO_LEAVE_ONE, pages=False)
        tell(clouds, matter, crowd)
    for service, says in neighbourhood.left_behind(state, {*first.clients.settings.file.services}).items():
        headline = f"{service} was taken out of bluegreen.yml in the middle of a release"
        tell(clouds, Matter(f"told/left-{service}", headline, neighbours.to_look_after(service)), says)
