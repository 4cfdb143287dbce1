"""A deployment as the API shows it."""

from datetime import datetime
from typing import Any

from bluegreen_emulator.digitalocean.deployment import Cause, Deployment
from bluegreen_emulator.digitalocean.progress import progress
from bluegreen_emulator.digitalocean.times import stamp

_KINDS = ("services", "static_sites", "workers", "jobs", "functions")


def deployment_shape(deployment: Deployment, now: datetime) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": deployment.id,
        "spec": deployment.spec,
        **_components(deployment),
        "phase": _phase(deployment),
        "phase_last_updated_at": stamp(deployment.since),
        "progress": progress(deployment, now),
        "cause": deployment.cause.text,
        "cause_details": _cause_details(deployment.cause),
        "tier_slug": "basic",
        "created_at": stamp(deployment.created_at),
        "updated_at": stamp(deployment.since),
    }
    optional = {"cloned_from": deployment.cloned_from, "previous_deployment_id": deployment.previous}
    return out | {name: value for name, value in optional.items() if value}


def _phase(deployment: Deployment) -> str:
    odd = deployment.order.odd_phase
    return odd if odd and deployment.phase == "DEPLOYING" else deployment.phase


def _components(deployment: Deployment) -> dict[str, list[dict[str, str]]]:
    spec = deployment.spec
    return {kind: [_component(deployment, c["name"]) for c in spec[kind]] for kind in _KINDS if spec.get(kind)}


def _component(deployment: Deployment, name: str) -> dict[str, str]:
    commit = deployment.versions[name].commit_hash
    return {"name": name, "source_commit_hash": commit} if commit else {"name": name}


def _cause_details(cause: Cause) -> dict[str, Any]:
    details: dict[str, Any] = {"type": cause.type}
    if cause.action:
        details["digitalocean_user_action"] = {"user": {"email": cause.user}, "name": cause.action}
    return details
