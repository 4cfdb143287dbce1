"""When the idle environment may be made smaller: not while a release is in flight, which may have to go back to it."""

from datetime import datetime, timedelta

from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.record import Record


def due(record: Record, service: Service, now: datetime) -> bool:
    """Never before Bluegreen's first switch: until then nothing of the app is its own."""
    traffic, since = service.traffic, record.on(record.active).since
    if not isinstance(traffic, AppIngress) or not traffic.idle_instances or not record.epoch or since is None:
        return False
    busy = record.release is not None or record.queued is not None
    return not busy and now - since >= timedelta(seconds=traffic.idle_after)


def begun(record: Record, until: datetime) -> Record:
    """Lets no release go to the idle environment while a function may be changing its size."""
    return record.with_environment(record.idle, free_at=until)
