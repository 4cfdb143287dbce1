"""May the idle environment be made smaller by now? As long as a release is in flight, a way back needs it whole."""

from datetime import datetime, timedelta

from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.record import Record


def due(record: Record, service: Service, now: datetime) -> bool:
    """Never before Bluegreen has moved production itself: what was there before is not its own."""
    traffic, since = service.traffic, record.on(record.active).since
    if not isinstance(traffic, AppIngress) or not traffic.idle_instances or not record.epoch or since is None:
        return False
    busy = record.release is not None or record.queued is not None
    return not busy and now - since >= timedelta(seconds=traffic.idle_after)


def begun(record: Record, until: datetime) -> Record:
    """No release goes to the idle environment while a function may be at work on its size."""
    return record.stand(record.idle, free_at=until)
