"""Where somebody else has changed the provider's setting, production is sent again where the record says."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bluegreen.cloud import Cloud
from bluegreen.core import lost_journal as core_lost_journal
from bluegreen.core.config.traffic import Router
from bluegreen.core.errors import BluegreenError, Never, Stale
from bluegreen.core.notices import ToldBefore, Tone
from bluegreen.core.outbox import paging, queue_notice, queue_over
from bluegreen.core.phases import Phase
from bluegreen.core.record import SAYS_KEPT, Record, Version
from bluegreen.core.twins import idle_size
from bluegreen.steps import delivering, lost_journal, production
from bluegreen.traffic import ProviderSetting

_FIRST_DAYS = (
    "Bluegreen has never moved production, so a person has to say whether it or `adopt` is wrong "
    "(`adopt` is read once, when the journal is empty)"
)
_EACH_TIME = (
    "something sets it each time (Terraform, a pipeline, a script): take it out there, or set `repair: false`; it is "
    "not told again while it does the same at least once a day"
)
_DAY = timedelta(days=1)
_UNSEEN = "it cannot be seen"
_MOVING = (Phase.SWITCHING, Phase.ROLLING_BACK)  # that production is elsewhere is nobody's doing but ours


def repair(cloud: Cloud, version: Version) -> Version:
    """One look at the provider's setting; what somebody else changed is set right, and people are told once."""
    try:
        found = cloud.traffic.setting() if not version.record.lost else None
    except Never as error:
        return _report_unseen(cloud, version, error)
    if found is None:
        return version
    if found.environment is version.record.active:
        version = _forget_stray(cloud, version)
        return _scale_down_idle(cloud, version) if found.idle_oversized else version
    newest = cloud.journal.newest() or version
    if newest.record.release is not None and newest.record.release.phase in _MOVING:
        # Whoever is to send it may have died, and its claim lasts for minutes.
        production.send_traffic(cloud, newest.record)
        return newest
    if newest.record.epoch != version.record.epoch:
        return newest  # what was found is a switch or a rollback that came in between
    # A way back that failed may have made both alike (`AppIngressTraffic.send`): then nothing tells of a lost journal.
    unknown = "" if found.runs_alike else lost_journal.unknown_release(cloud, newest.record, found.environment)
    if unknown:
        return _stand_still(cloud, newest, unknown)
    newest = production.keep_idle_free(cloud, newest, found)
    return _report(cloud, newest, found, _set_right(cloud, newest.record))


def _forget_stray(cloud: Cloud, version: Version) -> Version:
    def forget(record: Record, now: datetime) -> Record:
        over = queue_over(record, cloud.service, paging.PRODUCTION, "production goes where it should", now)
        return _noted(over, "")

    by, why = cloud.caller.function, "production goes where it should"
    return cloud.journal.update(version, forget, by, why, cloud.clock.now).version


def _scale_down_idle(cloud: Cloud, version: Version) -> Version:
    """The idle environment is made smaller, once that is due. A rollback that came in between is sent again."""
    now = cloud.clock.now()
    until = now + timedelta(seconds=cloud.clock.remaining()) + production.CALL_ENDS

    def begin(record: Record, _: datetime) -> Record:
        return idle_size.begun(record, until) if idle_size.due(record, cloud.service, now) else record

    by, why = cloud.caller.function, f"{version.record.idle.value} is about to be scaled down"
    version = cloud.journal.update(version, begin, by, why, cloud.clock.now).version
    record = version.record
    if record.on(record.idle).free_at != until:
        return version
    cloud.traffic.shrink_idle(record.active)
    newest = cloud.journal.newest() or version
    if newest.record.epoch != record.epoch:
        production.send_traffic(cloud, newest.record)
    return newest


