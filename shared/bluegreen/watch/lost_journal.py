"""Once a watch, while a release is in flight, and now and then without one: was the journal lost?"""

from datetime import datetime
from functools import partial

from bluegreen.cloud import Cloud
from bluegreen.core import lost_journal
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record, Version
from bluegreen.ordering.placing import deliver_notices, place
from bluegreen.steps import bug_report
from bluegreen.steps.lost_journal import why_lost
from bluegreen.watch import missed_tags


def look(cloud: Cloud, version: Version) -> Version:
    """The newest version afterwards. By then nothing has been judged or woken in this invocation."""
    record = version.record
    if record.lost or (record.release is None and not missed_tags.due(cloud)):
        return version
    try:
        says = why_lost(cloud, version)
    except BluegreenError as error:
        cloud.log("whether the journal was lost was not looked at", why=str(error), level="warning")
        return version
    except Exception as error:  # noqa: BLE001 - a bug in this question must not keep the release waiting
        bug_report.report(cloud, error)
        return cloud.journal.newest() or version
    if not says:
        return version
    cloud.log("the journal was lost", why=says, level="error")
    return deliver_notices(cloud, place(cloud, "the journal was lost", partial(_noted, cloud.service, says)))


def _noted(service: Service, says: str, record: Record, now: datetime) -> Outcome:
    return lost_journal.lost(record, service, says, now)
