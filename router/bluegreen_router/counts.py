"""What the agent counts: answers to users and to probes, gathered into blocks of a few seconds."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.judge.client_paths import ClientPath
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts
from bluegreen_router.heavy_hitters import HeavyHitters, Who

KEPT = timedelta(minutes=5)
KEPT_BLOCKS = 300


class Source(Enum):
    USERS = "users"
    PROBES = "probes"
    MIRRORED = "mirrored"  # the same requests, at both environments at the same moment


class Answer(NamedTuple):
    environment: Environment
    failed: bool
    milliseconds: float | None  # None: it cannot be told how long the environment took
    who: Who | None = None  # of a failure
    unanswered: bool = False  # the client has given up waiting


Told = Callable[[HeavyHitters], tuple[ClientPath, ...]]


class Ledger:
    """Counts from any thread; `at` is the time of the first block's beginning. `gather` is called before a block ends:
    what others have counted is still to come in. `told`: of whose requests fail."""

    def __init__(
        self, at: datetime, gather: Callable[[], None] = lambda: None, told: Told = lambda failing: ()
    ) -> None:
        self._gather, self._told = gather, told
        self._lock = threading.Lock()
        self._began = at
        self._open: dict[tuple[Source, Environment], Counts] = {}
        self._failing: dict[Environment, HeavyHitters] = {}
        self._blocks: tuple[Block, ...] = ()

    def count(self, source: Source, answer: Answer) -> None:
        """One answer, into the block that is open."""
        buckets = [0] * (len(BUCKETS_MS) + 1)
        if answer.milliseconds is not None:
            buckets[bisect_left(BUCKETS_MS, answer.milliseconds)] = 1
        counts = Counts(requests=1, failed=answer.failed, unanswered=answer.unanswered, buckets=tuple(buckets))
        self.add(source, answer.environment, counts)
        if answer.failed and answer.who is not None and source is Source.USERS:
            self.note(answer.environment, answer.who)

    def add(self, source: Source, environment: Environment, counts: Counts) -> None:
        """What was counted elsewhere."""
        with self._lock:
            self._open[source, environment] = self._open.get((source, environment), Counts()) + counts

    def note(self, environment: Environment, who: Who) -> None:
        """Whose request it was that failed: a user's, counted elsewhere."""
        with self._lock:
            self._failing.setdefault(environment, HeavyHitters()).note(who)

    def close(self, now: datetime) -> Block:
        """Ends the open block and begins the next. Blocks from the future are dropped: the clock was set back."""
        self._gather()
        with self._lock:
            rows, began, failing = self._open, self._began, self._failing
            # Who failed is heard of at once, the count of it a moment later: who waits for that.
            late = {e: who for e, who in failing.items() if not rows.get((Source.USERS, e), Counts()).failed}
            self._open, self._began, self._failing = {}, now, late
        block = Block(
            at=min(began, now),
            seconds=round(max((now - began).total_seconds(), 0.0), 3),
            users=self._counts(rows, Source.USERS, failing),
            probes=self._counts(rows, Source.PROBES, {}),
            mirrored=self._counts(rows, Source.MIRRORED, {}),
        )
        kept = (one for one in (*self._blocks, block) if now - KEPT < one.at <= now)
        self._blocks = tuple(kept)[-KEPT_BLOCKS:]
        return block

    def _counts(
        self,
        rows: Mapping[tuple[Source, Environment], Counts],
        source: Source,
        failing: Mapping[Environment, HeavyHitters],
    ) -> dict[Environment, Counts]:
        told = {environment: self._told(hitters) for environment, hitters in failing.items()}
        return {
            environment: counts.model_copy(update={"client_paths": told.get(environment, ())})
            for (found, environment), counts in rows.items()
            if found is source
        }

    @property
    def began(self) -> datetime:
        """When the open block began."""
        return self._began

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The closed ones, oldest first."""
        return self._blocks


def failures(block: Block, environment: Environment) -> int:
    return sum(counts[environment].failed for counts in (block.users, block.probes) if environment in counts)
