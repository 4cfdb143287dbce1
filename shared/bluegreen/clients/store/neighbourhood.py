"""Who else is in the state bucket: the marks of watches, and the journals of services."""

from bluegreen.clients.store.journal import decode
from bluegreen.clients.store.journal_reader import JournalReader
from bluegreen.clients.store.objects import Objects
from bluegreen.core.errors import BluegreenError
from bluegreen.core.record import Record
from bluegreen.core.upgrading import neighbours
from bluegreen.core.upgrading.neighbours import Watcher

_MOST = 20  # of each: in a bucket that holds more, something else is wrong


def watchers(objects: Objects) -> list[Watcher]:
    """What cannot be read is no mark."""
    found = []
    for key in objects.keys(neighbours.MARKS)[:_MOST]:
        try:
            found.append(Watcher.model_validate_json(objects.get(key) or b""))
        except ValueError:
            continue
    return found


def others(objects: Objects, known: set[str]) -> list[Record]:
    """The newest records of services that are not known; a journal that cannot be read is passed over."""
    found = []
    for name in [name for name in objects.folders(neighbours.SERVICES) if name not in known][:_MOST]:
        try:
            newest = JournalReader(objects, name, decode).newest()
        except BluegreenError:
            continue
        found += [newest.record] if newest else []
    return found


def left_behind(objects: Objects, known: set[str]) -> dict[str, str]:
    """Service → that it is in the middle of a release, of those that are not known."""
    return {record.service: says for record in others(objects, known) if (says := neighbours.left_behind(record))}
