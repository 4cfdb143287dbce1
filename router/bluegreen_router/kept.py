"""The last route, kept for a router that starts anew: believed only while the journal has confirmed it moments ago.

An older one may lead to an environment that has meanwhile been given a release which nobody has checked.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from bluegreen.core.model import Frozen, Time
from bluegreen_router.route import Route

RECENT = timedelta(seconds=10)
_FILE = "route.json"


class Kept(Frozen):
    route: Route
    confirmed: Time  # when the journal said so, for the last time


def keep(route: Route, confirmed: datetime, folder: Path) -> None:
    """Renamed into place: a reader finds the old one or the new one, whole."""
    fresh = folder / f".{_FILE}"
    fresh.write_text(Kept(route=route, confirmed=confirmed).model_dump_json())
    os.replace(fresh, folder / _FILE)


def kept(folder: Path, service: str, now: datetime) -> Kept | None:
    """What a router before this one left, if it is this service's and fresh. A stamp from the future proves nothing."""
    try:
        found = Kept.model_validate_json((folder / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None
    fresh = timedelta(0) <= now - found.confirmed <= RECENT
    return found if fresh and found.route.service == service else None


def forget(folder: Path) -> None:
    with suppress(FileNotFoundError):
        (folder / _FILE).unlink()
