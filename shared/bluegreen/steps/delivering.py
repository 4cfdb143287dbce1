"""Notices leave the record's outbox once they are delivered; what cannot be delivered never stops a release."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from bluegreen.clients import bounded
from bluegreen.cloud import Cloud
from bluegreen.core.errors import BluegreenError, Later, Never, Refused, Stale, described
from bluegreen.core.notices import Channel, Notice
from bluegreen.core.outbox import channels, delivery, troubles
from bluegreen.core.outbox.delivery import Attempt
from bluegreen.core.record import Record, Version
from bluegreen.core.release_file import witness

_BUDGET = 10.0  # seconds that all deliveries of a turn may take
_LEAST = 1.0  # seconds, without which no delivery is begun
_REFUSALS = 2  # one may be the notice's fault, a second is the channel's
_MARGIN = 3.0  # seconds of the invocation that are left over to write down what became of it
_TO_WRITE = 1.0  # seconds that are left over for that of the time that all of this may take


def deliver(cloud: Cloud, version: Version, notices: Iterable[Notice]) -> Version:
    """Delivers what this function has the secrets for; the rest stays for another. The newest version afterwards."""
    meant = delivery.with_earlier(version.record, notices, cloud.clock.now())
    ours = [notice for notice in meant if notice.addressee in cloud.notifiers]
    return _note(cloud, version, _tried(cloud, version, ours), ours)


def deliver_due(cloud: Cloud, version: Version) -> Version:
    """What earlier turns have left in the outbox, once its time has come; what is no longer worth telling goes.

    For the watch, which gets every secret: what it has none for cannot be told.
    """
    if not version.record.outbox and not version.record.channels:
        return version
    version = _without_expired(cloud, version)
    waiting = delivery.due(version.record, cloud.clock.now())
    no_secret = [Attempt(n, "no secret is set for it") for n in waiting if n.addressee not in cloud.notifiers]
    return deliver(cloud, _note(cloud, version, no_secret), waiting)


def _without_expired(cloud: Cloud, version: Version) -> Version:
    def tidied(record: Record, now: datetime) -> Record:
        return delivery.without_expired(record, channels(cloud.service), now)

    left = set(tidied(version.record, cloud.clock.now()).outbox)
    for notice in version.record.outbox:
        if notice not in left:
            cloud.log(
                "notice given up",
                notice=notice.id,
                why="it waited too long, or its entry in `notify` is gone",
                level="error",
            )
    return cloud.journal.update(version, tidied, cloud.caller.function, "old notices", cloud.clock.now).version


def _tried(cloud: Cloud, version: Version, notices: list[Notice]) -> list[Attempt]:
    """One after the other. A channel that has just refused is not asked for the others, nor any once time is over."""
    attempts: list[Attempt] = []
    newest = {"witness": witness.suffix(version.seq, version.digest)}
    refused: Counter[str] = Counter()
    ends = cloud.clock.seconds() + min(_BUDGET, cloud.clock.remaining() - _MARGIN, bounded.left() - _TO_WRITE)
    for notice in delivery.in_order(notices):
        left = ends - cloud.clock.seconds()
        if left < _LEAST:
            break
        if refused[notice.addressee] >= _REFUSALS:
            continue
        so_far = delivery.noted(version.record, attempts, cloud.clock.now())
        names = troubles.names(so_far, cloud.service) if so_far.channels else {}
        worded = _with_buttons(cloud, version, delivery.with_remark(notice, so_far, names))
        with bounded.within(left):
            attempt = _send(cloud, notice, worded.model_copy(update=newest))
        attempts.append(attempt)
        if attempt.says:
            refused[notice.addressee] += 1 if attempt.notice_only else _REFUSALS
    return attempts


def _with_buttons(cloud: Cloud, version: Version, notice: Notice) -> Notice:
    """In Slack, where somebody may press them and whoever does can be told from others."""
    clients = cloud.clients
    may_be_pressed = clients.settings.file.slack_users and clients.secret("slack_signing_secret")
    if notice.channel is not Channel.SLACK or not may_be_pressed:
        return notice
    from bluegreen.page.slack_offers import offers  # the page's actions, which other notices do not pay for

    found = offers(version, cloud.service, notice.release, cloud.clock.now(), cloud.can_wake)
    return notice.model_copy(update={"buttons": found})


def _send(cloud: Cloud, notice: Notice, worded: Notice) -> Attempt:
    try:
        return Attempt(notice, thread=cloud.notifiers[notice.addressee].send(worded) or "")
    except Later as error:
        failed = Attempt(notice, str(error), error.delay, notice_only=delivery.may_be_at_fault(notice))
    except Refused as error:
        failed = Attempt(notice, str(error), notice_only=True, final=True)
    except Never as error:
        failed = Attempt(notice, str(error))
    except Exception as error:  # noqa: BLE001 - a bug in one channel must not keep the others' notices
        failed = Attempt(notice, described(error), notice_only=True)
    what = "notice given up" if delivery.gives_up(failed) else "notice not delivered yet"
    cloud.log(what, notice=notice.id, why=failed.says, level="error" if failed.final else "warning")
    return failed


def _note(cloud: Cloud, version: Version, attempts: list[Attempt], meant: Iterable[Notice] = ()) -> Version:
    if not attempts and not meant:
        return version
    put_off = {notice.id for notice in meant} - {attempt.notice.id for attempt in attempts}

    def noted(record: Record, now: datetime) -> Record:
        return delivery.noted(record, attempts, now, put_off)

    why, journal = f"{sum(not attempt.says for attempt in attempts)} notices delivered", cloud.journal
    try:
        with suppress(Stale):
            return journal.update(version, noted, cloud.caller.function, why, cloud.clock.now).version
        return journal.newest() or version
    except BluegreenError as error:
        cloud.log("what was delivered could not be noted: it may come twice", why=str(error), level="warning")
        return version
