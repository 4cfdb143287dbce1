"""Looks that the router paces, so that nobody sleeps in a function that is paid by the second.

A watch that stays with a release in its bake is awake for an hour, and looks for a tenth of it: 900 GiB-seconds. A
router is awake anyway. So where one wakes the watch ("look now", a *beat*), half a second more often than a watch would
look by itself, each look is an invocation of its own: about 0.3 s of two functions, 1,440 times an hour, 110
GiB-seconds.

What is promised rests on beats that have come, never on beats that should come:

- The record names the one instance that beats. The overseer chooses it, among those whose report says that
  they can. Without one, without a router, or with more than a few releases in flight, nobody is named: a watch stays.
- The minute's overseer stays with the release and looks, as it does without any router, until a beat of that instance
  has arrived, and only then leaves. A look that a beat causes finds it there, and counts the beat in the record (no two
  clocks are compared).
- Beats that are lost from then on cost at most what a watch costs that dies: the next minute's overseer hears none, and
  stays.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from bluegreen.clients.store.telemetry import read_reports
from bluegreen.cloud import Cloud
from bluegreen.core.config.traffic import Router
from bluegreen.core.errors import BluegreenError
from bluegreen.core.inbound import nudges
from bluegreen.core.judge.telemetry import Nudging
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Beat, Release
from bluegreen.ordering.placing import place
from bluegreen.steps import bug_report, watching
from bluegreen.steps.take_turn import take_and_stay
from bluegreen.steps.turn import give_up_claim

FEW = 3  # releases in flight: each takes 48 of the 600 invocations a minute
_SOONER = 0.5  # seconds: the way of a beat, from the router through a hook to the watch
_LEAST = 1.0
_REPORTED = 30.0  # seconds: an instance that has not reported since does not beat either


def look(cloud: Cloud, event: Mapping[str, Any]) -> bool:
    """One look, where that is all that this nudge is about. False: somebody has to stay."""
    instance = nudges.from_outside(event)
    if instance is None:
        return False
    try:
        version = cloud.journal.newest()
        release = version.record.release if version else None
        if version is None or release is None or release.beat is None or not _is_watched(version.record):
            return False
        if release.claimed_by_other(cloud.caller.activation, cloud.clock.now()):
            return _counted(cloud, release, instance)
        result = take_and_stay(watching.STEP, cloud, version, claims=False)
        return not result.moved or cloud.can_wake
    except BluegreenError as error:
        cloud.log("look failed", why=str(error), level="warning")
    except Exception as error:  # noqa: BLE001 - as in every look
        bug_report.report(cloud, error)
    return True


def are_heard(cloud: Cloud, release: Release, counted: dict[str, int]) -> bool:
    """Whether whoever stays may leave: a beat has come since it came itself. The claim is given up then.

    `counted`: by service, how many there were when it first looked, which is noted here.
    """
    if cloud.service.name not in counted:
        counted[cloud.service.name] = release.beats
        return False
    heard = release.phase is Phase.WATCHING and release.beat is not None and release.beats > counted[cloud.service.name]
    if heard:
        give_up_claim(cloud)
    return heard


def arrange(clouds: list[Cloud], read: Mapping[str, Version]) -> None:
    """Says for each release in its bake whose beats it gets, where that is to change. `read`: of all services."""
    in_flight = sum(version.record.release is not None for version in read.values())
    for cloud in clouds:
        version = read.get(cloud.service.name)
        if version is None or not _is_watched(version.record):
            continue
        try:
            wanted = _beat(cloud, version.record) if in_flight <= FEW and cloud.can_wake else None
            if wanted != version.record.in_flight.beat:
                place(cloud, f"looks are paced by {wanted.instance if wanted else 'a watch'}", partial(_paced, wanted))
        except BluegreenError as error:
            cloud.log("who paces the looks was not decided", why=str(error), level="warning")
        except Exception as error:  # noqa: BLE001 - it must not keep the release waiting
            bug_report.report(cloud, error)


def arrange_alone(cloud: Cloud) -> None:
    """As `arrange`, where there is only this service: by whoever has stayed with it."""
    try:
        version = cloud.journal.newest()
    except BluegreenError as error:
        cloud.log("who paces the looks was not decided", why=str(error), level="warning")
        return
    if version is not None:
        arrange([cloud], {cloud.service.name: version})


def _beat(cloud: Cloud, record: Record) -> Beat | None:
    """The instance that beats already, or else the first that can."""
    watch, before = cloud.service.watch, record.in_flight.beat
    if not isinstance(cloud.service.traffic, Router):
        return None
    reports = read_reports(cloud.clients.telemetry, cloud.service.name, _REPORTED, Nudging)
    able = sorted(report.instance for report in reports if report.nudges and report.instance)
    kept = before.instance if before is not None and before.instance in able else next(iter(able), None)
    return None if kept is None else Beat(instance=kept, every=max(watch.every - _SOONER, _LEAST))


def _paced(wanted: Beat | None, record: Record, now: datetime) -> Outcome:
    """On what is watched now: another release may be in flight meanwhile."""
    changed = record.with_release(beat=wanted) if _is_watched(record) else record
    return Outcome(True, changed, "who paces the looks is written down")


def _counted(cloud: Cloud, release: Release, instance: str) -> bool:
    """Whoever stays with the release is told that the beats arrive."""
    if release.beat is not None and instance == release.beat.instance:
        place(cloud, "a beat was heard", lambda record, now: _one_more(record))
    return True


def _one_more(record: Record) -> Outcome:
    counted = record.with_release(beats=record.in_flight.beats + 1) if _is_watched(record) else record
    return Outcome(True, counted, "a beat was heard")


def _is_watched(record: Record) -> bool:
    return record.release is not None and record.release.phase is Phase.WATCHING and not record.lost
