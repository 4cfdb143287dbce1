"""Which notices are tried when, which are kept, and what a try leaves in the record.

Retries go by time. What is important is kept until it is delivered; all else for an hour or eight tries. A channel that
takes no notices is a fact of the record, until it takes one.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core.notices import PROGRAMS, Channel, ChannelTrouble, Notice, Weight, important, weight
from bluegreen.core.record import OUTBOX_KEPT, SAYS_KEPT, THREADS_KEPT, Record
from bluegreen.core.release_file import witness

_PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0)  # seconds after the first try, the second, …; then always the last
_TRIES = 8
_OFTEN = 3  # tries that failed, after which it may be the notice that the channel cannot take
_KEPT_FOR = timedelta(hours=1)
_LEFT_BEHIND = timedelta(seconds=90)  # a notice that its own turn did not deliver; a minute is for clocks that differ
_DESCRIPTION = 140 - witness.LENGTH  # longest that GitHub's deployment status takes beside the witness


class Attempt(NamedTuple):
    """What became of one try.

    `says`: why it was not taken, "" where it was. `delay`: seconds that the sender asked to wait. `notice_only`: the
    channel may well take another notice. `final`: this notice will not be taken as it is.
    `thread`: where its message is.
    """

    notice: Notice
    says: str = ""
    delay: float = 0.0
    notice_only: bool = False
    final: bool = False
    thread: str = ""


def gives_up(attempt: Attempt) -> bool:
    """What is important is tried again even so: its channel may be mended. A collector will not take the same trace."""
    return attempt.final and (attempt.notice.channel is Channel.OTLP or not important(attempt.notice))


def may_be_at_fault(notice: Notice) -> bool:
    """Where it may be the notice, whatever the channel says of it: others must not wait behind it for ever."""
    return notice.tries >= _OFTEN


def pause(tries: int, asked: float) -> float:
    """Seconds until the next try, after that many; never sooner than the sender asked for."""
    return max(_PAUSES[min(max(tries, 1), len(_PAUSES)) - 1], asked)


def in_order(notices: Iterable[Notice]) -> list[Notice]:
    """Worst first, then newest. What resolves a page follows what opened it; GitHub, told of the others, comes last.

    What was often tried lets the others pass: two that a channel cannot take would keep all that follow from it.
    Events are for a program, which wants them in the order in which things happened; people go first.
    """
    listed = [*notices]
    events = [n for n in listed if n.channel in PROGRAMS]
    newest_first = [n for n in reversed(listed) if n.channel not in PROGRAMS]
    opened = {(n.addressee, n.page): n.tries for n in sorted(listed, key=lambda n: n.tries) if not n.resolves}

    def tried(n: Notice) -> int:
        tries = max(n.tries, opened.get((n.addressee, n.page), 0) if n.resolves else 0)
        return tries if tries >= _OFTEN else 0

    newest_first.sort(key=lambda n: (tried(n), -weight(n), n.resolves, -n.at.timestamp(), n.channel is Channel.GITHUB))
    return newest_first + events


def with_earlier(record: Record, notices: Iterable[Notice], now: datetime) -> list[Notice]:
    """With the events that wait before these: a function that tells nobody may have queued them."""
    given = {notice.id: notice for notice in notices}
    if not any(notice.channel is Channel.CDEVENTS for notice in given.values()):
        return [*given.values()]
    waiting = [n for n in record.outbox if n.channel is Channel.CDEVENTS and (n.next_at is None or n.next_at <= now)]
    return [*({n.id: n for n in waiting} | given).values()]


def bounded(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """As many as a record holds: machine events go before what people read, then the least important, the oldest.

    What opens a page or ends it goes last: it is told once, however many notices there are of the same matter.
    """
    excess = len(notices) - OUTBOX_KEPT
    order = {at: (n.channel not in PROGRAMS, Weight.FATE if n.page else weight(n), at) for at, n in enumerate(notices)}
    going = sorted(order, key=order.__getitem__)[: max(excess, 0)]
    return tuple(notice for at, notice in enumerate(notices) if at not in going)


def due(record: Record, now: datetime) -> list[Notice]:
    return [notice for notice in record.outbox if (notice.next_at or notice.at + _LEFT_BEHIND) <= now]


def without_expired(record: Record, entries: Mapping[str, Channel], now: datetime) -> Record:
    """Without what is no longer worth telling, and what nobody is to be told: no entry of its kind is in `notify`.

    Where an entry is gone, or has another name, the first of its kind gets what is important, if twice.
    """
    first = {channel: entry for entry, channel in reversed([*entries.items()])}
    meant = (n if n.addressee in entries or not important(n) else _to(first, n) for n in record.outbox)
    left = tuple(n for n in meant if n.addressee in entries and not _expired(n, now))
    troubles = {entry: trouble for entry, trouble in record.channels.items() if entry in entries}
    return record.model_copy(update={"outbox": left, "channels": troubles})


def noted(record: Record, attempts: Iterable[Attempt], now: datetime, put_off: Collection[str] = ()) -> Record:
    """The record after some tries. `put_off`: ids of notices that were to be tried, and were not.

    They wait with the notice that their channel refused; where there only was not the time they are due at once.
    """
    until: dict[str, datetime] = {}
    refused: set[str] = set()
    for attempt in attempts:
        record = _failed(record, attempt, now) if attempt.says else _taken(record, attempt.notice, now, refused)
        refused |= {attempt.notice.id} if attempt.says else set()
        record = _threaded(record, attempt)
        until[attempt.notice.addressee] = now + timedelta(seconds=_pause_after(attempt))
    waiting = {n.id: n.model_copy(update={"next_at": until.get(n.addressee, now)}) for n in record.outbox}
    outbox = tuple(waiting[notice.id] if notice.id in put_off else notice for notice in record.outbox)
    return record.model_copy(update={"outbox": outbox})


def with_remark(notice: Notice, record: Record, names: Mapping[str, str]) -> Notice:
    """With where the release is told of already; for GitHub, with the channels that take no notices.

    `names`: of these channels, as people call them.
    """
    thread = record.threads.get(_thread_of(notice), "")
    notice = notice.model_copy(update={"thread": thread}) if thread else notice
    silent = ", ".join(names.get(entry, entry) for entry in sorted(record.channels) if entry != notice.addressee)
    if notice.channel is not Channel.GITHUB or not silent:
        return notice
    remark = f" ({silent} {'do' if ',' in silent else 'does'} not take notices)"
    return notice.model_copy(update={"headline": notice.headline[: _DESCRIPTION - len(remark)] + remark})


def _to(first: Mapping[Channel, str], notice: Notice) -> Notice:
    return notice.model_copy(update={"entry": first.get(notice.channel, "")})


def _thread_of(notice: Notice) -> str:
    return f"{notice.addressee}/{notice.release}"


def _threaded(record: Record, attempt: Attempt) -> Record:
    """Also of a try that failed half-way: its message is there."""
    key = _thread_of(attempt.notice)
    if not attempt.thread or record.threads.get(key) == attempt.thread:
        return record
    others = {name: thread for name, thread in record.threads.items() if name != key}
    kept = [*others.items(), (key, attempt.thread)][-THREADS_KEPT:]
    return record.model_copy(update={"threads": dict(kept)})


def _expired(notice: Notice, now: datetime) -> bool:
    if notice.channel in PROGRAMS:
        return False  # a program counts: what it has not taken yet it is told later
    return not important(notice) and (notice.tries >= _TRIES or notice.at + _KEPT_FOR <= now)


def _taken(record: Record, taken: Notice, now: datetime, refused: Collection[str]) -> Record:
    """The channel works: what waits for it is due at once, but for what it has refused just before.

    A page that is closed is not opened by an old notice.
    """
    outbox = tuple(
        notice.model_copy(update={"next_at": now}) if _waits_for(taken, notice) and notice.id not in refused else notice
        for notice in record.outbox
        if notice.id != taken.id and not (taken.resolves and _opens(taken, notice))
    )
    troubles = {entry: trouble for entry, trouble in record.channels.items() if entry != taken.addressee}
    return record.model_copy(update={"outbox": outbox, "channels": troubles})


def _pause_after(attempt: Attempt) -> float:
    return pause(attempt.notice.tries + 1, attempt.delay) if attempt.says else 0.0


def _failed(record: Record, attempt: Attempt, now: datetime) -> Record:
    after = {"tries": attempt.notice.tries + 1, "next_at": now + timedelta(seconds=_pause_after(attempt))}
    changed = {notice.id: notice.model_copy(update=after) for notice in record.outbox if notice.id == attempt.notice.id}
    left = (changed.get(notice.id, notice) for notice in record.outbox)
    over = gives_up(attempt)
    outbox = tuple(n for n in left if n.id not in changed or not (over or _expired(n, now)))
    entry = attempt.notice.addressee
    since = record.channels[entry].since if entry in record.channels else now
    trouble = ChannelTrouble(since=since, says=attempt.says[:SAYS_KEPT])
    return record.model_copy(update={"outbox": outbox, "channels": {**record.channels, entry: trouble}})


def _waits_for(taken: Notice, notice: Notice) -> bool:
    return notice.addressee == taken.addressee and notice.next_at is not None


def _opens(resolving: Notice, notice: Notice) -> bool:
    return (notice.addressee, notice.page) == (resolving.addressee, resolving.page) and not notice.resolves
