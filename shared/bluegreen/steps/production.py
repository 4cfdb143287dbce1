"""Production is sent where the record says, and looks from outside prove that it follows."""

from datetime import datetime, timedelta

from bluegreen.cloud import Cloud
from bluegreen.core.environment import Status
from bluegreen.core.errors import Stale
from bluegreen.core.record import Record, Version
from bluegreen.steps.turn import Turn
from bluegreen.traffic import ProviderSetting, PublicAnswer

_TIMES = 3  # that production is pointed elsewhere while it is being sent
_KEPT = 8.0  # seconds of the invocation that are left for writing down what was seen
_CLOCKS = timedelta(minutes=1)  # that two functions may differ by
CALL_ENDS = _CLOCKS + timedelta(seconds=5)  # after a function's time limit it is certainly over


def send_traffic(cloud: Cloud, record: Record) -> None:
    """Sends production where the record says; `Stale` when a newer one says otherwise.

    With a router that reads the journal nothing is left to do. A provider's setting knows no epochs, so a late sender
    could undo a rollback. Whoever has sent looks at the record again and sends what is true by then: the last to send
    has always read it after everybody else's append.
    """
    if not cloud.has_traffic_setting:
        return
    newest = _newest(cloud, record)
    for _ in range(_TIMES):
        sent = newest
        other_is_unfit = sent.on(sent.idle).status is Status.UNFIT
        cloud.traffic.send(sent.active, sent.epoch, sent.on(sent.active).digest, other_is_unfit)
        newest = _newest(cloud, sent)
        if newest.epoch == sent.epoch:
            break
        _keep_idle_free_after_late_request(cloud)
    if newest.epoch != record.epoch:
        raise Stale("production was pointed elsewhere meanwhile; that was carried out")


def verify_traffic(turn: Turn) -> PublicAnswer:
    """Looks from outside until production follows the record, or the time to settle is over."""
    cloud = turn.cloud
    begun, limit, pause = cloud.clock.seconds(), cloud.service.traffic.settle, cloud.traffic.look_every
    while True:
        seen = cloud.traffic.verify(turn.record.active, turn.record.epoch, cloud.clock.now())
        if seen.followed or cloud.clock.seconds() - begun > limit or cloud.clock.remaining() < pause + _KEPT:
            return seen
        if seen.again:
            send_traffic(cloud, turn.record)
        cloud.clock.sleep(pause)


def with_idle_kept_free(record: Record, seen: PublicAnswer, now: datetime) -> Record:
    """Users who still go by an old answer are at the idle environment. What was sent may be much younger than the
    version that moved production, where the function that had to send it died."""
    return record.kept_free(now + timedelta(seconds=seen.stale_seconds) + _CLOCKS) if seen.stale_seconds else record


def keep_idle_free(cloud: Cloud, version: Version, found: ProviderSetting) -> Version:
    """Written before production is sent elsewhere: users who keep the answer of before may be at the idle one."""
    if not found.stale_seconds or not version.record.epoch:
        return version
    until = cloud.clock.now() + timedelta(seconds=found.stale_seconds + cloud.clock.remaining()) + CALL_ENDS
    why = f"{version.record.idle.value} is kept free until nobody is led there any more"
    keep, by = lambda record, now: record.kept_free(until), cloud.caller.function
    return cloud.journal.update(version, keep, by, why, cloud.clock.now).version


def _keep_idle_free_after_late_request(cloud: Cloud) -> None:
    found, version = cloud.traffic.setting(), cloud.journal.newest()
    if found is not None and version is not None:
        keep_idle_free(cloud, version, found)


def _newest(cloud: Cloud, known: Record) -> Record:
    newest = cloud.journal.newest()
    return newest.record if newest else known
