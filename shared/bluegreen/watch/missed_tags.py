"""Tags that were never announced: GitHub does not redeliver a webhook that failed, so now and then it is asked.

GitHub answers 5,000 questions an hour. Services are asked for one after the other, so that no minute has all of them,
and no more often than all of them together may: 1,000 services each every 30 minutes, 100 each every five.
"""

import math
from datetime import datetime
from functools import partial

from bluegreen.cloud import Cloud
from bluegreen.core import admission
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.service import Service
from bluegreen.core.config.tag_schemes import Scheme
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.outbox import queue_notice
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Purpose
from bluegreen.ordering.placing import deliver_notices, place, place_announced
from bluegreen.steps.take_turn import wake_next

_MOST = 10  # tags taken up at once
_AN_HOUR = 2000  # questions, of all services: what releases ask besides stays within half of what GitHub allows


def due(cloud: Cloud) -> bool:
    """Every few minutes by the clock alone, so that nothing has to be written down for it."""
    every_service, own = list(cloud.clients.settings.file.services), cloud.service
    every = minutes_between(own.tags.ask_every, len(every_service))
    return (int(cloud.clock.now().timestamp() // 60) - every_service.index(own.name)) % every == 0


def minutes_between(wanted: int, services: int) -> int:
    """As bluegreen.yml says, where GitHub's allowance has room for it."""
    return max(wanted, math.ceil(services * 60 / _AN_HOUR))


def take_up(cloud: Cloud, version: Version) -> Version:
    """Asks GitHub once; the newest version afterwards.

    The first time the tags are only noted: a repository's past is not to be released. So they are where the newest one
    has no place among versions any more: an older Bluegreen may have read a version in it.
    """
    tags, newest = cloud.service.tags, version.record.newest_tag
    is_placed = newest and (tags.scheme is Scheme.NONE or tags.rank(newest))
    listed = cloud.clients.github.tags(cloud.service.repository)
    version = _follow(cloud, version)
    if not is_placed:
        return place(cloud, "GitHub's tags noted", partial(_note, cloud.service, list(listed))).version
    for tag in admission.missed(version.record, cloud.service, list(listed))[-_MOST:]:
        by, purpose = "the watch: no webhook came", Purpose(part_of=cloud.clients.settings.part_of(cloud.service, tag))
        order = ReleaseRequest(tag, listed[tag], cloud.service.options, by, f"missed:{tag}", purpose)
        version = _request(cloud, order)
    return version


def _follow(cloud: Cloud, version: Version) -> Version:
    """Notes once that the repository has another name now, by which its webhooks are known from then on."""
    name = cloud.clients.github.moved_to(cloud.service.repository)
    if not name or name == version.record.moved_to:
        return version
    return deliver_notices(cloud, place(cloud, f"the repository is {name} now", partial(_renamed, cloud.service, name)))


def _renamed(service: Service, name: str, record: Record, now: datetime) -> Outcome:
    headline = f"the repository {service.repository} is {name} on GitHub now: it is followed"
    next_step = f"write `repository: {name}` in bluegreen.yml and deploy the functions"
    record = record.model_copy(update={"moved_to": name})
    return Outcome(True, queue_notice(record, service, Tone.WARNING, headline, now, next_step=next_step), headline)


def _request(cloud: Cloud, order: ReleaseRequest) -> Version:
    placed = place_announced(cloud, f"{order.tag} was never announced", order)
    if not placed.outcome.taken:
        return placed.version
    cloud.log("missed tag taken up", tag=order.tag, says=placed.outcome.says, level="warning")
    version = deliver_notices(cloud, placed)
    release = version.record.release
    if release is not None and release.tag == order.tag:
        wake_next(cloud, version.record)
    return version


def _note(service: Service, listed: list[str], record: Record, now: datetime) -> Outcome:
    running = [state.tag for state in record.environments.values() if service.tags.rank(state.tag)]
    known = [*admission.releases(service, listed), *running]
    newest = max(known, key=lambda tag: service.tags.rank(tag) or (), default="")
    return Outcome(True, record.model_copy(update={"newest_tag": newest or "v0.0.0"}), f"newest is {newest}")
