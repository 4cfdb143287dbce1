"""Do the routers know of later versions than the journal holds? Then it was lost, and nothing may move by it."""

from bluegreen.clients.store.telemetry import read_reports
from bluegreen.cloud import Cloud
from bluegreen.core.config.traffic import Router
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.telemetry import AppliedEpoch
from bluegreen.core.lost_journal import Served
from bluegreen.core.record import Version

_PATIENCE = 3  # an instance that has been mute for that much longer may serve all the same


def why_lost(cloud: Cloud, version: Version) -> str:
    """What tells that the journal was lost, "" where nothing does, and where nobody reports."""
    settings, service = cloud.service.traffic, cloud.service.name
    if not isinstance(settings, Router):
        return ""
    try:
        reports = read_reports(cloud.clients.telemetry, service, _PATIENCE * settings.alive, AppliedEpoch)
    except BluegreenError as error:
        cloud.log("whether the journal was lost is not known", why=str(error), level="warning")
        return ""
    latest = max((Served(one.epoch, one.seq, one.instance) for one in reports), default=None)
    if latest is None or not latest.ahead_of(version):
        return ""
    newest = cloud.journal.newest() or version  # another may have written since: whoever reports it has read it there
    return latest.says(newest) if latest.ahead_of(newest) else ""
