"""Who follows which service: a schedule starts one overseer, which reads all journals and hands on what is in flight.

Quantities. A look at one service waits for the network, 0.1 s and more, so that a thousand one after the other would
take minutes. What rests is read side by side, twenty at a time. What is in flight wants a look every few seconds for
an hour: it is handed to a watch, an invocation that is woken like any other. An hour of one costs 900 GiB-seconds, and
the platform runs 120 functions of a namespace at once, so four releases and more share a watch, each in a thread: one
slow app delays no other. Of 20 releases five watches have four each, of 100 the 24 that there may be have four or five.
Without a key, and where a wake-up is refused, the overseer follows them itself, in threads. Beyond a limit looks
stretch; nothing is left out. Of a few alone the looks may be paced by the router, and nobody stays (beats.py).

Members of a set are looked at together, for they decide by each other's records. What fits into one watch is not handed
on: the overseer stays with it. A journal that takes longer than four seconds is waited for by nobody else: its service
gets a watch, or a thread, like one in flight.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bluegreen.clients import bounded
from bluegreen.cloud import Clock, Cloud
from bluegreen.core.inbound import nudges
from bluegreen.core.phases import Phase
from bluegreen.core.record import Version
from bluegreen.core.sets.members import set_of
from bluegreen.ordering import set_cohesion
from bluegreen.steps.turn import wake
from bluegreen.watch import beats, rounds, side_work
from bluegreen.watch.rounds import Watched
from bluegreen.watch.service import first_read, wants_a_look

Group = list[Cloud]  # one service, or the members of a set
Read = dict[str, Version]  # by service: the newest version, of those whose journal could be read
_WATCHES = 24  # at once: a fifth of what the platform runs
_SHARE = 4  # releases a watch, where that makes no more of them: whoever sleeps between looks sleeps for all four
_THREADS = 16
_ONE_READ, _ALL_READ = 4.0, 30.0  # seconds that a journal, and all of them, may take to be read
_TOO_SLOW = object()
_URGENT = (Phase.ROLLING_BACK, Phase.SWITCHING, Phase.WATCHING)  # these are handed on first


def run(event: Mapping[str, Any], clouds: list[Cloud], clock: Clock) -> Watched:
    """For a nudge the services that it is about; for the schedule, or a person, all of them."""
    groups, meant = _groups(clouds), nudges.services(event)
    about = [group for group in groups if any(cloud.service.name in meant for cloud in group)] or groups
    if len(about) == len(about[0]) == 1 and beats.look(about[0][0], event):
        return Watched(1, [])
    narrow = len(about) == 1 or about is not groups
    watched = _follow(about, [], clock, clock.seconds()) if narrow else _oversee(groups, clock)
    if watched.busy:
        if len(groups) == len(clouds) == 1:
            beats.arrange_alone(clouds[0])
        _woken(watched.busy)
    return watched


def _oversee(groups: list[Group], clock: Clock) -> Watched:
    everyone, begun = [cloud for group in groups for cloud in group], clock.seconds()
    with bounded.within(_ALL_READ):
        found = zip(everyone, everyone[0].clients.at_once(_read_soon, everyone), strict=True)
    told = {cloud.service.name: version for cloud, version in found}
    read = {name: version for name, version in told.items() if isinstance(version, Version)}
    slow = {name for name, version in told.items() if version is _TOO_SLOW}
    flying = sorted((group for group in groups if _is_flying(group, read, slow)), key=partial(_urgency, read))
    beats.arrange([group[0] for group in groups if len(group) == 1], read)
    watches = min(_WATCHES, math.ceil(len(flying) / _SHARE))
    bundles = _parted(flying, watches) if len(flying) > 1 and everyone[0].clients.functions.can_wake else [flying]
    kept = flying if len(bundles) == 1 else [group for bundle in bundles if not _handed_on(bundle) for group in bundle]
    resting = [cloud for group in groups if group not in flying for cloud in group]
    beside = [_last_read(cloud, read) for cloud in resting if cloud.service.name in read]
    return _follow(kept, beside, clock, begun)


def _read_soon(cloud: Cloud) -> Version | object | None:
    """None where it failed, `_TOO_SLOW` where it took too long: nobody waits for it any more."""
    with bounded.within(_ONE_READ) as limit:
        version = first_read(cloud)
    return _TOO_SLOW if version is None and limit.left <= 0 else version


def _last_read(cloud: Cloud, read: Read) -> side_work.LastRead:
    """What is in another's hands moves on meanwhile."""
    version = read[cloud.service.name]
    return side_work.LastRead(cloud, None if version.record.release else version)


def _follow(groups: list[Group], beside: list[side_work.LastRead], clock: Clock, begun: float) -> Watched:
    """Each in a thread of its own, as far as there are threads; what rests has one too."""
    chunks = [[cloud for group in part for cloud in group] for part in _parted(groups, _THREADS - 1)]
    works: list[Callable[[], Watched]] = [partial(_beside, beside, clock)] if beside or not chunks else []
    works += [partial(rounds.run, chunk, clock, begun) for chunk in chunks]
    everyone = [*(chunk[0] for chunk in chunks), *(each.cloud for each in beside)]
    done = [works[0]()] if len(works) == 1 else everyone[0].clients.at_once(_call, works)
    return Watched(max(each.looks for each in done), [cloud for each in done for cloud in each.busy])


def _call(work: Callable[[], Watched]) -> Watched:
    return work()


def _beside(read: list[side_work.LastRead], clock: Clock) -> Watched:
    side_work.do(read, clock, None)
    return Watched(1, [])


def _handed_on(bundle: list[Group]) -> bool:
    """A watch of its own was woken; where that is lost, the next overseer finds what nobody has in hand."""
    return _woken([cloud for group in bundle for cloud in group]) is None


def _woken(clouds: list[Cloud]) -> str | None:
    """The next watch, for these alone. Without a key the schedule has to do."""
    first = clouds[0]
    event = nudges.nudge(first.service.name, None, Phase.WATCHING, first.caller.function, first.clock.now())
    return wake(first, first.caller.function, nudges.naming(event, [cloud.service.name for cloud in clouds]))


def _is_flying(group: Group, read: Read, slow: set[str]) -> bool:
    """Of whom is not known whether anything is in flight has to be asked in the time that it takes."""
    if any(cloud.service.name in slow for cloud in group):
        return True
    known = [(cloud, read[cloud.service.name]) for cloud in group if cloud.service.name in read]
    if any(wants_a_look(cloud, version) for cloud, version in known):
        return True
    together = len(group) > 1 and any(version.record.release is not None for _, version in known)
    return together or (len(group) > 1 and set_cohesion.keep_together(group, read))


def _urgency(read: Read, group: Group) -> int:
    releases = [read[cloud.service.name].record.release for cloud in group if cloud.service.name in read]
    ranks = [_URGENT.index(release.phase) for release in releases if release and release.phase in _URGENT]
    return min(ranks, default=len(_URGENT))


def _groups(clouds: list[Cloud]) -> list[Group]:
    sets = clouds[0].clients.settings.file.sets
    groups: dict[str, Group] = {}
    for cloud in clouds:
        name = set_of(sets, cloud.service.name)
        groups.setdefault(f"set {name}" if name else cloud.service.name, []).append(cloud)
    return list(groups.values())


def _parted(groups: list[Group], most: int) -> list[list[Group]]:
    """In at most so many parts; the first of each are the most urgent ones."""
    return [groups[at::most] for at in range(min(most, len(groups)))]
