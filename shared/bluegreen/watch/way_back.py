"""Now and then DigitalOcean is asked whether the idle environment still runs what production would go back to.

A rollback moves production at once and asks nobody, so it has to be known before. During a bake, when it is needed,
it is looked at every two minutes; at rest every half hour, services one after another: DigitalOcean takes 5,000
requests an hour, and a thousand services make 2,000 of them. Where a deployment was given up before its end was known,
it is looked up each minute.
"""

from datetime import datetime
from zlib import crc32

from bluegreen.cloud import Cloud
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.record import Record, Version
from bluegreen.ordering.placing import deliver_notices, place
from bluegreen.steps import rolling_back

_IN_BAKE, _AT_REST = 2, 30  # minutes


def look(cloud: Cloud, version: Version) -> Version:
    """The newest version afterwards."""
    if version.record.release is None and (adopted := _unknown(cloud, version.record)):
        version = _noted(cloud, version, adopted)
    change = rolling_back.look_at_way_back(cloud, version.record) if _is_due(cloud, version.record) else None
    return version if change is None else deliver_notices(cloud, place(cloud, rolling_back.LOOKED_AT, change))


def _unknown(cloud: Cloud, record: Record) -> list[Environment]:
    """What was adopted, as long as it is not known by which deployment it came."""
    if isinstance(cloud.service.traffic, AppIngress):
        return []
    states = record.environments.items()
    return [e for e, has in states if has.tag and not (has.deployment or has.commit or has.digest or has.redeployed)]


def _noted(cloud: Cloud, version: Version, adopted: list[Environment]) -> Version:
    """From now on it is seen where somebody deploys there: production would go back to what nobody has adopted."""
    before = {e: version.record.on(e) for e in adopted}
    runs = {e: cloud.clients.digitalocean.app(cloud.service.app(e)).active_deployment for e in adopted}

    def note(record: Record, now: datetime) -> Record:
        for environment, active in runs.items():
            if active is not None and record.on(environment) == before[environment] and record.release is None:
                record = record.with_environment(environment, deployment=active.id)
        return record

    why = "the deployments of what was adopted were noted"
    return cloud.journal.update(version, note, cloud.caller.function, why, cloud.clock.now).version


def _is_due(cloud: Cloud, record: Record) -> bool:
    """By the clock alone, each service in a minute of its own; each minute where nothing is known of it."""
    every = _AT_REST if record.release is None else _IN_BAKE
    minute = int(cloud.clock.now().timestamp() // 60) + crc32(cloud.service.name.encode())
    return minute % every == 0 or record.on(record.idle).unsettled is not None
