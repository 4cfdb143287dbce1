"""What releases leave to later ones: remembered once they are proven, until it is done."""

from collections.abc import Iterable, Sequence

from bluegreen.core.data_jobs.stored import CleanUp
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release

KEPT = 10
_LONGEST = 200  # characters of a statement, or of a path


def kept(found: Iterable[CleanUp]) -> tuple[CleanUp, ...]:
    cut = (
        each.model_copy(update={"statement": each.statement[:_LONGEST], "path": each.path[:_LONGEST]}) for each in found
    )
    return tuple({each.statement: each for each in cut}.values())[:KEPT]


def remembered(record: Record, release: Release) -> Record:
    """Once a release is proven: what it leaves is added, what it has done goes, and files are as it has them."""
    if release.phase is not Phase.LIVE or release.clean_ups is None:
        return record
    known = [each for each in record.clean_ups if not each.stands and flat(each.statement) not in set(release.cleaned)]
    return record.model_copy(update={"clean_ups": kept([*known, *release.clean_ups])})


def done_by(record: Record, statements: Sequence[str]) -> tuple[str, ...]:
    """Those of what is remembered that are among the statements of a release's migrations."""
    run = {flat(statement) for statement in statements}
    return tuple(flat(each.statement) for each in record.clean_ups if flat(each.statement) in run)


def flat(statement: str) -> str:
    """To compare by: without case, spaces at an end and the semicolon, as far as it is kept."""
    return " ".join(statement.lower().split()).rstrip("; ")[: _LONGEST - 1].rstrip("; ")