def _set_right(cloud: Cloud, record: Record) -> str:
    """Why it was not; "" when it was."""
    if not record.epoch:
        return _FIRST_DAYS
    settings = cloud.service.traffic
    if not isinstance(settings, Router) and not settings.repair:
        return "it is left as it is, as bluegreen.yml says (repair: false)"
    try:
        production.send_traffic(cloud, record)
    except Stale:
        raise
    except BluegreenError as error:
        return f"it could not be set right yet, and is tried again each minute: {error}"
    return ""


def _stand_still(cloud: Cloud, version: Version, says: str) -> Version:
    """Production is somewhere else and serves what the journal never heard of: the journal may be an older copy."""
    cloud.log("the journal was lost", why=says, level="error")

    def lost(record: Record, now: datetime) -> Record:
        return record if record.lost else core_lost_journal.lost(record, cloud.service, says, now).record

    version = cloud.journal.update(version, lost, cloud.caller.function, says[:SAYS_KEPT], cloud.clock.now).version
    return delivering.deliver(cloud, version, [notice for notice in version.record.outbox if notice.at == version.at])


def _report(cloud: Cloud, version: Version, found: ProviderSetting, failed: str) -> Version:
    elsewhere = found.environment.value if found.environment else "neither environment"
    cause = f"{elsewhere}; {'not set right' if failed else 'set right'}"
    cloud.log("production was sent elsewhere by somebody", found=found.says, failed=failed, level="warning")

    def announced(record: Record, now: datetime) -> Record:
        if record.strayed == cause:
            return record
        record, times = _counted(record, cause, now)
        if times > 2 and not failed:
            return _noted(record, cause)
        active = record.on(record.active)
        expected = f"expected {record.active.value}{f' ({active.tag})' if active.tag else ''}"
        again = " again" if times > 1 else ""
        headline = f"production was pointed at {elsewhere}{again}, not by Bluegreen; {failed and 'not '}set right"
        reason = f"found: {found.says}; {expected}{f'; {failed}' if failed else ''}"
        tone = Tone.BAD if failed else Tone.WARNING
        step = _EACH_TIME if again and not failed else ""
        told = queue_notice(record, cloud.service, tone, headline, now, reason, step, page=paging.PRODUCTION)
        return _noted(told, cause)

    return _tell(cloud, version, announced, f"production was found elsewhere: {found.says}")


def _counted(record: Record, cause: str, now: datetime) -> tuple[Record, int]:
    """How often this was found, each less than a day after the one before."""
    known = record.told or ToldBefore()
    same = known.strayed == cause and known.strayed_at is not None and now - known.strayed_at < _DAY
    times = known.strays + 1 if same else 1
    known = known.model_copy(update={"strayed": cause, "strays": times, "strayed_at": now})
    return record.model_copy(update={"told": known}), times


def _report_unseen(cloud: Cloud, version: Version, error: Never) -> Version:
    """The setting is gone, or nobody may read it any more: that does not go by itself."""
    cause = f"{_UNSEEN}: {error}"[:SAYS_KEPT]
    cloud.log("where production goes cannot be seen", why=str(error), level="warning")

    def announced(record: Record, now: datetime) -> Record:
        if record.strayed.startswith(_UNSEEN):
            return record  # however differently it is said now
        headline, service = "where production goes cannot be seen, nor set right: a person is needed", cloud.service
        step = "put that right (`bluegreen doctor` looks at it anew); a switch or a rollback would fail until then"
        told = queue_notice(record, service, Tone.BAD, headline, now, str(error), step, page=paging.PRODUCTION)
        return _noted(told, cause)

    return _tell(cloud, version, announced, "where production goes cannot be seen")


def _tell(cloud: Cloud, version: Version, announced: Callable[[Record, datetime], Record], why: str) -> Version:
    before = {notice.id for notice in version.record.outbox}
    version = cloud.journal.update(version, announced, cloud.caller.function, why, cloud.clock.now).version
    return delivering.deliver(cloud, version, [notice for notice in version.record.outbox if notice.id not in before])


def _noted(record: Record, cause: str) -> Record:
    return record if record.strayed == cause else record.model_copy(update={"strayed": cause})
