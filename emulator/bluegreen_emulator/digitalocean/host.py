"""Where an app's components run: the interface of a host, and what is handed to it."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bluegreen_emulator.digitalocean.sources import Version


@dataclass(frozen=True)
class Program:
    """A command and the environment it adds to; the host gives it PORT."""

    command: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)


Programs = Callable[[Version], Program]  # what an app runs, given what its source was resolved to


def web_app(environment: str) -> Programs:
    """Runs bluegreen_emulator.app with the release's version and fault."""

    def program(version: Version) -> Program:
        commit = version.commit
        fault = json.dumps(commit.fault if commit else {})
        release = commit.version or commit.sha[:7] if commit else ""
        env = {"APP_VERSION": release, "APP_ENVIRONMENT": environment, "APP_FAULT": fault}
        return Program([sys.executable, "-m", "bluegreen_emulator.app"], env)

    return program


@dataclass(frozen=True)
class Workload:
    """A service of a deployment; an empty `health_path` means that an open port is enough."""

    program: Program
    version: Version
    instances: int = 1
    health_path: str = ""
    drain: float | None = None  # seconds of `termination`, where the spec says them
    grace: float | None = None


@dataclass(frozen=True)
class Rollout:
    """How far a deployment's new instances are."""

    state: Literal["starting", "ready", "failed"]
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class Instance:
    component: str
    name: str
    ready: bool
    restarts: int = 0
    url: str = ""  # past the ingress, straight to this instance


class Host(Protocol):
    """App and deployment are names and ids that the host need not understand."""

    def open(self, app: str) -> str:
        """The app's stable ingress URL; it answers 503 until something runs."""

    def start(self, app: str, deployment: str, workloads: dict[str, Workload]) -> None:
        """Starts a deployment's instances beside those that run."""

    def rollout(self, app: str, deployment: str) -> Rollout: ...

    def switch(self, app: str, deployment: str, front: str) -> None:
        """Sends the ingress to the deployment's component `front`; what ran before drains and stops."""

    def stop(self, app: str, deployment: str) -> None:
        """Gives up a deployment's instances."""

    def instances(self, app: str) -> list[Instance]:
        """Those behind the ingress."""

    def log(self, app: str, deployment: str) -> str: ...

    def crash(self, app: str) -> None:
        """Kills the app's instances without warning; the platform restarts them."""

    def close(self) -> None: ...
