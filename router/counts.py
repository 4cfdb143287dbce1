"""What the agent counts: users' requests from Caddy's log lines, and probes, gathered into blocks of a few seconds."""

import json
import threading
from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.telemetry import BUCKETS_MS, Block, Counts

KEPT = timedelta(minutes=5)
KEPT_BLOCKS = 300


class Source(Enum):
    USERS = "users"
    PROBES = "probes"


class Answer(NamedTuple):
    environment: Environment
    failed: bool
    milliseconds: float


class Ledger:
    """Counts from any thread; `at` is the time of the first block's beginning."""

    def __init__(self, at: datetime) -> None:
        self._lock = threading.Lock()
        self._began = at
        self._open: dict[tuple[Source, Environment], list[int]] = {}
        self._blocks: tuple[Block, ...] = ()

    def count(self, source: Source, answer: Answer) -> None:
        """One answer, into the block that is open."""
        with self._lock:
            row = self._open.setdefault((source, answer.environment), [0, 0] + [0] * (len(BUCKETS_MS) + 1))
            row[0] += 1
            row[1] += answer.failed
            row[2 + bisect_left(BUCKETS_MS, answer.milliseconds)] += 1

    def close(self, now: datetime) -> Block:
        """Ends the open block and begins the next."""
        with self._lock:
            rows, began = self._open, self._began
            self._open, self._began = {}, now
        block = Block(
            at=began,
            seconds=round(max((now - began).total_seconds(), 0.0), 3),
            users=_counts(rows, Source.USERS),
            probes=_counts(rows, Source.PROBES),
        )
        kept = (one for one in (*self._blocks, block) if one.at > now - KEPT)
        self._blocks = tuple(kept)[-KEPT_BLOCKS:]
        return block

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


def reader(authorities: Mapping[str, Environment]) -> Callable[[bytes], Answer | None]:
    """Reads log lines; `authorities` are the environments by the Host that they are asked for."""

    def read(line: bytes) -> Answer | None:
        """None for a line that is about no user's answer."""
        try:
            entry = json.loads(line)
            return _cut_short(entry, authorities) if "upstream" in entry else _answered(entry)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    return read


def _answered(entry: dict[str, object]) -> Answer | None:
    """A line of the access log. A client that went away (499) is no failure; its wait counts.

    The time is the environment's own, up to its response header: how slowly a client reads is not its fault. Caddy
    leaves `environment` out when it broke off an answer half-way: those are told by `_cut_short`.
    """
    if not entry.get("environment"):
        return None
    status = int(str(entry["status"]))
    seconds = float(str(entry["duration"]))
    latency = entry.get("latency_ms")
    milliseconds = float(latency) if isinstance(latency, int | float) else seconds * 1000
    return Answer(Environment(entry["environment"]), status >= 500, milliseconds)


def _cut_short(entry: dict[str, object], authorities: Mapping[str, Environment]) -> Answer | None:
    """A line of the proxy's own log: the environment broke off in the middle of its answer. A client that did so
    ("writing", "context canceled") is no failure, and one with the preview secret no user."""
    why = str(entry["error"])
    if "active}" not in str(entry["upstream"]) or not why.startswith("reading:") or "context canceled" in why:
        return None
    request = entry["request"]
    host = str(request["host"]) if isinstance(request, dict) else ""
    return Answer(authorities[host], True, float(str(entry["duration"])) * 1000)


def _counts(rows: Mapping[tuple[Source, Environment], list[int]], source: Source) -> dict[Environment, Counts]:
    return {
        environment: Counts(requests=row[0], failed=row[1], buckets=tuple(row[2:]))
        for (found, environment), row in rows.items()
        if found is source
    }
