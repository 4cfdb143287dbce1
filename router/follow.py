"""Follows the journal: finds the newest version, never goes back, keeps the last route when the store fails."""

import time
from collections.abc import Callable, Iterator

from bluegreen.clients.journal import Journal
from bluegreen.core.errors import BluegreenError, Corrupt
from bluegreen.core.record import Version
from router.log import Log
from router.route import Route, route_of

_FROM_THE_HEAD_SECONDS = 60.0
_AT_ONCE = 1000


class Follower:
    """`apply` gets every newer route, the newest only when several came at once."""

    def __init__(self, journal: Journal, apply: Callable[[Route], None], log: Log, seq: int = 0) -> None:
        self._journal = journal
        self._apply = apply
        self._log = log
        self._seq = seq
        self._from_head_at = 0.0  # monotonic; in the past: the next look starts at the head

    def look(self) -> None:
        """One look: a single read when there is nothing new. Trouble is told once, and the route stays."""
        newest = None
        try:
            for version in self._unread():
                newest = version
            self._log.trouble("journal", self._behind(newest))
        except BluegreenError as error:
            self._from_head_at = 0.0
            self._log.trouble("journal", f"{error}; the last known route stays")
        if newest is not None and newest.seq > self._seq:
            self._apply(route_of(newest))
            self._seq = newest.seq

    def _unread(self) -> Iterator[Version]:
        """The versions after ours. The head is asked after a gap, and now and then: it leads past a missing version."""
        if time.monotonic() >= self._from_head_at:
            newest = self._journal.newest()
            if newest is not None:
                self._check(newest)
                self._from_head_at = time.monotonic() + _FROM_THE_HEAD_SECONDS
                yield newest
            return
        for seq in range(self._seq + 1, self._seq + 1 + _AT_ONCE):
            version = self._journal.read(seq)
            if version is None:
                return
            if version.seq != seq:
                raise Corrupt(f"{self._journal.key(seq)} holds version {version.seq}")
            yield version

    def _check(self, newest: Version) -> None:
        """The head may lie: the journal must say the same, or be spoilt there, or, at the start, have expired there."""
        if newest.seq <= self._seq:
            return
        try:
            written = self._journal.read(newest.seq)
        except Corrupt:
            return
        if (written is None and self._seq) or (written is not None and _differ(written, newest)):
            raise Corrupt(f"the head speaks of a version {newest.seq} that the journal does not hold")

    def _behind(self, newest: Version | None) -> str:
        if newest is None or newest.seq >= self._seq:
            return ""
        return f"the journal ends at {newest.seq}, before the route's {self._seq}; the last known route stays"


def _differ(one: Version, other: Version) -> bool:
    return one.model_copy(update={"digest": ""}) != other.model_copy(update={"digest": ""})
