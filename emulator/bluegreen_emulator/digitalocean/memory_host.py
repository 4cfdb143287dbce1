"""A host without processes: for tests and for the simulation on a virtual clock."""

import hashlib
from dataclasses import dataclass, field

from bluegreen_emulator.digitalocean.host import Instance, Program, Rollout, Workload


@dataclass
class MemoryHost:
    """Everything is ready at once; only a release whose fault is a crash at start never gets there."""

    _started: dict[tuple[str, str], dict[str, Workload]] = field(default_factory=dict)
    _live: dict[str, tuple[str, str]] = field(default_factory=dict)
    _restarts: dict[str, int] = field(default_factory=dict)
    _serving: dict[str, Program | None] = field(default_factory=dict)  # as found since anything last changed

    def open(self, app: str) -> str:
        return f"https://{app}-{hashlib.sha256(app.encode()).hexdigest()[:5]}.ondigitalocean.app"

    def start(self, app: str, deployment: str, workloads: dict[str, Workload]) -> None:
        self._started[app, deployment] = workloads
        self._serving.clear()

    def rollout(self, app: str, deployment: str) -> Rollout:
        for name, workload in self._started.get((app, deployment), {}).items():
            fault = workload.version.commit.fault if workload.version.commit else {}
            if fault.get("crash") and fault.get("when", "always") == "always":
                return Rollout("failed", "DeployContainerExitNonZero", f"{name}: the container exited with code 1")
        return Rollout("ready")

    def switch(self, app: str, deployment: str, front: str) -> None:
        old = self._live.get(app)
        self._live[app] = (deployment, front)
        self._serving.clear()
        if old and old[0] != deployment:
            self._started.pop((app, old[0]), None)

    def stop(self, app: str, deployment: str) -> None:
        self._started.pop((app, deployment), None)
        self._serving.clear()

    def serving(self, app: str) -> Program | None:
        """What the ingress sends to; None answers 503."""
        if app not in self._serving:
            self._serving[app] = self.component(app, self._live[app][1]) if app in self._live else None
        return self._serving[app]

    def component(self, app: str, name: str) -> Program | None:
        """What one component of the live deployment runs."""
        if app not in self._live:
            return None
        workload = self._started.get((app, self._live[app][0]), {}).get(name)
        return workload.program if workload else None

    def instances(self, app: str) -> list[Instance]:
        if app not in self._live:
            return []
        running = self._started.get((app, self._live[app][0]), {})
        counted = [(name, number) for name, workload in running.items() for number in range(workload.instances)]
        restarts = self._restarts.get(app, 0)
        return [Instance(name, f"{name}-{number}", True, restarts) for name, number in counted]

    def log(self, app: str, deployment: str) -> str:
        return "".join(f"{name} listening\n" for name in self._started.get((app, deployment), {}))

    def crash(self, app: str) -> None:
        self._restarts[app] = self._restarts.get(app, 0) + 1

    def close(self) -> None:
        self._live.clear()
        self._serving.clear()
