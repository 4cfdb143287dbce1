"""A service that stands still: a person pauses it or lets it go on, and what waited begins once a window is over."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bluegreen.cloud import Cloud
from bluegreen.core import progress
from bluegreen.core.admission import pausing
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import parameters
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Purpose
from bluegreen.core.standstill import held, why_not_overridden
from bluegreen.invocation.entry_point import Invocation, Response, answer
from bluegreen.ordering.placing import PlacedOrder, deliver_notices, place
from bluegreen.steps.take_turn import wake_next

_WITH = {"service", "reason", "by"}


def pause_or_resume(invocation: Invocation, given: Mapping[str, str]) -> Response:
    wanted = [name for name in ("pause", "resume") if parameters.boolean(name, given.get(name, "false"))]
    others = sorted(given.keys() - _WITH - {"pause", "resume"})
    if len(wanted) != 1 or others:
        raise BadRequest("one of pause:true and resume:true is wanted, with nothing besides service, reason and by")
    who, why = parameters.said(given)
    cloud = invocation.asked_cloud()
    placed = pause(cloud, who, why) if wanted == ["pause"] else resume(cloud, who)
    return answer(placed.outcome.ok, placed.outcome.says, placed.outcome.next_step)


def pause(cloud: Cloud, who: str, why: str) -> PlacedOrder:
    service = cloud.service
    return _placed(cloud, f"{who} said: pause", lambda record, now: pausing.pause(record, service, who, why, now))


def resume(cloud: Cloud, who: str) -> PlacedOrder:
    service = cloud.service
    return _placed(cloud, f"{who} said: go on", lambda record, now: pausing.resume(record, service, who, now))


def check_override(service: Service, given: Mapping[str, str], purpose: Purpose, now: datetime) -> None:
    """Who may release in a freeze window says so by name: the journal and a notice keep it."""
    refused = why_not_overridden(service, parameters.said(given)[0], now) if purpose.override else ""
    if refused:
        raise BadRequest(f"nothing was done: {refused}")


def begin_waiting(cloud: Cloud, version: Version) -> Version:
    """What waited for the end of a window begins; the newest version."""
    record, service = version.record, cloud.service
    queued = record.queued
    if record.release is not None or queued is None or record.lost:
        return version
    if held(record, service, queued.purpose, cloud.clock.now()):
        return version

    def order(found: Record, now: datetime) -> Outcome:
        return Outcome(True, progress.begin_queued(found, service, now), f"{queued.tag} begins, as its wait is over")

    placed = place(cloud, f"{queued.tag} has waited", order)
    if placed.written:
        wake_next(cloud, placed.version.record)
    return placed.version


def _placed(cloud: Cloud, why: str, order: Callable[[Record, datetime], Outcome]) -> PlacedOrder:
    placed = place(cloud, why, order)
    if placed.written and placed.outcome.taken:
        wake_next(cloud, placed.version.record)
    deliver_notices(cloud, placed)
    return placed
