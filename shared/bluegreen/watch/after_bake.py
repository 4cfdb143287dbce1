"""A minute's look at what serves after its bake, and at the way back. Cheap: what the sources hold is read once.

Where the watch itself sends the probes, they are a few a look. So where any of them failed, it sends more before it
says anything, and only as many as the time allows.
"""

from datetime import datetime
from functools import partial

from bluegreen.clients import bounded
from bluegreen.clients.web import compared
from bluegreen.cloud import Cloud
from bluegreen.core import orders
from bluegreen.core.after_bake import level, policy
from bluegreen.core.after_bake.window import Window, measures, window
from bluegreen.core.config.checks import Check
from bluegreen.core.config.service import Service
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record, Version
from bluegreen.ordering.placing import confirmed, deliver_notices, place
from bluegreen.signals import first
from bluegreen.steps.take_turn import wake_next

_ENOUGH = 20  # probes of a side, which are evidence of any trouble worth a word
_READS = 8
_TIME = 4.0  # seconds that a read may take; what is cut short would look like an environment that does not answer


def look(cloud: Cloud, version: Version) -> Version:
    """The newest version afterwards. Nothing is written where nothing has changed."""
    record = version.record
    if not (policy.serves(record) or orders.has_way_back(record)):
        return version
    seen = _seen(cloud, record)
    if isinstance(seen, NoData):
        cloud.log("what serves was not looked at", why=seen.why)
        return version
    now, service = cloud.clock.now(), cloud.service
    if level.is_quiet(seen, service.thresholds) and not (record.over_critical or record.dead_way_back):
        return version
    answers = policy.serves(record) and policy.may_go_back(record, service, seen, now) and _answers(cloud, record)
    if answers:
        record = (version := confirmed(cloud, version)).record
    decide = partial(_decided, service, seen, answers)
    if decide(record, now).record is record:
        return version
    placed = place(cloud, f"what serves was looked at: {decide(record, now).says or 'the way back'}", decide)
    if placed.written and placed.outcome.taken:
        wake_next(cloud, placed.version.record)
    return deliver_notices(cloud, placed)


def _decided(service: Service, seen: Window, answers: bool, record: Record, now: datetime) -> Outcome:
    return policy.looked(record, service, seen, answers, now)


def _seen(cloud: Cloud, record: Record) -> Window | NoData:
    """Read again where a source has only what it asks, and something failed. Without time nothing is asked."""
    seen: Window | NoData = NoData("there was no time left to ask")
    for _ in range(_READS):
        before = seen
        if bounded.left() < _TIME:
            break
        found = first(cloud.signals, cloud.clock.now(), record.active)
        if isinstance(found, NoData):
            return found
        seen = window(found.blocks, record.epoch, record.active, record.on(record.active).since, found.until)
        if seen == before or not _wants_more(cloud, seen):
            break
    return seen


def _wants_more(cloud: Cloud, seen: Window) -> bool:
    """Few probes, none of users, and some of them failed."""
    failed = measures(cloud.service.thresholds)[0]
    sides = [each for minute in seen.minutes[-1:] for each in seen._replace(minutes=(minute,)).sides(failed)]
    few = all(not each.users.asked and each.probes.asked < _ENOUGH for each in sides)
    return few and any(each.probes.bad or each.other.bad for each in sides)


def _answers(cloud: Cloud, record: Record) -> bool:
    """The idle environment passes its first health check, asked once more before users are led there."""
    check = next(iter(cloud.service.checks.health.requests), Check(get="/"))
    reply = cloud.clients.web.check(cloud.service.url(record.idle), check)
    return compared(check, reply.answer, record.on(record.idle).tag) is None
