"""The agent beside Caddy: follows the journal, and measures. Whatever fails in it, Caddy goes on with the last route.

A thread for each duty, so that none waits for another: the journal, the report, the probes, Caddy's log lines.
"""

import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bluegreen.clients.journal import Journal
from bluegreen.clients.objects import Objects
from bluegreen.core.errors import BluegreenError
from router.access import LineListener
from router.counts import Answer, Ledger, Source, reader
from router.follow import Follower
from router.log import Log
from router.nudge import Nudge
from router.probes import Probes
from router.report import Report
from router.route import Route, fallback, files, kept, write
from router.settings import Settings
from router.streams import Streams


class Agent:
    """`state` holds the journal, `telemetry` takes the reports; `folder` is where Caddy reads the route."""

    def __init__(self, settings: Settings, folder: Path, state: Objects, telemetry: Objects, log: Log) -> None:
        self._settings, self._folder, self._log = settings, folder, log
        self.route: Route | None = None
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._ledger = Ledger(_now())
        self._probes = Probes(settings, lambda answer: self._ledger.count(Source.PROBES, answer))
        self._report = Report(
            telemetry,
            (settings.service, settings.instance),
            self._ledger,
            lambda: self.route,
            Nudge(settings, log),
            log,
            settings.telemetry_seconds,
        )
        self.streams = Streams(settings.origins, settings.stream_seconds)
        self._known_before()
        journal = Journal(state, settings.service, nonce=str)
        self._follower = Follower(journal, self.apply, log, self.route.seq if self.route else 0)
        self._read = reader({origin.authority: environment for environment, origin in settings.origins.items()})
        self._lines = LineListener(self._take)

    @property
    def log_port(self) -> int:
        """Where Caddy is to send its log lines."""
        return self._lines.port

    def start(self) -> None:
        self._find_first_route()
        self._run("journal", self._follow)
        self._run("report", self._tell)
        self._probes.start()

    def stop(self) -> None:
        """Ends after Caddy has: what the last requests were is still told."""
        self._stop.set()
        self._report.wake()
        self._probes.stop()
        for thread in self._threads:
            thread.join(timeout=5)
        self._lines.close()
        self.streams.close()
        self._ledger.close(_now())
        self._report.write(_now())

    def apply(self, route: Route) -> None:
        """Puts a route into force, and has it reported."""
        before = self.route
        settings = self._settings
        write(route, files(route, settings.origins, self.streams.hostports, settings.instance), self._folder)
        self.streams.serve(route.active, route.tags)
        self.route = route
        if before is None or before.active is not route.active:
            self._log.say("info", f"{route.active.value} serves", **_about(route))
        if before is None or _differ(before, route):
            self._report.wake()

    def _known_before(self) -> None:
        """What the folder says, until the journal is read."""
        route = kept(self._folder, self._settings.service)
        if route is not None:
            self.apply(route)

    def _find_first_route(self) -> None:
        """The fallback is for a journal that is empty or out of reach: it must never serve in place of the truth."""
        if self.route is None:
            self._follower.look()
        if self.route is None and self._settings.fallback is not None:
            self.apply(fallback(self._settings.service, self._settings.fallback))

    def _follow(self) -> None:
        self._follower.look()
        in_flight = self.route is not None and self.route.in_flight
        settings = self._settings
        self._stop.wait(
            min(settings.poll_in_flight_seconds, settings.poll_seconds) if in_flight else settings.poll_seconds
        )

    def _tell(self) -> None:
        self._report.wait(_now())
        self._report.turn(_now())

    def _take(self, line: bytes) -> None:
        answer: Answer | None = self._read(line)
        if answer is not None:
            self._ledger.count(Source.USERS, answer)

    def _run(self, name: str, turn: Callable[[], None]) -> None:
        thread = threading.Thread(target=self._again, args=(name, turn), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _again(self, name: str, turn: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                turn()
                self._log.trouble(f"the {name} loop", "")
            except BluegreenError as error:
                self._log.trouble(f"the {name} loop", str(error))
                self._stop.wait(1.0)
            except Exception:  # noqa: BLE001  # a fault of the agent must not end the service of the last route
                self._log.trouble(f"the {name} loop", traceback.format_exc())
                self._stop.wait(1.0)


def _differ(before: Route, route: Route) -> bool:
    """Whether somebody may wait to hear of it."""
    return (before.epoch, before.active, before.phase) != (route.epoch, route.active, route.phase)


def _about(route: Route) -> dict[str, object]:
    return {"seq": route.seq, "epoch": route.epoch, "release": route.tags.get(route.active, "")}


def _now() -> datetime:
    return datetime.now(UTC)
