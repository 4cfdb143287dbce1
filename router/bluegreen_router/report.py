"""Writes what this instance serves and has counted, where the watch and the switch read it."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bluegreen.clients.store.objects import Objects
from bluegreen.core.errors import BluegreenError, Corrupt
from bluegreen.core.judge.telemetry import Block, Telemetry
from bluegreen.core.phases import Phase
from bluegreen_router.counts import Ledger, failures
from bluegreen_router.fallback import version_in
from bluegreen_router.log import Log
from bluegreen_router.nudge import Nudge
from bluegreen_router.route import Route

MOVING_SECONDS = 1.0  # while somebody waits for it
QUIET_SECONDS = 5.0
MOST_BYTES = 160_000
_WATCHED = frozenset({Phase.SWITCHING, Phase.WATCHING})


class Report:
    """`route` is asked for what is applied now; `wake` makes the next report come at once."""

    def __init__(
        self,
        objects: Objects,
        identity: tuple[str, str],
        ledger: Ledger,
        route: Callable[[], Route | None],
        nudge: Nudge,
        log: Log,
        quiet_seconds: float = QUIET_SECONDS,
        confirmed: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._objects = objects
        self._service, self._instance = identity
        self._ledger = ledger
        self._route = route
        self._nudge = nudge
        self._log = log
        self._quiet = timedelta(seconds=quiet_seconds)
        self._confirmed = confirmed
        self._earlier: int | None = None  # the version that this instance named before it was started anew
        self._written: datetime | None = None
        self._beaten: datetime | None = None
        self._fresh = threading.Event()

    def wake(self) -> None:
        self._fresh.set()

    def wait(self, now: datetime) -> None:
        """Until something is due, or a route was applied."""
        block = self._left(self._ledger.began, self._block_every(), now)
        until = [block, self._left(self._written, self._every(), now)]
        if (beat := self._beat()) is not None:
            until.append(self._left(self._beaten, beat, now))
        self._fresh.wait(min(until).total_seconds())

    def turn(self, now: datetime) -> None:
        """Closes the block and writes, each if it is time."""
        route = self._route()
        fresh = self._fresh.is_set()
        self._fresh.clear()
        due = not self._left(self._ledger.began, self._block_every(), now)
        block = self._ledger.close(now) if fresh or due else None
        if block and route and route.phase in _WATCHED and failures(block, route.active):
            self._nudge.send()
        if fresh or (block and route and route.moving) or not self._left(self._written, self._every(), now):
            self.write(now)
        self._wake_watch(now)

    def _wake_watch(self, now: datetime) -> None:
        """After the report, so that what is looked at is new."""
        beat = self._beat()
        if beat is not None and not self._left(self._beaten, beat, now):
            self._beaten = now
            self._nudge.beat()

    def _beat(self) -> timedelta | None:
        route = self._route()
        every = route.beat(self._instance) if route else None
        return None if every is None else timedelta(seconds=every)

    def write(self, now: datetime) -> None:
        self._written = now
        key = f"services/{self._service}/telemetry/{self._instance}.json"
        try:
            self._objects.put(key, encode(self._telemetry(now, key)))
            self._log.trouble("telemetry", "")
        except BluegreenError as error:
            self._log.trouble("telemetry", str(error))

    def _telemetry(self, now: datetime, key: str) -> Telemetry:
        route = self._route()
        return Telemetry(
            service=self._service,
            instance=self._instance,
            at=now,
            seq=route.seq if route and route.seq else self._known_before(key),
            epoch=route.epoch if route else 0,
            active=route.active if route else None,
            blocks=self._ledger.blocks,
            nudges=self._nudge.works,
            confirmed=self._confirmed(),
        )

    def _known_before(self, key: str) -> int:
        """Not to be written over by one that has read no journal yet: should that be lost, nothing else tells of it."""
        if self._earlier is None:
            try:
                self._earlier = version_in(self._objects, key)
            except Corrupt:
                self._earlier = 0
        return self._earlier

    def _block_every(self) -> timedelta:
        return timedelta(seconds=MOVING_SECONDS if self._moving() else QUIET_SECONDS)

    def _every(self) -> timedelta:
        return timedelta(seconds=MOVING_SECONDS) if self._moving() else self._quiet

    def _moving(self) -> bool:
        route = self._route()
        return route is not None and route.moving

    @staticmethod
    def _left(since: datetime | None, every: timedelta, now: datetime) -> timedelta:
        """Until `every` has passed; nothing where the clock was set back: nobody is to wait for it to catch up."""
        if since is None or now < since:
            return timedelta(0)
        return max(since + every - now, timedelta(0))


def encode(telemetry: Telemetry) -> bytes:
    """As JSON without what is nought; the oldest blocks are left out where it would be too large."""
    body = telemetry.model_dump_json(exclude_defaults=True).encode()
    blocks: tuple[Block, ...] = telemetry.blocks
    while len(body) > MOST_BYTES and blocks:
        blocks = blocks[len(blocks) // 10 + 1 :]
        body = telemetry.model_copy(update={"blocks": blocks}).model_dump_json(exclude_defaults=True).encode()
    return body
