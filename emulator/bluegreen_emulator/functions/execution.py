"""One run of a function: a warm process or a new one, its time limit, its outcome and its log."""

import json
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bluegreen_emulator.functions import outcomes
from bluegreen_emulator.functions.container import Container, TimeLimitError
from bluegreen_emulator.functions.definitions import code_bytes
from bluegreen_emulator.functions.entities import Action, Key
from bluegreen_emulator.functions.logs import LogLines
from bluegreen_emulator.functions.outcomes import Outcome
from bluegreen_emulator.functions.pool import Pool
from bluegreen_emulator.functions.settings import PlatformSettings
from bluegreen_emulator.functions.stem_cell import StemCell

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Job:
    """What is to run: `event` is complete, `facts` are the `__OW_…` variables without their prefix."""

    action: Action
    event: dict[str, Any]
    facts: dict[str, str]


@dataclass(frozen=True)
class Run:
    outcome: Outcome
    logs: list[str]
    init_ms: int | None  # None when the process was warm


class Runtime:
    """Runs jobs; safe from any thread."""

    def __init__(self, settings: PlatformSettings, workdir: Path) -> None:
        self._settings = settings
        self._workdir = workdir
        self._stem_cell = StemCell()
        self._pool = Pool(settings)
        self._code_files: dict[Key, Path] = {}
        for folder in ("code", "run", "logs"):
            (workdir / folder).mkdir(parents=True, exist_ok=True)

    def log_file(self, action: Action) -> Path:
        """Where every run of a function leaves its log lines, web calls included."""
        return self._workdir / "logs" / f"{action.full_name.replace('/', '.')}.log"

    def run(self, job: Job) -> Run:
        with self.log_file(job.action).open("a") as copy:
            copy.write(f"-- activation {job.facts['ACTIVATION_ID']}, version {job.action.version}\n")
            logs = LogLines(job.action.limits.logs * 1024, copy)
            outcome, init_ms = self._run(job, logs)
            copy.write(f"-- {outcome.status}{'' if outcome.code == 0 else ' ' + json.dumps(outcome.result)}\n")
        return Run(outcome, logs.lines, init_ms)

    def close(self) -> None:
        self._stem_cell.close()
        self._pool.discard()
        shutil.rmtree(self._workdir / "run", ignore_errors=True)

    def _run(self, job: Job, logs: LogLines) -> tuple[Outcome, int | None]:
        warm = self._pool.take(job.action.key)
        container = warm or Container(self._stem_cell, self._workdir / "run" / uuid.uuid4().hex)
        kept = False
        try:
            outcome, init_ms = self._within_limit(container, warm is not None, job, logs)
            kept = outcome.code != 2 and self._pool.give(job.action.key, container)
        finally:
            if not kept:
                container.end()
        return outcome, init_ms

    def _within_limit(self, container: Container, warm: bool, job: Job, logs: LogLines) -> tuple[Outcome, int | None]:
        started = time.monotonic()
        deadline = started + job.action.limits.timeout / 1000
        if warm:
            return self._call(container, job, deadline, logs), None
        failure = self._load(container, job, deadline, logs)
        init_ms = round((time.monotonic() - started) * 1000)
        return failure or self._call(container, job, deadline, logs), init_ms

    def _load(self, container: Container, job: Job, deadline: float, logs: LogLines) -> Outcome | None:
        order = {
            "code": str(self._code_file(job.action)),
            "binary": job.action.code.binary,
            "main": job.action.code.main,
            "env": {"PATH": PATH, **_strings(job.action.environment), **_prefixed(job.facts)},
            "preinstalled": [str(folder) for folder in self._settings.preinstalled],
        }
        try:
            return outcomes.of_init(container.load(order, deadline, logs))
        except TimeLimitError:
            return outcomes.of_timeout(job.action.limits.timeout, init=True)

    def _call(self, container: Container, job: Job, deadline: float, logs: LogLines) -> Outcome:
        order = {"value": job.event, "env": _prefixed(job.facts)}
        try:
            return outcomes.of_run(container.call(order, deadline, logs))
        except TimeLimitError:
            return outcomes.of_timeout(job.action.limits.timeout, init=False)

    def _code_file(self, action: Action) -> Path:
        if action.key not in self._code_files:
            place = self._workdir / "code" / uuid.uuid4().hex
            place.write_bytes(code_bytes(action.code))
            self._code_files[action.key] = place
        return self._code_files[action.key]


def _strings(environment: dict[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in environment.items()}


def _prefixed(facts: dict[str, str]) -> dict[str, str]:
    return {f"__OW_{name}": value for name, value in facts.items()}
