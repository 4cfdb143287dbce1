"""The agent beside Envoy: follows the journal, and measures. While the store is away, the last route serves on.

A thread for each duty, so that none waits for another: journal, report, probes, streams, Envoy's questions.
"""

import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bluegreen.clients.store.objects import Objects
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.client_paths import ClientPath
from bluegreen_router.behind import Behind
from bluegreen_router.counts import Answer, Ledger, Source
from bluegreen_router.engine.admin import Admin
from bluegreen_router.failures import Failure, failure
from bluegreen_router.fallback import Fallback
from bluegreen_router.follow import Follower, Seen
from bluegreen_router.heavy_hitters import HeavyHitters, Numbers, Who
from bluegreen_router.log import Log
from bluegreen_router.meter import Meter, News
from bluegreen_router.metrics import Metrics, State
from bluegreen_router.mirror import Mirror
from bluegreen_router.nudge import Nudge
from bluegreen_router.probes import Probes
from bluegreen_router.report import Report
from bluegreen_router.route import Route
from bluegreen_router.serving import Serving
from bluegreen_router.settings import Settings
from bluegreen_router.store import Timely
from bluegreen_router.streams import Streams
from bluegreen_router.urgency import Urgency, failing
from bluegreen_router.versions import journal_of

_AFTER_TROUBLE = 1.0  # seconds
_SLOWER = 5.0  # seconds between looks at a store in trouble, unless the settings say more
_STOPS_WITHIN = 5.0
_LAST_REPORT_WITHIN = 3.0


