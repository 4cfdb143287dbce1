"""Rounds over some services, as long as one of them wants another look soon; then the next watch takes over."""

from typing import NamedTuple

from bluegreen.clients import bounded
from bluegreen.cloud import Clock, Cloud
from bluegreen.core.errors import BluegreenError
from bluegreen.ordering import set_cohesion
from bluegreen.steps.bug_report import report
from bluegreen.steps.turn import give_up_claim
from bluegreen.watch import side_work
from bluegreen.watch.service import Look, look

_MARGIN = 6.0  # seconds of the invocation that a last look may take
_LEAST = 20.0  # seconds that a look at one of many services may take


class Watched(NamedTuple):
    """`looks`: how many rounds there were. `busy`: services that want another look soon; no function has them now."""

    looks: int
    busy: list[Cloud]


class _Round(NamedTuple):
    """`busy`: services that want another look; `pause`: seconds until then, None if no service wants one."""

    busy: list[Cloud]
    pause: float | None
    read: list[side_work.LastRead]  # services whose journals could be read


def run(clouds: list[Cloud], clock: Clock, begun: float) -> Watched:
    """Looks until `stay` seconds after `begun`. A longer stay keeps services from the next overseer.
    A look that is due later than that is left to the schedule: a watch that is woken now would look at once."""
    stay = max(cloud.service.watch.stay for cloud in clouds)
    rounds, beside = 0, list[side_work.LastRead]()  # services whose side work is still to be done
    beats = dict[str, int]()  # by service: beats (beats.py) counted when this watch first looked
    while True:
        busy, pause, read = _round(clouds, clock, rounds == 0, beats)
        beside, rounds, looked = beside if rounds else read, rounds + 1, clock.seconds()
        beside = side_work.do(beside, clock, pause)
        if pause is None or looked - begun + pause > stay or clock.remaining() < pause + _MARGIN:
            break
        clock.sleep(max(looked + pause - clock.seconds(), 0.0))
    _give_up(busy)
    if pause is not None:
        side_work.do(beside, clock, None)
    return Watched(rounds, busy if pause is not None and pause <= stay else [])


def _round(clouds: list[Cloud], clock: Clock, first: bool, beats: dict[str, int]) -> _Round:
    looks = [(cloud, _look(cloud, first, beats, clock, len(clouds) - at)) for at, cloud in enumerate(clouds)]
    busy = [cloud for cloud, looked in looks if looked.pause is not None]
    pauses = [looked.pause for _, looked in looks if looked.pause is not None]
    newest = {cloud.service.name: looked.version for cloud, looked in looks if looked.version is not None}
    if set_cohesion.keep_together(clouds, newest):
        pauses.append(min(cloud.service.watch.every for cloud in clouds))
    read = [side_work.LastRead(cloud, None if v.record.release else v) for cloud, (v, _) in looks if v is not None]
    return _Round(busy, min(pauses, default=None), read)


def _look(cloud: Cloud, first: bool, beats: dict[str, int], clock: Clock, still: int) -> Look:
    """Slow answers for one service leave time for the `still` services, this one included, that are to be looked at."""
    with bounded.within(max((clock.remaining() - _MARGIN) / still, _LEAST)):
        return look(cloud, first, beats)


def _give_up(busy: list[Cloud]) -> None:
    """Ends our claims, so that the next watch can begin at once."""
    for cloud in busy:
        try:
            give_up_claim(cloud)
        except BluegreenError as error:
            cloud.log("claim not given up: it runs out by itself", why=str(error), level="warning")
        except Exception as error:  # noqa: BLE001 - the other services' claims are to be given up
            report(cloud, error)
