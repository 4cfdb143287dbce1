"""Now and then DigitalOcean is asked whether the idle environment still runs what production would go back to.

A rollback moves production at once and asks nobody, so it has to be known before. During a bake, when it is needed,
it is looked at every two minutes; at rest every half hour, services one after another: DigitalOcean takes 5,000
requests an hour, and a thousand services make 2,000 of them. Where a deployment was given up before its end was known,
it is looked up each minute.
"""

from zlib import crc32

from bluegreen.cloud import Cloud
from bluegreen.core.record import Record, Version
from bluegreen.ordering.placing import deliver_notices, place
from bluegreen.steps import rolling_back

_IN_BAKE, _AT_REST = 2, 30  # minutes


def look(cloud: Cloud, version: Version) -> Version:
    """The newest version afterwards."""
    change = (
        rolling_back.look_at_way_back(cloud, version.record, adopted=True) if _is_due(cloud, version.record) else None
    )
    return version if change is None else deliver_notices(cloud, place(cloud, rolling_back.LOOKED_AT, change))


def _is_due(cloud: Cloud, record: Record) -> bool:
    """By the clock alone, each service in a minute of its own; each minute where nothing is known of it."""
    every = _AT_REST if record.release is None else _IN_BAKE
    minute = int(cloud.clock.now().timestamp() // 60) + crc32(cloud.service.name.encode())
    return minute % every == 0 or record.on(record.idle).unsettled is not None
