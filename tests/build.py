"""Values for tests: a service, a record and a release in any phase, with only what matters said."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.options import Options
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment, EnvironmentState, Status
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.pointing import adopt
from bluegreen.core.record import Record
from bluegreen.core.release import Deployment, Release
from bluegreen.settings import File, parse

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BLUE, GREEN = Environment.BLUE, Environment.GREEN
COMMIT = "a" * 40


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def written() -> dict[str, Any]:
    """bluegreen.yml of the repository, as it is written."""
    return deepcopy(_example())


@cache
def _example() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent.parent / "bluegreen.yml").read_text())
    return found


def service(**changes: Any) -> Service:
    """The example service; `changes` replace whole top-level keys of it."""
    found = written()
    found["services"]["web"] |= changes
    file, faults = parse(found)
    assert isinstance(file, File), faults
    return file.services["web"]


def release_request(tag: str = "v1.3.0", delivery: str = "d1", commit: str = COMMIT, **options: Any) -> ReleaseRequest:
    return ReleaseRequest(tag=tag, commit=commit, options=Options(**options), by="a push", delivery=delivery)


def first() -> Record:
    """Blue active with v1.2.0, green idle with v1.1.0."""
    return adopt(service())


def on_apps_of(record: Record, service: Service) -> Record:
    """The environments are those apps that the service names."""
    for environment in (BLUE, GREEN):
        record = record.with_environment(environment, app=service.app(environment))
    return record


def in_phase(phase: Phase, tag: str = "v1.3.0", **changes: Any) -> Record:
    """v1.3.0 on its way to green, in the phase wanted, with the environments as they are then."""
    record = first()
    switched = phase not in BEFORE_SWITCH and phase is not Phase.SWITCHING
    deployed = phase not in (Phase.REQUESTED, Phase.DEPLOYING)
    release = Release(
        id="web-1",
        tag=tag,
        commit=COMMIT,
        requested_at=NOW,
        phase=phase,
        phase_since=NOW,
        wake_at=NOW,
        target=None if phase is Phase.REQUESTED else GREEN,
        deployment=Deployment(intended_at=NOW, id="dep-1") if deployed else None,
        previous=BLUE if switched else None,
        switched_at=NOW if switched else None,
    ).model_copy(update=changes)
    record = record.model_copy(update={"release": release, "last_number": 1})
    if deployed:
        record = record.with_environment(GREEN, tag=tag, commit=COMMIT, status=Status.DEPLOYING, proven=False)
    if phase in (Phase.READY, Phase.SWITCHING):
        record = record.with_environment(GREEN, status=Status.READY, proven=True)
    if switched:
        record = record.model_copy(update={"active": GREEN, "epoch": 1})
        record = record.with_environment(GREEN, status=Status.ACTIVE, proven=True).with_environment(
            BLUE, status=Status.IDLE
        )
    return record


def state(record: Record, environment: Environment) -> EnvironmentState:
    return record.on(environment)


def of_its_own(name: str) -> dict[str, Any]:
    """Apps and addresses of one service among several."""
    sides = {e: {"app": f"{name}-{e}", "url": f"https://{name}-{e}.example.com"} for e in ("blue", "green")}
    return {"environments": sides, "traffic": {"kind": "router", "url": f"https://{name}.example.com"}}