class Agent:
    """`state` holds the journal, `telemetry` takes the reports; `folder` is where the last route is kept."""

    def __init__(self, settings: Settings, folder: Path, state: Objects, telemetry: Objects, log: Log) -> None:
        self._settings, self._log = settings, log
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._meter: Meter | None = None
        self._mirror: Mirror | None = None
        self._metrics: Metrics | None = None
        self._numbers = Numbers(settings.spaces_secret.get_secret_value(), settings.service)
        self._ledger = Ledger(_now(), self.gather, self._told)
        self._probes: Probes | None = None
        more = (settings.urgent_probes - 1) * settings.probes_per_second
        self._urgency = Urgency((lambda: self._probes_at(more)) if more else None, settings.urgent_seconds)
        self._way_of_probes = ""
        self._report = Report(
            Timely(telemetry),
            (settings.service, settings.instance),
            self._ledger,
            lambda: self.route,
            Nudge(settings, log),
            log,
            settings.telemetry_seconds,
            lambda: self._serving.confirmed,
        )
        tell = partial(self._ledger.count, Source.USERS)
        self.streams = Streams(settings.origins, settings.stream_seconds, settings.answer_seconds, tell)
        self._serving = Serving(settings, folder, self.streams, log, self._report.wake)
        self._serving.begin()
        self._state = Timely(state, meanwhile=self._serving.beat)
        told = Timely(telemetry, meanwhile=self._serving.beat)
        self._fallback = Fallback(settings, self._state, told, log)
        self._behind = Behind(told, (settings.service, settings.instance), settings.behind_seconds, log)
        journal = journal_of(self._state, settings.service)
        seq, epoch = (self.route.seq, self.route.epoch) if self.route else (0, 0)
        self._follower = Follower(journal, self._serving.apply, log, seq, epoch)

    @property
    def route(self) -> Route | None:
        """What is served now."""
        return self._serving.route

    @property
    def desk_port(self) -> int:
        """Where Envoy asks who serves."""
        return self._serving.desk.port

    @property
    def whole(self) -> bool:
        """Whether every duty is still looked after."""
        runs = self.streams.runs and self._serving.desk.runs
        return runs and all(thread.is_alive() for thread in self._threads)

    def start(self, envoy: Admin) -> None:
        """`envoy` is asked for what it has counted."""
        self._meter, self._mirror = Meter(envoy), Mirror(envoy, self._log)
        if self._settings.metrics_port:
            self._metrics = Metrics(self._settings.bind, self._settings.metrics_port, envoy, self._state_of_things)
        self._run("journal", self._follow)
        self._run("report", self._tell)
        self._way_of_probes = envoy.probes
        self._probes = self._probes_at()
        self._probes.start()

    def leave(self) -> None:
        """Before Envoy stops: whoever asks is told, and streams end in form."""
        self._serving.stopping = True
        self.streams.end()
        if self._mirror is not None:
            self._mirror.settle(None)

    def stop(self) -> None:
        """Ends after Envoy has: what the last requests were is still told."""
        self._meter = None
        self._stop.set()
        self._report.wake()
        self._urgency.stop()
        if self._probes is not None:
            self._probes.stop()
        end = time.monotonic() + _STOPS_WITHIN
        for thread in self._threads:
            thread.join(max(end - time.monotonic(), 0.0))
        if self._metrics is not None:
            self._metrics.close()
        self._serving.close()
        self.streams.close()
        self._ledger.close(_now())
        last = threading.Thread(target=self._report.write, args=(_now(),), name="last report", daemon=True)
        last.start()
        last.join(_LAST_REPORT_WITHIN)

    def _follow(self) -> None:
        self._serving.beat()
        seen = self._follower.look()
        if seen is Seen.FOLLOWED:
            self._serving.confirm()
            self._behind.reads()
        elif self.route is None:
            self._fall_back(seen)
        elif seen is Seen.UNKNOWN:
            self._behind.cannot_read(self.route)
        self._serving.behind = self._behind.why
        if self._mirror is not None and not self._serving.stopping:
            self._mirror.settle(self.route)
        self._rest(self._pause(seen))

    def _fall_back(self, seen: Seen) -> None:
        why = self._fallback.why(seen)
        if why:
            self._serving.fall_back(why)

    def _pause(self, seen: Seen) -> float:
        settings = self._settings
        if seen is Seen.UNKNOWN:
            return min(2 * settings.poll_seconds, max(settings.poll_seconds, _SLOWER))
        in_flight = self.route is not None and self.route.in_flight
        return min(settings.poll_in_flight_seconds, settings.poll_seconds) if in_flight else settings.poll_seconds

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self._serving.beat()
        while (left := end - time.monotonic()) > 0 and not self._stop.wait(min(left, 1.0)):
            self._serving.beat()

    def _tell(self) -> None:
        self._report.wait(_now())
        self._report.turn(_now())
        self._urgency.settle(failing(self.route, self._ledger.blocks, _now()), _now())

    def _probes_at(self, rate: float | None = None) -> Probes:
        return Probes(self._settings, self._way_of_probes, self._probed, rate)

    def _probed(self, answer: Answer) -> None:
        """Those that Envoy leaves as it stops tell nothing of an environment."""
        if not self._serving.stopping:
            self._ledger.count(Source.PROBES, answer)

    def gather(self) -> None:
        """Takes over what Envoy has counted since the last time."""
        meter = self._meter
        try:
            news = meter.look() if meter else News({}, {})
            for source, found in ((Source.USERS, news.users), (Source.MIRRORED, news.mirrored)):
                for environment, counts in found.items():
                    self._ledger.add(source, environment, counts)
            self._log.trouble("the counts", "")
        except OSError as error:
            self._log.trouble("the counts", "" if self._serving.stopping else f"envoy does not tell: {error!r}")

    def _state_of_things(self) -> State:
        return State(self.route, self._serving.confirmed, self.streams.open, _now())

    def take(self, line: bytes) -> None:
        """One of Envoy's lines, about a request that failed."""
        if (found := failure(line)) is not None:
            self._failed(found)

    def _failed(self, found: Failure) -> None:
        self._log.trouble(f"requests to {found.environment.value}", f"some fail: {found.status}, {found.why}")
        self._ledger.note(found.environment, Who(found.client, found.path))

    def _told(self, failing: HeavyHitters) -> tuple[ClientPath, ...]:
        return failing.told(self._numbers, self.route.epoch if self.route else 0)

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
                self._stop.wait(_AFTER_TROUBLE)
            except Exception:  # noqa: BLE001  # a fault of the agent must not end the service of the last route
                self._log.trouble(f"the {name} loop", traceback.format_exc())
                self._stop.wait(_AFTER_TROUBLE)


def _now() -> datetime:
    return datetime.now(UTC)
