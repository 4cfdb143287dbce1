"""A router as the tests run it: the agent in this process, a real Envoy, settings, and the journal it follows."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from bluegreen.clients.store.journal import Journal
from bluegreen.core.environment import Environment, EnvironmentState, Status
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Release
from bluegreen_emulator.digitalocean.ingress import free_port
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_router.agent import Agent
from bluegreen_router.engine.process import Envoy
from bluegreen_router.engine.routes import HEALTH_PATH
from bluegreen_router.log import Log
from bluegreen_router.settings import Settings
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
TAGS = {BLUE: "v1.2.0", GREEN: "v1.3.0"}


class Store(MemoryObjects):
    """Objects that can fail to order."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: Exception | None = None
        self.asked = 0

    def get(self, key: str) -> bytes | None:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return super().get(key)


class Service:
    """A journal that the router follows."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.journal = Journal(store, "web", nonce=lambda: uuid4().hex)
        self.version: Version | None = None

    def serve(
        self, active: Environment, phase: Phase | None = None, tags: dict[Environment, str] = TAGS, mirror: float = 0
    ) -> Version:
        """Appends a version in which `active` serves."""
        epoch = self.version.record.epoch + (self.version.record.active is not active) if self.version else 1
        record = Record(
            service="web",
            active=active,
            epoch=epoch,
            environments={
                active: EnvironmentState(status=Status.ACTIVE, tag=tags[active]),
                active.other: EnvironmentState(status=Status.IDLE, tag=tags[active.other]),
            },
            release=_release(active, phase, mirror) if phase else None,
        )
        self.version = self.journal.append(self.version, record, "test", "because", datetime.now(UTC))
        return self.version


class Router:
    """The agent in this process, Envoy as its child."""

    def __init__(self, settings: Settings, folder: Path, state: Store, telemetry: Store) -> None:
        self.url = f"http://127.0.0.1:{settings.port}"
        self.telemetry_store, self.settings, self.stopped = telemetry, settings, False
        self.agent = Agent(settings, folder, state, telemetry, Log("web", settings.instance))
        self.envoy = Envoy(settings, folder, self.agent.desk_port, self.agent.take)
        self.agent.start(self.envoy.admin)
        until(lambda: self.listens() or not self.envoy.runs, what="the router listens")
        assert self.envoy.runs, "envoy has ended"

    def stop(self) -> None:
        if not self.stopped:
            self.stopped = True
            self.agent.leave()
            self.envoy.stop(self.agent.gather)
            self.agent.stop()

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """While it drains, which a test that has seen enough cuts short: so the settings may give it long."""
        stop = threading.Thread(target=self.stop)
        stop.start()
        try:
            until(lambda: self.get(HEALTH_PATH).text == "stopping", what="the router is stopping")
            # Envoy is told right after that, and nobody is refused in between.
            until(lambda: self.get().headers.get("Connection") == "close", what="Envoy asks connections to leave")
            yield
        finally:
            os.kill(self.envoy.pid, signal.SIGKILL)
            stop.join()

    def get(self, path: str = "/", **more: object) -> httpx.Response:
        return httpx.get(self.url + path, trust_env=False, **more)  # type: ignore[arg-type]

    def ask(self, method: str, path: str = "/", **more: object) -> httpx.Response:
        return httpx.request(method, self.url + path, trust_env=False, **more)  # type: ignore[arg-type]

    def follows(self, version: Version) -> None:
        until(lambda: self.agent.route is not None and self.agent.route.seq >= version.seq, what=f"seq {version.seq}")

    def telemetry(self) -> Telemetry:
        """The newest report."""
        key = f"services/web/telemetry/{self.settings.instance}.json"
        return Telemetry.model_validate_json(until(lambda: self.telemetry_store.get(key), what="a report is written"))

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.settings.port)) == 0


def settings_of(blue: str, green: str, **more: str) -> dict[str, str]:
    return {
        "PORT": str(free_port()),
        "BLUEGREEN_SERVICE": "web",
        "BLUEGREEN_BLUE_URL": blue,
        "BLUEGREEN_GREEN_URL": green,
        "BLUEGREEN_STATE_ENDPOINT": "http://127.0.0.1:9",
        "BLUEGREEN_STATE_REGION": "fra1",
        "BLUEGREEN_STATE_BUCKET": "state",
        "BLUEGREEN_TELEMETRY_BUCKET": "telemetry",
        "BLUEGREEN_SPACES_KEY": "key",
        "BLUEGREEN_SPACES_SECRET": "secret-of-spaces",
        "BLUEGREEN_PROBES_PER_SECOND": "0",
        "BLUEGREEN_POLL_SECONDS": "0.05",
        "BLUEGREEN_DRAIN_SECONDS": "0",
        "BLUEGREEN_GRACE_SECONDS": "5",
        "BLUEGREEN_INSTANCE": "router-1",
        **more,
    }


def _release(active: Environment, phase: Phase, mirror: float) -> Release:
    now = datetime.now(UTC)
    release = Release(id="1", tag=TAGS[active], requested_at=now, phase=phase, phase_since=now, wake_at=now)
    return release.model_copy(update={"target": active, "mirror": mirror})
