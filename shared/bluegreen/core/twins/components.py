"""One app that runs both environments as components: reading and changing one component of its spec."""

import copy
from collections.abc import Iterator
from typing import Any

from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment

Spec = dict[str, Any]
KINDS = ("services", "static_sites", "workers", "jobs", "functions")
ENCRYPTED = "EV["  # how App Platform shows a secret; it takes this back unchanged


def component(spec: Spec, name: str) -> Spec:
    """The component of that name; empty where there is none."""
    return next((service for service in spec.get("services") or () if service.get("name") == name), {})


def with_component(spec: Spec, changed: Spec) -> Spec:
    """The spec with the component of that name replaced; everything else as it was read."""
    services = [changed if old.get("name") == changed["name"] else old for old in spec.get("services") or ()]
    return copy.deepcopy({**spec, "services": services})


def spec_to_deploy(newest: Spec, running: Spec, name: str) -> Spec:
    """The spec that a release is put into: what runs, except for the idle component, which is as it was last written.

    So what failed or was cancelled reaches neither the active component nor what both share.
    """
    written = component(newest, name)
    return with_component(running, written) if written and component(running, name) else copy.deepcopy(running)


def paths_not_running(newest: Spec, running: Spec, name: str) -> Iterator[str]:
    """Paths of what was written last and does not run, apart from that component. Secrets cannot be compared."""
    for key in dict.fromkeys((*newest, *running)):
        if key != "services" and _plain({key: newest.get(key)}) != _plain({key: running.get(key)}):
            yield key
    services = [service for spec in (newest, running) for service in spec.get("services") or ()]
    for other in dict.fromkeys(service.get("name", "") for service in services):
        if other != name and _plain(component(newest, other)) != _plain(component(running, other)):
            yield f"services.{other}"


def full_size(spec: Spec, settings: AppIngress, environment: Environment) -> Spec:
    """The environment's component gets as many instances as the other, where the idle one may have been made smaller.

    Components that scale by themselves are left alone.
    """
    ours, other = (component(spec, settings.components[side]) for side in (environment, environment.other))
    if not settings.idle_instances or not ours or not other or "autoscaling" in {*ours, *other}:
        return spec
    most = max(instances(ours), instances(other))
    return spec if instances(ours) == most else with_component(spec, {**ours, "instance_count": most})


def instances(component: Spec) -> int:
    """One where the spec says no number: what it says is DigitalOcean's, and may be anything."""
    count = component.get("instance_count")
    return count if isinstance(count, int) and count > 0 else 1


def at_digest(image: Spec, digest: str) -> Spec:
    """An image pinned to a digest, with which neither a tag nor deploy_on_push is allowed."""
    return {**{k: v for k, v in image.items() if k not in ("tag", "deploy_on_push")}, "digest": digest}


def _plain(value: Any) -> Any:
    """Without what tells two encrypted values apart, what an autoscaler changes, and what is empty or off: it may be
    left out as well."""
    if isinstance(value, dict):
        kept = {key: below for key, below in value.items() if below or isinstance(below, dict)}
        scales = kept.get("autoscaling")
        return {key: _plain(below) for key, below in kept.items() if not (scales and key == "instance_count")}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return ENCRYPTED if isinstance(value, str) and value.startswith(ENCRYPTED) else value
