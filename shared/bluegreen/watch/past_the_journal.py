"""Telling people where the journal may not, or cannot, be written: a notice in the outbox is not possible there.

A mark in the bucket, which needs no promise of the store, says when each entry of `notify` last took the matter; it is
told again after a day. A page that is opened so is closed by a person: nobody reads the mark once the matter is over.
Where the mark cannot be read or written either, nobody remembers what was told: it is told twice an hour.
"""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core.errors import BluegreenError, described
from bluegreen.core.notices import Notice, Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.pointing import adopt

_AGAIN = timedelta(days=1)
_UNMARKED = 30  # minutes: told in the first of so many


class Matter(NamedTuple):
    """`mark` is its key in the bucket; `pages`: somebody is called for it."""

    mark: str
    headline: str
    step: str
    pages: bool = True


def tell(clouds: list[Cloud], matter: Matter, says: str) -> None:
    """All services lie in the one bucket, so the first that can reach people speaks for all. Once an invocation."""
    if matter.mark in clouds[0].clients.told:
        return
    clouds[0].clients.told.add(matter.mark)
    try:
        found = ((cloud, _notices(cloud, matter, says)) for cloud in clouds)
        cloud, notices = next(filter(lambda each: each[1], found), (clouds[0], []))
        told, now = _told(cloud, matter), cloud.clock.now()
        due = [notice for notice in notices if not _is_fresh((told or {}).get(notice.addressee), now)]
        if due and now.minute % _UNMARKED and (told is None or not _marked(cloud, matter, told)):
            return
        taken = {notice.addressee: now.isoformat() for notice in due if _sent(cloud, notice)}
        if taken:
            _marked(cloud, matter, {**(told or {}), **taken})
    except Exception as error:  # noqa: BLE001 - the answer and the log say it too
        clouds[0].log("not told", why=described(error), level="error")


def _notices(cloud: Cloud, matter: Matter, says: str) -> list[Notice]:
    """One for each entry of `notify` that this function has the secrets for."""
    service, now = cloud.service, cloud.clock.now()
    tone, page = (Tone.BAD, matter.mark) if matter.pages else (Tone.WARNING, "")
    record = adopt(service)  # what really runs cannot be known here, so no tag is named
    record = record.with_environment(record.active, tag="")
    told = queue_notice(record, service, tone, matter.headline, now, says, matter.step, page=page)
    return [notice for notice in told.outbox if notice.addressee in cloud.notifiers]


def _told(cloud: Cloud, matter: Matter) -> dict[str, str] | None:
    """Entry → when; None where the store does not say it. A mark that makes no sense is none."""
    try:
        found = json.loads(cloud.clients.state.get(matter.mark) or b"{}")
    except BluegreenError:
        return None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _marked(cloud: Cloud, matter: Matter, told: dict[str, str]) -> bool:
    """Whether the mark could be written."""
    try:
        cloud.clients.state.put(matter.mark, json.dumps(told).encode())
        return True
    except BluegreenError:
        return False


def _is_fresh(told: object, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(str(told)) < _AGAIN
    except (ValueError, TypeError):
        return False


def _sent(cloud: Cloud, notice: Notice) -> bool:
    try:
        cloud.notifiers[notice.addressee].send(notice)
        return True
    except Exception as error:  # noqa: BLE001 - the other channels are to be tried
        cloud.log("not told", notice=notice.id, why=described(error), level="error")
        return False
