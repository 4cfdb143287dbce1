"""Production is sent where the record says, and sent there again when somebody else has changed its setting."""

from collections.abc import Callable
from datetime import timedelta

from bluegreen.cloud import Cloud
from bluegreen.core.config.traffic import Router
from bluegreen.core.environment import Status
from bluegreen.core.errors import BluegreenError, Stale
from bluegreen.core.notices import Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.twins import idle_size
from bluegreen.steps import outbox
from bluegreen.traffic import Found

_TIMES = 3  # that production is pointed elsewhere while it is being sent
_APPENDS = 6
_MARGIN = timedelta(seconds=65)  # after a function's time limit: a minute for clocks that differ, five to be sure
_FIRST_DAYS = (
    "Bluegreen has never moved production, so a person has to say whether it or `adopt` is wrong "
    "(`adopt` is read once, when the journal is empty)"
)
_MOVING = (Phase.SWITCHING, Phase.ROLLING_BACK)  # that production is elsewhere is nobody's doing but ours


def point(cloud: Cloud, record: Record) -> None:
    """Sends production where the record says; `Stale` when a newer one says otherwise.

    A provider's setting knows no epochs, so a late sender could undo a rollback. Whoever has sent looks at the record
    again and sends what is true by then: the last to send has always read it after everybody else's append.
    """
    if cloud.traffic.follows_journal:
        cloud.traffic.send(record.active, record.epoch)
        return
    newest = _newest(cloud, record)
    for _ in range(_TIMES):
        sent = newest
        spent = sent.on(sent.idle).status is Status.UNFIT
        cloud.traffic.send(sent.active, sent.epoch, sent.on(sent.active).digest, spent)
        newest = _newest(cloud, sent)
        if newest.epoch == sent.epoch:
            break
        _keep_free(cloud)
    if newest.epoch != record.epoch:
        raise Stale("production was pointed elsewhere meanwhile; that was carried out")


def mend(cloud: Cloud, version: Version) -> Version:
    """One look at the provider's setting; what somebody else changed is set right, and people are told once."""
    found = cloud.traffic.found()
    if found is None:
        return version
    if found.environment is version.record.active:
        version = _write(cloud, version, "production goes where it should", lambda record: _noted(record, ""))
        return _trimmed(cloud, version) if found.spare else version
    newest = cloud.journal.newest() or version
    if _is_moving(newest.record):
        point(cloud, newest.record)  # whoever is to send it there may have died, and its claim lasts for minutes
        return newest
    if newest.record.epoch != version.record.epoch:
        return newest  # what was found is a switch or a way back that came in between
    newest = _kept_free(cloud, newest, found)
    return _told(cloud, newest, found, _set_right(cloud, newest.record))


def _trimmed(cloud: Cloud, version: Version) -> Version:
    """The idle environment is made smaller, once that is due. A way back that came in between is sent again."""
    now = cloud.clock.now()
    until = now + timedelta(seconds=cloud.clock.remaining()) + _MARGIN

    def begin(record: Record) -> Record:
        return idle_size.begun(record, until) if idle_size.due(record, cloud.service, now) else record

    version = _write(cloud, version, f"{version.record.idle.value} is about to be scaled down", begin)
    record = version.record
    if record.on(record.idle).free_at != until:
        return version
    cloud.traffic.trim(record.active)
    newest = cloud.journal.newest() or version
    if newest.record.epoch != record.epoch:
        point(cloud, newest.record)
    return newest


def _keep_free(cloud: Cloud) -> None:
    """After a request that came too late."""
    found, version = cloud.traffic.found(), cloud.journal.newest()
    if found is not None and version is not None:
        _kept_free(cloud, version, found)


def _kept_free(cloud: Cloud, version: Version, found: Found) -> Version:
    """Written before production is sent elsewhere: users who keep the answer of before may be at the idle one."""
    if not found.tail or not version.record.epoch:
        return version
    tail = timedelta(seconds=found.tail + cloud.clock.remaining())
    until = cloud.clock.now() + tail + _MARGIN
    why = f"{version.record.idle.value} is kept free until nobody is led there any more"
    return _write(cloud, version, why, lambda record: record.kept_free(until))


def _set_right(cloud: Cloud, record: Record) -> str:
    """Why it was not; "" when it was."""
    settings = cloud.service.traffic
    if not record.epoch:
        return _FIRST_DAYS
    if not isinstance(settings, Router) and not settings.repair:
        return "it is left as it is, as bluegreen.yml says (repair: false)"
    try:
        point(cloud, record)
    except Stale:
        raise
    except BluegreenError as error:
        return f"it could not be set right yet, and is tried again each minute: {error}"
    return ""


def _told(cloud: Cloud, version: Version, found: Found, failed: str) -> Version:
    elsewhere = found.environment.value if found.environment else "neither environment"
    cause = f"{elsewhere}; {'not set right' if failed else 'set right'}"
    cloud.log("production was sent elsewhere by somebody", found=found.says, failed=failed, level="warning")

    def tell(record: Record) -> Record:
        if record.strayed == cause:
            return record
        active = record.on(record.active)
        expected = f"expected {record.active.value}{f' ({active.tag})' if active.tag else ''}"
        headline = f"production was pointed at {elsewhere}, not by Bluegreen; {failed and 'not '}set right"
        reason = f"found: {found.says}; {expected}{f'; {failed}' if failed else ''}"
        tone = Tone.BAD if failed else Tone.WARNING
        return _noted(queue_notice(record, cloud.service, tone, headline, cloud.clock.now(), reason), cause)

    before = {notice.id for notice in version.record.outbox}
    version = _write(cloud, version, f"production was found elsewhere: {found.says}", tell)
    return outbox.deliver(cloud, version, [one for one in version.record.outbox if one.id not in before])


def _noted(record: Record, cause: str) -> Record:
    return record if record.strayed == cause else record.model_copy(update={"strayed": cause})


def _write(cloud: Cloud, version: Version, why: str, change: Callable[[Record], Record]) -> Version:
    for _ in range(_APPENDS):
        record = change(version.record)
        if record == version.record:
            return version
        try:
            return cloud.journal.append(version, record, cloud.caller.function, why, cloud.clock.now())
        except Stale:
            version = cloud.journal.newest() or version
    raise Stale("others kept being faster", delay=2.0)


def _newest(cloud: Cloud, known: Record) -> Record:
    newest = cloud.journal.newest()
    return newest.record if newest else known


def _is_moving(record: Record) -> bool:
    return record.release is not None and record.release.phase in _MOVING
