"""Follows the journal: finds the newest version, never goes back, keeps its route when the store fails or lost it."""

import time
from collections.abc import Callable, Iterator
from enum import Enum

from bluegreen.clients.store.journal_reader import JournalReader
from bluegreen.core.errors import BluegreenError, Corrupt
from bluegreen_router.log import Log
from bluegreen_router.route import Route

_FROM_THE_HEAD_SECONDS = 60.0
_AT_ONCE = 1000


class Seen(Enum):
    """What a look at the journal has come to."""

    FOLLOWED = "the route is what the journal says"
    EMPTY = "the journal is empty, and no version was ever seen"
    UNKNOWN = "the journal cannot be read, or does not fit the route"


class Follower:
    """`apply` gets every newer route, the newest only when several came at once."""

    def __init__(
        self, journal: JournalReader[Route], apply: Callable[[Route], None], log: Log, seq: int = 0, epoch: int = 0
    ) -> None:
        self._journal = journal
        self._apply = apply
        self._log = log
        self._seq = seq
        self._epoch = epoch
        self._from_head_at = 0.0  # monotonic; in the past: the next look starts at the head
        self._misfit = ""  # what the last look from the head has found; looks from our own version cannot tell

    def look(self) -> Seen:
        """One look: a single read when there is nothing new. Trouble is told once, and the route stays."""
        newest, trouble = None, ""
        try:
            for version in self._unread():
                newest = version
        except BluegreenError as error:
            self._from_head_at = 0.0
            trouble = str(error)
        if newest is not None and self._is_later(newest):
            self._apply(newest)
            self._seq, self._epoch, self._misfit = newest.seq, newest.epoch, ""
        elif newest is not None and newest.seq > self._seq:
            self._misfit = self._lost(newest)
        trouble = trouble or self._misfit
        self._log.trouble("journal", f"{trouble}; the last known route stays" if trouble else "")
        if trouble:
            return Seen.UNKNOWN
        return Seen.FOLLOWED if self._seq else Seen.EMPTY

    def _unread(self) -> Iterator[Route]:
        """The versions after ours. The head is asked after a gap, and now and then: it leads past a missing version."""
        if time.monotonic() >= self._from_head_at:
            newest = self._journal.newest()
            self._misfit = self._judge(newest)
            if self._seq or newest is not None:
                self._from_head_at = time.monotonic() + _FROM_THE_HEAD_SECONDS
            if newest is not None:
                yield newest
            return
        for seq in range(self._seq + 1, self._seq + 1 + _AT_ONCE):
            version = self._journal.read(seq)
            if version is None:
                return
            yield version

    def _judge(self, newest: Route | None) -> str:
        """The head may lie: the journal must say the same, or be spoilt there, or, at the start, have expired there.
        What is wrong with a journal that ends before our route."""
        if newest is None:
            return f"the journal is empty, and the route is of its version {self._seq}" if self._seq else ""
        later = self._is_later(newest)
        if not later and newest.seq != self._seq:
            return self._lost(newest)
        if later and not self._holds(newest):
            raise Corrupt(f"the head speaks of a version {newest.seq} that the journal does not hold")
        return ""

    def _is_later(self, version: Route) -> bool:
        """By epoch, then by number: a journal that was lost and recovered goes on with lower numbers and a higher
        epoch, and one that was lost and goes on unnoticed comes to higher numbers with a lower epoch."""
        return (version.epoch, version.seq) > (self._epoch, self._seq)

    def _lost(self, newest: Route) -> str:
        ours = f"the route's {self._seq} of epoch {self._epoch}"
        return f"the journal ends at {newest.seq} of epoch {newest.epoch}, before {ours}: `bluegreen recover` mends it"

    def _holds(self, newest: Route) -> bool:
        try:
            written = self._journal.read(newest.seq)
        except Corrupt:
            return True
        return not self._seq if written is None else written == newest
