"""A release that somebody names, found in the journal: in flight, waiting, over, or long forgotten.

The steps of a release that is over stand in the last version in which it was in flight. Numbers of releases only rise,
so "is it over?" is false up to some version and true from there on: that version is found by halving, in a dozen reads
where a thousand versions lie behind.
"""

from bisect import bisect_left
from typing import NamedTuple

from bluegreen.clients.store.journal import Journal
from bluegreen.core import long_memory
from bluegreen.core.errors import BluegreenError
from bluegreen.core.long_memory import RememberedRelease
from bluegreen.core.record import PastRelease, QueuedRelease, Record, Version
from bluegreen.core.release import Release
from bluegreen_cli.terminal.exits import NoSuchRelease


class FoundRelease(NamedTuple):
    """`release` has its steps; None where it never began, or its versions are not kept any more."""

    tag: str
    release: Release | None
    ended: PastRelease | None
    queued: QueuedRelease | None = None
    remembered: RememberedRelease | None = None


def find(journal: Journal, newest: Version, named: str) -> FoundRelease:
    """By its tag, its id (web-12), or `latest`; the newest of that tag."""
    record = newest.record
    found = _in_record(journal, newest, named)
    if found is not None:
        return found
    remembered = long_memory.release(journal.recalled(long_memory.release_key(named)))
    if remembered is None:
        raise NoSuchRelease(f"{record.service} has no release {named[:60]}{_known(record)}")
    return FoundRelease(named, None, None, remembered=remembered)


def last(journal: Journal, newest: Version) -> Release | None:
    """The release in flight, or the last one, where its steps are still kept."""
    record = newest.record
    if record.release is not None or not record.past:
        return record.release
    return steps_of(journal, newest.seq, record.past[0])


def _in_record(journal: Journal, newest: Version, named: str) -> FoundRelease | None:
    record = newest.record
    release, queued = record.release, record.queued
    if release is not None and (named in (release.id, release.tag) or named == "latest"):
        return FoundRelease(release.tag, release, None)
    if queued is not None and named == queued.tag:
        return FoundRelease(queued.tag, None, None, queued)
    past = next((past for past in record.past if named in (past.id, past.tag) or named == "latest"), None)
    return None if past is None else FoundRelease(past.tag, steps_of(journal, newest.seq, past), past)


def steps_of(journal: Journal, seq: int, past: PastRelease) -> Release | None:
    """A release that is over, as the last version has it in which it was in flight; None where that is not kept."""
    number = _number(past.id)
    if number is None:
        return None
    over = bisect_left(range(1, seq + 1), True, key=lambda each: _is_over(_record(journal, each), past.id, number)) + 1
    before = _record(journal, over - 1) if over > 1 else None
    release = before.release if before is not None else None
    return release if release is not None and release.id == past.id else None


def _is_over(record: Record | None, id_: str, number: int) -> bool:
    """A version that is not there any more was before it."""
    if record is None or (record.release is not None and record.release.id == id_):
        return False
    return record.last_number > number or any(past.id == id_ for past in record.past)


def _record(journal: Journal, seq: int) -> Record | None:
    try:
        version = journal.read(seq)
    except BluegreenError:
        return None
    return version.record if version is not None else None


def _number(id_: str) -> int | None:
    number = id_.rpartition("-")[2]
    return int(number) if number.isdecimal() else None


def _known(record: Record) -> str:
    tags = [each.tag for each in (record.release, record.queued) if each is not None]
    tags += [past.tag for past in record.past]
    shown = ", ".join(list(dict.fromkeys(tags))[:5])
    return f" (known: {shown})" if shown else ": nothing has been released yet"
