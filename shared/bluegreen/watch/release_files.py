"""Keeps the versions of a release that is over in a file of their own: the journal's may expire."""

from datetime import datetime
from functools import partial

from bluegreen.clients.store.objects import create_once
from bluegreen.clients.store.release_files import ReleaseFiles
from bluegreen.cloud import Cloud
from bluegreen.core.gathered import Gathered
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record, Version
from bluegreen.core.release_file.encoding import Part, digest, encoded
from bluegreen.core.release_file.gathering import Cut, cut, is_pending
from bluegreen.ordering.placing import place

_BATCH = 60  # versions that are asked for before it is looked whether they suffice


def keep(cloud: Cloud, version: Version) -> Version:
    """One file a call; the newest version afterwards. A file is created and never changed; a second try finds it."""
    if not is_pending(version.record):
        return version
    before, service = version.record.gathered, cloud.service.name
    files = ReleaseFiles(cloud.clients.state, service, cloud.clients.at_once)
    bodies, found = _read(files, before.seq + 1 if before else files.first(version.seq), version.seq)
    if found is None:
        return version
    number = before.part + 1 if before is not None and not before.over and before.release == found.release else 1
    *_, last = taken = [*bodies][: found.versions]
    body = encoded(Part(service, found.release, number, tuple(bodies[seq] for seq in taken)))
    create_once(cloud.clients.state, files.path(found.release, number), body)
    kept = Gathered(seq=last, release=found.release, part=number, over=found.over, file=digest(body))
    return place(cloud, f"{found.versions} versions kept in {found.release}'s file", partial(_noted, kept)).version


def _read(files: ReleaseFiles, start: int, newest: int) -> tuple[dict[int, bytes], Cut | None]:
    bodies, found = dict[int, bytes](), None
    for seq in range(start, newest + 1, _BATCH):
        bodies |= files.versions(range(seq, min(seq + _BATCH, newest + 1)))
        found = cut(bodies)
        if found is not None:
            break
    return bodies, found


def _noted(kept: Gathered, record: Record, now: datetime) -> Outcome:
    if record.gathered is not None and record.gathered.seq >= kept.seq:
        return Outcome(True, record, "they are kept already")
    return Outcome(True, record.model_copy(update={"gathered": kept}), f"kept up to version {kept.seq}")
