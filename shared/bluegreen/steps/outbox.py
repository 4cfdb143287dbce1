"""Notices leave the record's outbox once they are delivered; what cannot be delivered never stops a release."""

from collections.abc import Iterable

from bluegreen.cloud import Cloud
from bluegreen.core.errors import Later, Never, Stale
from bluegreen.core.notices import Notice
from bluegreen.core.record import Record, Version

_TRIES = 8  # deliveries of one notice before it is given up
_APPENDS = 6


def deliver(cloud: Cloud, version: Version, notices: Iterable[Notice]) -> Version:
    """Delivers what this function has the secrets for; the rest stays for another."""
    done: set[str] = set()
    tried: set[str] = set()
    for notice in notices:
        if notice.channel in cloud.notifiers:
            (done if _told(cloud, notice) else tried).add(notice.id)
    return _forget(cloud, version, done, tried)


def _told(cloud: Cloud, notice: Notice) -> bool:
    """True when the notice needs no further try."""
    try:
        cloud.notifiers[notice.channel].tell(notice)
    except Later as error:
        cloud.log("notice not delivered yet", notice=notice.id, why=str(error), level="warning")
        return notice.tries + 1 >= _TRIES
    except Never as error:
        cloud.log("notice given up", notice=notice.id, why=str(error), level="error")
    return True


def _forget(cloud: Cloud, version: Version, done: set[str], tried: set[str]) -> Version:
    for _ in range(_APPENDS):
        record = _without(version.record, done, tried)
        if record == version.record:
            return version
        try:
            why = f"{len(done)} notices delivered"
            return cloud.journal.append(version, record, cloud.caller.function, why, cloud.clock.now())
        except Stale:
            version = cloud.journal.newest() or version
    return version


def _without(record: Record, done: set[str], tried: set[str]) -> Record:
    left = tuple(
        notice.model_copy(update={"tries": notice.tries + 1}) if notice.id in tried else notice
        for notice in record.outbox
        if notice.id not in done
    )
    return record.model_copy(update={"outbox": left})
