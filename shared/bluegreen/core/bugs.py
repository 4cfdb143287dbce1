"""An exception that nobody foresaw is a finding too: where it was raised, and of which kind, told to people once.

Never its message: that may hold a secret or a foreign text. `deadlines` and everything else go on as after a fault.
"""

import traceback
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bluegreen.core.config.service import Service
from bluegreen.core.notices import Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.record import BUGS_KEPT, Record

_OURS = Path(__file__).parents[1]
_NAME_KEPT = 60  # characters of an exception's name: some libraries make theirs of what they read


def described(error: Exception) -> str:
    """Where our own code was when it was raised, also inside of a library."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_OURS)]
    frame = next(iter((*reversed(ours), *reversed(frames))), None)
    where = f" at {_name(frame.filename)}:{frame.lineno}" if frame else ""
    return f"a bug in Bluegreen{where} ({type(error).__name__[:_NAME_KEPT]})"


def told(record: Record, service: Service, found: Iterable[str], now: datetime) -> Record:
    """The record with a notice of each that people have not been told of yet, for this release and this place."""
    for says in found:
        about = record.release.id if record.release else f"{record.service}-{record.last_number}"
        key = f"{about}: {says}"
        if key in record.bugs:
            continue
        next_step = "it goes on by itself, within its deadlines; please report it with the log of this minute"
        record = queue_notice(record, service, Tone.WARNING, says, now, next_step=next_step, release=record.release)
        record = record.model_copy(update={"bugs": (*record.bugs, key)[-BUGS_KEPT:]})
    return record


def _name(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_OURS)) if path.is_relative_to(_OURS) else path.name
