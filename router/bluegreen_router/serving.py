"""What Envoy is told to serve: the route, and for how long it may be believed."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bluegreen.core.errors import Unavailable
from bluegreen_router.addresses import Addresses
from bluegreen_router.engine.assignment import SILENT_SECONDS, endpoints
from bluegreen_router.engine.clusters import Config
from bluegreen_router.engine.desk import Desk
from bluegreen_router.engine.routes import LIVE_PATH
from bluegreen_router.kept import forget, keep, kept
from bluegreen_router.log import Log
from bluegreen_router.route import Route, fallback
from bluegreen_router.settings import Settings
from bluegreen_router.streams import Streams

_STAMP_EVERY = 1.0  # seconds
_TAKEN_WITHIN = 10.0  # seconds


class Serving:
    """`changed` is told when somebody may wait to hear of it."""

    def __init__(
        self, settings: Settings, folder: Path, streams: Streams, log: Log, changed: Callable[[], None]
    ) -> None:
        self._settings, self._folder, self._streams, self._log = settings, folder, streams, log
        self._changed = changed
        self.route: Route | None = None
        self.stopping = False
        self.behind = ""  # why this instance is to leave the rotation
        self.confirmed: datetime | None = None  # when the journal last said what is served
        self._stamped = -_STAMP_EVERY
        self._wanted: Route | None = None
        self._beaten = time.monotonic()
        self._addresses = Addresses(settings.origins, log)
        self.desk = Desk(self._endpoints, self.health)
        self._addresses.start(self.desk.tell)

    def begin(self) -> None:
        """With the route that was confirmed moments ago, if there is one, and with no other."""
        found = kept(self._folder, self._settings.service, _now())
        if found is None:
            forget(self._folder)
        else:
            self.confirmed = found.confirmed
            self._wanted = found.route
            self.desk.tell()
            self._in_force(found.route)

    def apply(self, route: Route) -> None:
        """Puts a route into force; `Unavailable` where Envoy has not taken it in time."""
        self._wanted = route
        if not self.desk.is_taken(self.desk.tell(), _TAKEN_WITHIN):
            raise Unavailable("envoy has not taken the route yet")
        self._in_force(route)

    def _in_force(self, route: Route) -> None:
        before, self.route = self.route, route
        self._streams.serve(route.active)
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
        self.confirmed = _now()
        if self.route is not None and self.route.seq and _due(self._stamped):
            self._stamped = time.monotonic()
            try:
                keep(self.route, self.confirmed, self._folder)
                self._log.trouble("the kept route", "")
            except OSError as error:
                self._log.trouble("the kept route", f"cannot be written: {error}; the route serves all the same")

    def beat(self) -> None:
        """The agent lives: without this, Envoy is soon told that nobody serves."""
        was_silent = self.silent
        self._beaten = time.monotonic()
        if was_silent:
            self.desk.tell()

    def _endpoints(self) -> dict[str, list[Config]]:
        settings, wanted = self._settings, None if self.silent else self._wanted
        return endpoints(wanted, settings.origins, self._addresses.found, self._streams.ports)

    @property
    def silent(self) -> bool:
        return time.monotonic() > self._beaten + SILENT_SECONDS

    def health(self, path: str) -> tuple[int, str]:
        """What is answered to those who ask whether this instance may serve, or has to be started anew."""
        if self.silent:
            return 503, "the agent is silent: nobody follows the journal"
        if path == LIVE_PATH:
            return 200, "alive"
        if self.stopping:
            return 503, "stopping"
        if self.route is None:
            return 503, "no route is known yet: the journal has not been read"
        if self.behind:
            return 503, self.behind
        return 200, health(self.route, self._settings.instance, self.confirmed)

    def close(self) -> None:
        self._addresses.stop()
        self.desk.close()


def health(route: Route, instance: str, confirmed: datetime | None) -> str:
    """`confirmed` is when the journal last said the same."""
    told = {"instance": instance, "active": route.active.value, "epoch": route.epoch, "seq": route.seq}
    since = None if confirmed is None else confirmed.isoformat(timespec="seconds")
    return json.dumps({**told, "journal_read": since})


def _due(last: float) -> bool:
    return time.monotonic() >= last + _STAMP_EVERY


def _differ(before: Route, route: Route) -> bool:
    return (before.epoch, before.active, before.phase) != (route.epoch, route.active, route.phase)


def _about(route: Route) -> dict[str, object]:
    return {"seq": route.seq, "epoch": route.epoch, "release": route.tags.get(route.active, "")}


def _now() -> datetime:
    return datetime.now(UTC)
