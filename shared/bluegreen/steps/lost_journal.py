"""Do the routers know of later versions than the journal holds? Then it was lost, and nothing may move by it."""

from bluegreen.clients.store.telemetry import read_reports
from bluegreen.cloud import Cloud
from bluegreen.core.config.traffic import Router
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.telemetry import AppliedEpoch
from bluegreen.core.lost_journal import Served
from bluegreen.core.record import Record, Version

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


def unknown_release(cloud: Cloud, record: Record, serving: Environment | None) -> str:
    """That production is on an environment which runs another release than the journal's; "" where it is known.

    With a router its reports tell. Otherwise what App Platform built there does: a journal restored from an older copy
    has never heard of that commit or digest. Where the journal names none (it was adopted) nothing can be told.
    """
    if serving is None:
        return ""
    state = record.on(serving)
    app = cloud.clients.digitalocean.app(cloud.service.app(serving))
    if app.active_deployment is None or not (state.digest or state.commit) or record.release is not None:
        return ""
    fault = cloud.source.fault(serving, app.active_deployment, state.commit, state.digest)
    where = f"production is on {serving.value}, which does not run {state.tag}, as the journal says"
    return f"{where}: {fault}; is the journal an older copy?" if fault else ""
