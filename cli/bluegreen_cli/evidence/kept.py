"""A release with all its versions: from its release file, or from the journal where that is not made yet."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from pydantic import ValidationError

from bluegreen.clients.store import release_versions
from bluegreen.clients.store.journal import decode
from bluegreen.clients.store.release_files import ReleaseFiles
from bluegreen.core import long_memory
from bluegreen.core.config.service import Service
from bluegreen.core.errors import Corrupt
from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease, Record, Version
from bluegreen.core.release import Release
from bluegreen.core.release_file import chain
from bluegreen.core.release_file.encoding import SpoiltFile, digest
from bluegreen_cli.terminal.exits import NoSuchRelease
from bluegreen_cli.terminal.place import Place


class KeptRelease(NamedTuple):
    """`bodies`: the stored bytes of `versions`. `source`: where they were read. `faults`: what does not fit."""

    service: Service
    id: str
    bodies: tuple[bytes, ...]
    versions: tuple[Version, ...]
    source: str
    faults: tuple[str, ...]

    @property
    def release(self) -> Release:
        """As the last version has it in which it was in flight."""
        flying = (version.record.release for version in reversed(self.versions))
        return next(release for release in flying if release is not None and release.id == self.id)

    @property
    def ended(self) -> PastRelease | None:
        return next((past for past in self.versions[-1].record.past if past.id == self.id), None)

    @property
    def outcome(self) -> Phase:
        return self.ended.outcome if self.ended is not None else self.release.phase

    @property
    def reason(self) -> str:
        return self.ended.reason if self.ended is not None else self.release.reason

    @property
    def head(self) -> str:
        return digest(self.bodies[-1])

    @property
    def first(self) -> int:
        return self.versions[0].seq

    @property
    def last(self) -> int:
        return self.versions[-1].seq


def load(place: Place, service: Service, named: str) -> KeptRelease:
    """By tag, id or `latest`. `Corrupt` where what is kept was changed and cannot be read any more."""
    record, files = place.newest(service).record, files_of(place, service)
    found = id_of(place, service, record, named)
    bodies = stored(files, found)
    source = files.path(found)
    if not bodies:
        bodies, source = _from_journal(place, files, found), "the journal"
    if not bodies:
        raise NoSuchRelease(f"{service.name} has no versions of {named[:60]} any more, or it never began")
    return _whole(service, found, bodies, source, record)


def files_of(place: Place, service: Service) -> ReleaseFiles:
    return ReleaseFiles(place.clients.state, service.name, place.clients.at_once)


def stored(files: ReleaseFiles, release: str) -> tuple[bytes, ...]:
    """The versions in a release's file; () where there is none."""
    try:
        return tuple(body for part in files.parts(release) for body in part.bodies)
    except SpoiltFile as error:
        raise Corrupt(str(error)) from None


def all_ids(place: Place, service: Service) -> list[str]:
    """Of all releases that have a file, oldest first."""
    named = re.compile(rf"/releases/({re.escape(service.name)}-(\d+))\.json$")
    keys = place.clients.state.keys(f"services/{service.name}/releases/")
    found = {match[1]: int(match[2]) for key in keys if (match := named.search(key))}
    return sorted(found, key=lambda each: found[each])


def _whole(service: Service, found: str, bodies: tuple[bytes, ...], source: str, record: Record) -> KeptRelease:
    try:
        versions = tuple(decode(body) for body in bodies)
    except ValidationError:
        wrong = chain.faults(bodies) or ["they were written by another Bluegreen than this one"]
        raise Corrupt(f"{found}: a version cannot be read: {'; '.join(wrong)}") from None
    gathered, faults = record.gathered, [*chain.faults(bodies)]
    if source != "the journal" and gathered is not None and gathered.release == found and gathered.over:
        ours = versions[-1].seq == gathered.seq
        faults += [] if ours else [f"the journal says that it ends with version {gathered.seq}"]
    flies, flew = (each.release is not None and each.release.id == found for each in (record, versions[-1].record))
    faults += ["its end is missing: it is over, and in flight in the last version"] if flew and not flies else []
    return KeptRelease(service, found, bodies, versions, source, tuple(faults))


def id_of(place: Place, service: Service, record: Record, named: str) -> str:
    """Of a release that is named by its tag, its id or `latest`; the newest of that tag."""
    known: list[tuple[str, str]] = [(record.release.id, record.release.tag)] if record.release is not None else []
    known += [(past.id, past.tag) for past in record.past if past.outcome is not Phase.SUPERSEDED]
    if named == "latest" and known:
        return known[0][0]
    found = next((id_ for id_, tag in known if named in (id_, tag)), "")
    if found or re.fullmatch(rf"{re.escape(service.name)}-\d+", named):
        return found or named
    remembered = place.cloud(service).journal.recalled(long_memory.release_key(named))
    with suppress(ValueError, TypeError, KeyError):
        return str(json.loads(remembered or b"")["id"])
    tags = ", ".join(dict.fromkeys(tag for _, tag in known[:5]))
    raise NoSuchRelease(f"{service.name} has no release {named[:60]}{f' (known: {tags})' if tags else ''}")


def _from_journal(place: Place, files: ReleaseFiles, found: str) -> tuple[bytes, ...]:
    read = release_versions.of_release(place.clients.state, files.service, found, whole=True)
    seqs = [*_with_before([version.seq for version in read])]
    return tuple(files.versions(seqs).values())


def _with_before(seqs: list[int]) -> Iterator[int]:
    """The version before the first holds nothing of it, but the first names its hash."""
    if seqs and seqs[0] > 1:
        yield seqs[0] - 1
    yield from seqs
