"""The versions of a journal in which one release was in flight, and the first one after."""

from itertools import dropwhile

from bluegreen.clients.fan_out import at_once
from bluegreen.clients.store.journal import Journal, decode
from bluegreen.clients.store.objects import Objects
from bluegreen.clients.store.release_files import ReleaseFiles
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.record import Version
from bluegreen.core.release_file.encoding import UNREADABLE, opened

_BATCH = 64
_MOST = 20_000  # versions that are looked through


def of_release(objects: Objects, service: str, asked: str, whole: bool = False) -> list[Version]:
    """Oldest first; of several releases of a tag, the newest. Empty where the journal has none (any more).

    Unless `whole`, without what a trace does not tell: a release that was watched for hours has a thousand versions.
    """
    journal = Journal(objects, service, nonce=str)
    newest = journal.newest()
    found: list[Version] = []
    after: Version | None = None
    seq = newest.seq if newest else 0
    for end in range(seq, max(seq - _MOST, 0), -_BATCH):
        for version in at_once(journal.read, range(end, max(end - _BATCH, 0), -1)):
            if version is None:
                return _whole(found, after)
            if _is_of(version, found, asked):
                found.append(version if whole else _slim(version))
            elif found:
                return _whole(found, after)
            else:
                after = version
    return _whole(found, after)


def of_id(objects: Objects, service: str, release: str) -> list[Version]:
    """As `of_release`: from the release's file where that is whole, and only else from the journal.

    Of a tag, which no file is called by, always from the journal.
    """
    return _from_file(objects, service, release) or of_release(objects, service, release)


def _from_file(objects: Objects, service: str, release: str) -> list[Version]:
    """[] where the release's file is not there, has not its end yet, or cannot be read."""
    try:
        files = [opened(body) for body in ReleaseFiles(objects, service, at_once).bodies(release)]
        read = (decode(body) for file in files for body in file.whole().bodies)
        ours = dropwhile(lambda version: not _is_in_flight(version, release), read)
        found = [_slim(version) if _is_in_flight(version, release) else version for version in ours]
    except UNREADABLE:
        return []
    if not found or _is_in_flight(found[-1], release):
        return []
    return found


def _is_in_flight(version: Version, release: str) -> bool:
    return version.record.release is not None and version.record.release.id == release


def _slim(version: Version) -> Version:
    record = version.record
    release = record.in_flight.model_copy(update={"evidence": Evidence(), "log": ""})
    emptied = dict.fromkeys(
        ("outbox", "alerts", "messages", "deliveries", "past", "bugs", "data_jobs", "clean_ups"), ()
    )
    return version.model_copy(
        update={"record": record.model_copy(update={**emptied, "judged": None, "release": release})}
    )


def _is_of(version: Version, found: list[Version], asked: str) -> bool:
    release = version.record.release
    if release is None:
        return False
    known = found[-1].record.release if found else None
    return release.id == known.id if known else asked in (release.id, release.tag)


def _whole(found: list[Version], after: Version | None) -> list[Version]:
    return [*reversed(found), *([after] if found and after else [])]
