"""Scheduled triggers: cron in UTC, at best once a minute, each run an asynchronous call of its function."""

import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from croniter import croniter

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions.refusals import ApiError
from bluegreen_emulator.functions.settings import PlatformSettings

_STEP_RANGES = (60, 24)  # minutes, hours: steps must divide them


@dataclass(frozen=True)
class Trigger:
    name: str
    function: str  # pkg/fn
    cron: str
    body: dict[str, Any]
    enabled: bool
    created: datetime
    updated: datetime
    last_run: datetime | None = None
    next_run: datetime | None = None  # None while disabled


@dataclass
class _Book:
    triggers: dict[str, Trigger] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


class Scheduler:
    """Triggers and the clock that fires them; `start` adds a thread that calls `tick`."""

    def __init__(self, clock: Clock, settings: PlatformSettings, invoke: Callable[[str, dict[str, Any]], Any]) -> None:
        self._clock = clock
        self._settings = settings
        self._invoke = invoke
        self._book = _Book()
        self.refused: deque[str] = deque(maxlen=100)  # calls that the platform did not accept are never queued
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def tick(self, now: datetime) -> list[str]:
        """Fires what is due and says which. A minute that nobody looked at is not made up for."""
        with self._book.lock:
            due = [t for t in self._book.triggers.values() if t.next_run is not None and t.next_run <= now]
            for trigger in due:
                self._keep(replace(trigger, last_run=now), now)
        for trigger in due:
            try:
                self._invoke(trigger.function, trigger.body)
            except ApiError as error:
                self.refused.append(f"{trigger.name}: {error.status} {error.text}")
        return [trigger.name for trigger in due]

    def create(self, name: str, function: str, cron: str, body: dict[str, Any], enabled: bool) -> Trigger:
        check_cron(cron)
        now = self._clock.now()
        with self._book.lock:
            if name in self._book.triggers:
                raise ApiError(422, "trigger already exists")
            if len(self._book.triggers) >= self._settings.trigger_limit:
                raise ApiError(422, "triggers limit reached")
            return self._keep(Trigger(name, function, cron, body, enabled, now, now), now)

    def update(self, name: str, changes: dict[str, Any]) -> Trigger:
        if "cron" in changes:
            check_cron(changes["cron"])
        now = self._clock.now()
        with self._book.lock:
            return self._keep(replace(self.get(name), updated=now, **changes), now)

    def get(self, name: str) -> Trigger:
        with self._book.lock:
            if name not in self._book.triggers:
                raise ApiError(404, "trigger not found")
            return self._book.triggers[name]

    def all(self) -> list[Trigger]:
        with self._book.lock:
            return list(self._book.triggers.values())

    def delete(self, name: str) -> None:
        with self._book.lock:
            self.get(name)
            del self._book.triggers[name]

    def start(self) -> None:
        """Lets the wall clock fire the triggers."""
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=5)

    def _loop(self) -> None:
        while not self._stop.wait(0.2):
            self.tick(self._clock.now())

    def _keep(self, trigger: Trigger, now: datetime) -> Trigger:
        kept = replace(trigger, next_run=_next(trigger.cron, now) if trigger.enabled else None)
        self._book.triggers[kept.name] = kept
        return kept


def check_cron(cron: str) -> None:
    """Five fields of digits, steps that divide their range (docs.digitalocean.com, schedule-functions)."""
    fields = cron.split()
    if len(fields) != 5 or not croniter.is_valid(cron):
        raise ApiError(400, f"invalid cron expression: {cron}")
    for text, size in zip(fields, _STEP_RANGES, strict=False):
        steps = [int(step) for step in re.findall(r"/(\d+)", text)]
        if any(size % step for step in steps):
            raise ApiError(400, f"invalid cron expression: {cron}: a step must divide {size}")


def _next(cron: str, after: datetime) -> datetime:
    found: datetime = croniter(cron, after).get_next(datetime)
    return found
