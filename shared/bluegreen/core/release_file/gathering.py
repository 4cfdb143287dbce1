"""Which versions of the journal are still to be kept, and where a release's end: walked from the last one kept."""

from collections.abc import Mapping
from typing import NamedTuple

from bluegreen.core.gathered import Gathered, number_of
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release_file.chain import link

PART = 600  # versions of a file at most: 60 MB where every one is as large as a record may be


class Cut(NamedTuple):
    """The first `versions` of a row belong to `release`. `over`: it is not in flight in the last of them."""

    release: str
    versions: int
    over: bool


def is_pending(record: Record, newest: int) -> bool:
    """A file can be made, or nobody has looked whether it can: a release has come to rest, or has filled another part.

    `newest`: the number of the record's version.
    """
    gathered, release = record.gathered, record.release
    if gathered is not None and not gathered.over:
        flies = release is not None and release.id == gathered.release
        return not flies or newest - gathered.seq >= PART
    return newest_past(record) > (gathered.done_for(record.service) if gathered is not None else 0)


def newest_past(record: Record) -> int:
    """The number of the newest release that is over. What was superseded in the queue never flew."""
    flown = (past.id for past in record.past if past.outcome is not Phase.SUPERSEDED)
    return max((number_of(each, record.service) for each in flown), default=0)


def cut(bodies: Mapping[int, bytes], before: Gathered | None = None) -> Cut | None:
    """Where the next file ends, of versions by their numbers; None where more have to be read.

    `before`: what is kept. A release whose last part that is not ends with the first version without it, too.
    """
    first, release = next(iter(bodies), 0), before.release if before is not None and not before.over else ""
    for many, body in enumerate(bodies.values(), start=1):
        try:
            here = link(body).release
        except ValueError:
            here = release  # spoilt, and kept as it is
        if release and here != release:
            return Cut(release, many, over=True)
        if many == PART:
            return Cut(here or f"idle-{first}", many, over=not here)
        release = here
    return None
