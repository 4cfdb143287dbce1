"""What Caddy is told to serve, through the files of a folder: the route, its confirmation, and that the agent lives."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bluegreen_router.kept import forget, keep, kept
from bluegreen_router.log import Log
from bluegreen_router.route import (
    ALIVE,
    Route,
    fallback,
    files,
    health,
    write,
)
from bluegreen_router.settings import Settings
from bluegreen_router.streams import Streams

_STAMP_EVERY = 1.0  # seconds


class Serving:
    """`changed` is told when somebody may wait to hear of it."""

    def __init__(
        self, settings: Settings, folder: Path, streams: Streams, log: Log, changed: Callable[[], None]
    ) -> None:
        self._settings, self._folder, self._streams, self._log = settings, folder, streams, log
        self._changed = changed
        self.route: Route | None = None
        self._confirmed: datetime | None = None
        self._stamped = self._beaten = -_STAMP_EVERY
        self.beat()

    def begin(self) -> None:
        """With the route that was confirmed moments ago, if there is one, and with no other."""
        found = kept(self._folder, self._settings.service, _now())
        if found is None:
            forget(self._folder)
        else:
            self._confirmed = found.confirmed
            self.apply(found.route)

    def apply(self, route: Route) -> None:
        """Puts a route into force."""
        before, settings = self.route, self._settings
        texts = files(route, settings.origins, self._streams.hostports)
        write({**texts, **health(route, settings.instance, self._confirmed)}, self._folder)
        self._streams.serve(route.active, route.tags)
        self.route = route
        self._stamped = -_STAMP_EVERY
        if before is None or before.active is not route.active:
            self._log.say("info", f"{route.active.value} serves", **_about(route))
        if before is None or _differ(before, route):
            self._changed()

    def fall_back(self, why: str) -> None:
        """For want of a route from the journal."""
        if self._settings.fallback is not None:
            self._log.say("warning", f"the fallback serves: {why}")
            self.apply(fallback(self._settings.service, self._settings.fallback))

    def confirm(self) -> None:
        """The journal has been read, and says what the route says."""
        self._confirmed = _now()
        if self.route is not None and self.route.seq and _due(self._stamped):
            self._stamped = time.monotonic()
            keep(self.route, self._confirmed, self._folder)
            write(health(self.route, self._settings.instance, self._confirmed), self._folder)

    def beat(self) -> None:
        """The agent lives: without this, Caddy soon refuses to serve by a route that nobody follows."""
        if _due(self._beaten):
            self._beaten = time.monotonic()
            write({ALIVE: str(int(_now().timestamp()))}, self._folder)


def _due(last: float) -> bool:
    return time.monotonic() >= last + _STAMP_EVERY


def _differ(before: Route, route: Route) -> bool:
    return (before.epoch, before.active, before.phase) != (route.epoch, route.active, route.phase)


def _about(route: Route) -> dict[str, object]:
    return {"seq": route.seq, "epoch": route.epoch, "release": route.tags.get(route.active, "")}


def _now() -> datetime:
    return datetime.now(UTC)
