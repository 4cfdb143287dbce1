"""Keeps the versions of a release that is over in a file of their own: the journal's may expire."""

from datetime import datetime
from functools import partial

from bluegreen.clients.store.objects import create_once
from bluegreen.clients.store.release_files import ReleaseFiles
from bluegreen.cloud import Cloud
from bluegreen.core.gathered import Gathered, number_of
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record, Version
from bluegreen.core.release_file.encoding import Part, digest, encoded
from bluegreen.core.release_file.gathering import Cut, cut, is_pending, newest_past
from bluegreen.ordering.placing import place

_BATCH = 60  # versions that are asked for before it is looked whether they suffice
_NOTHING_LEFT = "no versions left to be kept of what is over"


def keep(cloud: Cloud, version: Version) -> Version:
    """One file a call; the newest version afterwards. A file is created and never changed; a second try finds it.

    A call reads the versions of one part, and each is read for one file. Where no file comes of all that are there,
    that is noted, so that they are not read again before another release is over.
    """
    if not is_pending(version.record, version.seq):
        return version
    before, service = version.record.gathered, cloud.service.name
    files = ReleaseFiles(cloud.clients.state, service, cloud.clients.at_once)
    start = files.first(version.seq, before.seq + 1 if before else 1)
    bodies, found = _read(files, before, start, version.seq)
    if found is None:
        known = before or Gathered(seq=start - 1, release="")
        nothing = known.model_copy(update={"done": newest_past(version.record)})
        return place(cloud, _NOTHING_LEFT, partial(_noted, nothing)).version
    number = before.part + 1 if before is not None and not before.over and before.release == found.release else 1
    *_, last = taken = [*bodies][: found.versions]
    body = encoded(Part(service, found.release, number, tuple(bodies[seq] for seq in taken)))
    create_once(cloud.clients.state, files.path(found.release, number), body)
    done = number_of(found.release, service) if found.over else 0
    done = done or (before.done_for(service) if before is not None else 0)
    kept = Gathered(seq=last, release=found.release, part=number, over=found.over, file=digest(body), done=done)
    return place(cloud, f"{found.versions} versions kept in {found.release}'s file", partial(_noted, kept)).version


def _read(files: ReleaseFiles, before: Gathered | None, start: int, newest: int) -> tuple[dict[int, bytes], Cut | None]:
    bodies, found = dict[int, bytes](), None
    for seq in range(start, newest + 1, _BATCH):
        bodies |= files.versions(range(seq, min(seq + _BATCH, newest + 1)))
        found = cut(bodies, before)
        if found is not None:
            break
    return bodies, found


def _noted(kept: Gathered, record: Record, now: datetime) -> Outcome:
    if record.gathered is not None and (record.gathered.seq, record.gathered.done) >= (kept.seq, kept.done):
        return Outcome(True, record, "they are kept already")
    return Outcome(True, record.model_copy(update={"gathered": kept}), f"kept up to version {kept.seq}")
