"""A host of real processes: new instances beside the old, the ingress flipped when all are healthy, the old drained."""

import atexit
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from bluegreen_emulator.digitalocean.host import Instance, Rollout, Workload
from bluegreen_emulator.digitalocean.ingress import Ingress
from bluegreen_emulator.digitalocean.instance import Process

_LOOK_EVERY = 0.05  # seconds
_DEATHS = 3  # of an instance that was never ready: the deployment has failed
_LOG_LINES = 200


@dataclass
class _Group:
    """The instances of one deployment."""

    app: str
    processes: list[Process]
    log: Path
    started: float = field(default_factory=time.monotonic)
    front: str = ""  # the component behind the ingress, once it is


@dataclass
class _Leaving:
    process: Process
    terminate_at: float
    kill_at: float
    told: bool = False


class AppHost:
    """For `apps` apps; `drain` and `grace` are seconds where a spec's `termination` says nothing."""

    def __init__(
        self, folder: Path, apps: int = 6, drain: float = 0.5, grace: float = 10.0, ready_within: float = 30.0
    ) -> None:
        self._folder = folder
        self._drain, self._grace, self._ready_within = drain, grace, ready_within
        self._ingress = Ingress(folder / "ingress", apps)
        self._groups: dict[tuple[str, str], _Group] = {}
        self._live: dict[str, _Group] = {}
        self._pointed: dict[str, list[str]] = {}
        self._leaving: list[_Leaving] = []
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="app-host", daemon=True)
        self._watching.start()
        atexit.register(self.close)

    def open(self, app: str) -> str:
        with self._lock:
            return self._ingress.open(app)

    def start(self, app: str, deployment: str, workloads: dict[str, Workload]) -> None:
        log = self._folder / f"{app}-{deployment[:8]}.log"
        with self._lock:
            group = self._groups[app, deployment] = _Group(app, [], log)
            for name, workload in workloads.items():
                for number in range(workload.instances):
                    group.processes.append(Process(f"{name}-{number}", name, workload, log))

    def rollout(self, app: str, deployment: str) -> Rollout:
        with self._lock:
            group = self._groups.get((app, deployment))
        if group is None:
            return Rollout("failed", "Unknown", f"nothing was started for {deployment}")
        waiting = [process for process in group.processes if not process.ready]
        for process in waiting:
            if process.restarts >= _DEATHS:
                return Rollout("failed", "DeployContainerExitNonZero", f"{process.name}: the container keeps exiting")
        if waiting and time.monotonic() - group.started > self._ready_within:
            path = waiting[0].workload.health_path or "the port"
            message = f"{waiting[0].name}: readiness probe failed: no good answer from {path}"
            return Rollout("failed", "DeployContainerHealthChecksFailed", message)
        return Rollout("starting" if waiting else "ready")

    def switch(self, app: str, deployment: str, front: str) -> None:
        with self._lock:
            old, new = self._live.get(app), self._groups[app, deployment]
            new.front = front
            self._live[app] = new
            self._point(app, new)
            if old is not None and old is not new:
                self._leave(old)

    def stop(self, app: str, deployment: str) -> None:
        with self._lock:
            group = self._groups.get((app, deployment))
            if group is not None and group is not self._live.get(app):
                self._leave(group)

    def instances(self, app: str) -> list[Instance]:
        with self._lock:
            group = self._live.get(app)
            processes = list(group.processes) if group else []
        return [Instance(p.component, p.name, p.ready, p.restarts, f"http://{p.address}") for p in processes]

    def log(self, app: str, deployment: str) -> str:
        log = self._folder / f"{app}-{deployment[:8]}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_LINES:]) if log.exists() else ""

    def crash(self, app: str) -> None:
        with self._lock:
            for process in self._live[app].processes:
                process.kill()

    def close(self) -> None:
        """Everything stops; safe to call twice."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        atexit.unregister(self.close)
        self._watching.join(5)
        processes = [p for group in self._groups.values() for p in group.processes]
        processes += [leaving.process for leaving in self._leaving]
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
        self._ingress.close()

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_EVERY):
            with self._lock:
                groups = list(self._groups.values())
            for process in [process for group in groups for process in group.processes]:
                process.look()
            with self._lock:
                for app, group in self._live.items():
                    self._point(app, group)
                self._leaving = [leaving for leaving in self._leaving if not self._gone(leaving)]

    def _point(self, app: str, group: _Group) -> None:
        ready = [p.address for p in group.processes if p.ready and p.component == group.front and p.exit_code is None]
        if ready != self._pointed.get(app):
            self._ingress.point(app, ready)
            self._pointed[app] = ready

    def _leave(self, group: _Group) -> None:
        self._groups = {key: other for key, other in self._groups.items() if other is not group}
        now = time.monotonic()
        for process in group.processes:
            process.leaving = True
            drain = self._drain if process.workload.drain is None else process.workload.drain
            grace = self._grace if process.workload.grace is None else process.workload.grace
            self._leaving.append(_Leaving(process, now + drain, now + drain + grace))

    def _gone(self, leaving: _Leaving) -> bool:
        now = time.monotonic()
        if leaving.process.exit_code is not None:
            return True
        if now >= leaving.kill_at:
            leaving.process.kill()
        elif now >= leaving.terminate_at and not leaving.told:
            leaving.told = True
            leaving.process.terminate()
        return False
