"""A deployment's progress as the tree of steps that the API shows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bluegreen_emulator.digitalocean.deployment import Deployment
from bluegreen_emulator.digitalocean.spec import components
from bluegreen_emulator.digitalocean.times import stamp

Step = dict[str, Any]


def progress(deployment: Deployment, now: datetime) -> Step:
    """Leaves are counted, as in DigitalOcean's own examples; `success_steps == total_steps` means that it is live."""
    tree = [_build(deployment), _deploy(deployment)]
    counts = {"PENDING": 0, "RUNNING": 0, "SUCCESS": 0, "ERROR": 0}
    for leaf in _marked(tree, deployment, now):
        counts[leaf["status"]] += 1
    shown = {f"{status.lower()}_steps": number for status, number in counts.items()}
    summary = [{key: value for key, value in step.items() if key != "steps"} for step in tree]
    return {**shown, "total_steps": sum(counts.values()), "steps": tree, "summary_steps": summary}


def _build(deployment: Deployment) -> Step:
    message = "Build was skipped" if deployment.build_skipped else "Building service"
    built = [_leaf(c["name"], c["name"], message) for c in components(deployment.spec)]
    return {"name": "build", "steps": [_leaf("initialize"), {"name": "components", "steps": built}]}


def _deploy(deployment: Deployment) -> Step:
    deployed = [_component(service["name"]) for service in deployment.spec.get("services", [])]
    steps = [_leaf("initialize"), {"name": "components", "steps": deployed}, _leaf("finalize")]
    return {"name": "deploy", "steps": steps}


def _component(name: str) -> Step:
    leaves = [_leaf("deploy", name, "Deploying service"), _leaf("wait", name, "Waiting for service")]
    return {"name": name, "component_name": name, "steps": leaves}


def _leaf(name: str, component: str = "", message: str = "") -> Step:
    named = {"component_name": component} if component else {}
    return {"name": name, **named, **({"message_base": message} if message else {})}


def _marked(tree: list[Step], deployment: Deployment, now: datetime) -> list[Step]:
    """Gives every step its status and its times; returns the leaves."""
    build, deploy = list(_leaves(tree[:1])), list(_leaves(tree[1:]))
    leaves = build + deploy
    begun = _begun(deployment, len(build), len(deploy), now)
    for index, leaf in enumerate(leaves):
        leaf["status"] = "SUCCESS" if index < begun else "PENDING"
    if begun < len(leaves) and deployment.furthest not in ("PENDING_BUILD", "PENDING_DEPLOY"):
        _mark_current(leaves[begun], deployment)
    created, since = stamp(deployment.created_at), stamp(deployment.since)
    for step in tree:
        _sum_up(step, created, since)
    return leaves


def _begun(deployment: Deployment, build: int, deploy: int, now: datetime) -> int:
    """How many leaves are done: the initial one at once, the rest when their phase is over."""
    match deployment.furthest:
        case "PENDING_BUILD":
            return 0
        case "BUILDING":
            return 1
        case "PENDING_DEPLOY":
            return build
        case "ACTIVE":
            return build + deploy
    return build + (2 if deployment.half_way(now) else 1)


def _mark_current(leaf: Step, deployment: Deployment) -> None:
    if deployment.phase == "ERROR" and deployment.failure:
        leaf["status"] = "ERROR"
        leaf["reason"] = {"code": deployment.failure.code, "message": deployment.failure.message}
    elif deployment.phase in ("BUILDING", "DEPLOYING"):
        leaf["status"] = "RUNNING"


def _sum_up(step: Step, created: str, since: str) -> str:
    """Gives a step the status of its children, and its times. Returns the status."""
    if "steps" in step:
        found = [_sum_up(child, created, since) for child in step["steps"]]
        step["status"] = next((s for s in ("ERROR", "RUNNING") if s in found), _settled(found))
        if step["status"] == "ERROR" and step["name"] == "components":
            step["reason"] = {"code": "ComponentFailed", "message": "a component could not be deployed"}
    if step["status"] != "PENDING":
        step["started_at"] = created
    if step["status"] in ("SUCCESS", "ERROR"):
        step["ended_at"] = since
    return str(step["status"])


def _settled(found: list[str]) -> str:
    if all(status == "SUCCESS" for status in found):
        return "SUCCESS"
    return "RUNNING" if "SUCCESS" in found else "PENDING"


def _leaves(steps: list[Step]) -> Iterator[Step]:
    for step in steps:
        if "steps" in step:
            yield from _leaves(step["steps"])
        else:
            yield step
