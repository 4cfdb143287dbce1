"""Now and then DigitalOcean is asked whether the idle environment still runs what production would go back to.

A rollback moves production at once and asks nobody, so it has to be known before. During a bake, when it is needed,
it is looked at every two minutes; at rest every half hour, services one after another: DigitalOcean takes 5,000
requests an hour, and a thousand services make 2,000 of them.
"""

from functools import partial
from zlib import crc32

from bluegreen.cloud import Cloud
from bluegreen.core.after_bake import policy
from bluegreen.core.record import Record, Version
from bluegreen.core.rollback import lost_way_back
from bluegreen.ordering.placing import deliver_notices, place
from bluegreen.sources.redeployed import PutThere, can_be_compared, redeployed

_IN_BAKE, _AT_REST = 2, 30  # minutes


def look(cloud: Cloud, version: Version) -> Version:
    """The newest version afterwards."""
    record = version.record
    idle = record.on(record.idle)
    left = PutThere(record.idle, idle.tag, idle.commit, idle.digest, idle.deployment)
    if not (_is_due(cloud, record) and can_be_compared(cloud.service, left)):
        return version
    app = cloud.clients.digitalocean.app(cloud.service.app(record.idle))
    why = redeployed(app, left, deploying=False)
    if not why:
        return version
    decide = partial(lost_way_back.taken_away, service=cloud.service, known=idle, why=why)
    return deliver_notices(cloud, place(cloud, why, lambda record, now: decide(record, now=now)))


def _is_due(cloud: Cloud, record: Record) -> bool:
    """By the clock alone, each service in a minute of its own."""
    if not policy.has_way_back(record) or record.on(record.idle).pinned:
        return False
    every = _AT_REST if record.release is None else _IN_BAKE
    return (int(cloud.clock.now().timestamp() // 60) + crc32(cloud.service.name.encode())) % every == 0
