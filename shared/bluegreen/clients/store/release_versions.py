"""The versions of a journal in which one release was in flight, and the first one after."""

from bluegreen.clients.fan_out import at_once
from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.objects import Objects
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.record import Version

_BATCH = 64
_MOST = 20_000  # versions that are looked through


def of_release(objects: Objects, service: str, asked: str, whole: bool = False) -> list[Version]:
    """Oldest first; of several releases of a tag, the newest. Empty where none is left.

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


def _slim(version: Version) -> Version:
    record = version.record
    release = record.in_flight.model_copy(update={"evidence": Evidence(), "log": ""})
    emptied = dict.fromkeys(("outbox", "alerts", "messages", "deliveries", "past", "bugs"), ())
    return version.model_copy(update={"record": record.model_copy(update={**emptied, "release": release})})


def _is_of(version: Version, found: list[Version], asked: str) -> bool:
    release = version.record.release
    if release is None:
        return False
    known = found[-1].record.release if found else None
    return release.id == known.id if known else asked in (release.id, release.tag)


def _whole(found: list[Version], after: Version | None) -> list[Version]:
    return [*reversed(found), *([after] if found and after else [])]
