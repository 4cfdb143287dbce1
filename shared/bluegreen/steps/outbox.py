"""Notices leave the record's outbox once they are delivered; what cannot be delivered never stops a release."""

from collections.abc import Iterable

from bluegreen.cloud import Cloud
from bluegreen.core.errors import Later, Never, Stale, described
from bluegreen.core.notices import Notice
from bluegreen.core.record import Record, Version

_DELIVERIES = 8  # of one notice before it is given up


def deliver(cloud: Cloud, version: Version, notices: Iterable[Notice]) -> Version:
    """Delivers what this function has the secrets for; the rest stays for another. The newest version afterwards."""
    done: set[str] = set()
    tried: set[str] = set()
    for notice in notices:
        if notice.channel in cloud.notifiers:
            (done if _send(cloud, notice) else tried).add(notice.id)
    return _forget(cloud, version, done, tried)


def _send(cloud: Cloud, notice: Notice) -> bool:
    """True when the notice needs no further try."""
    try:
        cloud.notifiers[notice.channel].send(notice)
    except Later as error:
        cloud.log("notice not delivered yet", notice=notice.id, why=str(error), level="warning")
        return notice.tries + 1 >= _DELIVERIES
    except Never as error:
        cloud.log("notice given up", notice=notice.id, why=str(error), level="error")
    except Exception as error:  # noqa: BLE001 - a bug in one channel must not keep the others' notices
        cloud.log("notice not delivered yet", notice=notice.id, why=described(error), level="error")
        return notice.tries + 1 >= _DELIVERIES
    return True


def _forget(cloud: Cloud, version: Version, done: set[str], tried: set[str]) -> Version:
    def without(record: Record, now: object) -> Record:
        left = (notice for notice in record.outbox if notice.id not in done)
        counted = (n.model_copy(update={"tries": n.tries + 1}) if n.id in tried else n for n in left)
        return record.model_copy(update={"outbox": tuple(counted)})

    why, journal = f"{len(done)} notices delivered", cloud.journal
    try:
        return journal.update(version, without, cloud.caller.function, why, cloud.clock.now).version
    except Stale:
        return journal.newest() or version
