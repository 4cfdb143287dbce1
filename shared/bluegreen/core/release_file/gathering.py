"""Which versions of the journal are still to be kept, and where a release's end: walked from the last one kept."""

from collections.abc import Mapping
from typing import NamedTuple

from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release_file.chain import link

PART = 600  # versions of a file at most: 60 MB where every one is as large as a record may be


class Cut(NamedTuple):
    """The first `versions` of a row belong to `release`. `over`: it is not in flight in the last of them."""

    release: str
    versions: int
    over: bool


def is_pending(record: Record) -> bool:
    """A release has come to rest whose versions are not kept yet. What was superseded in the queue never flew."""
    gathered = record.gathered
    if gathered is not None and not gathered.over:
        return True
    done = _number(gathered.release) if gathered is not None else 0
    return any(past.outcome is not Phase.SUPERSEDED and _number(past.id) > done for past in record.past)


def cut(bodies: Mapping[int, bytes]) -> Cut | None:
    """Where the next file ends, of versions by their numbers; None where more have to be read."""
    release, first = "", next(iter(bodies), 0)
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


def _number(release: str) -> int:
    number = release.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
