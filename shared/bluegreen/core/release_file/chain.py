"""Is a row of versions the one that was written? Each names the hash of the one before, and its own number."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from bluegreen.core.release_file.encoding import digest


class Link(NamedTuple):
    """What a version says of its place. `release`: the id of the one in flight, "" where there is none."""

    seq: int
    previous: str
    release: str


def link(body: bytes) -> Link:
    """Cheap: nothing of the record is checked. `ValueError` where it is no version at all."""
    try:
        found = json.loads(body)
        release = found["record"]["release"]
        return Link(int(found["seq"]), str(found["previous"]), str(release["id"]) if release else "")
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no version of a journal: {error}") from None


def faults(bodies: Sequence[bytes]) -> list[str]:
    """What does not fit, in words; [] where the chain is whole."""
    found, before = list[str](), None
    for number, body in enumerate(bodies):
        try:
            here = link(body)
        except ValueError:
            after = f"the one after version {before.seq}" if before else "the first one"
            found.append(f"{after} cannot be read")
            before = None
            continue
        if before is not None:
            found += _fault(before, here, digest(bodies[number - 1]))
        before = here
    return found


def _fault(before: Link, here: Link, hashed: str) -> list[str]:
    if here.seq != before.seq + 1:
        missing = f"{before.seq + 1} to {here.seq - 1}" if here.seq > before.seq + 2 else f"{before.seq + 1}"
        return [f"version {missing} is missing" if here.seq > before.seq else f"version {here.seq} is out of its order"]
    if here.previous == hashed:
        return []
    return [f"version {before.seq} is not what version {here.seq} was written after: its hash is {hashed[:12]}…"]
