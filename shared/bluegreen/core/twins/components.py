"""One app that runs both environments as components: the part of its spec that is one environment's."""

import copy
from collections.abc import Iterator
from typing import Any

from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment

Spec = dict[str, Any]
ENCRYPTED = "EV["  # how App Platform gives a secret back, to be sent back as it was read


def part(spec: Spec, name: str) -> Spec:
    """Empty where there is no such component."""
    return next((one for one in spec.get("services") or () if one.get("name") == name), {})


def with_part(spec: Spec, changed: Spec) -> Spec:
    """The spec with another component of that name in its place; everything else as it was read."""
    services = [changed if one.get("name") == changed["name"] else one for one in spec.get("services") or ()]
    return copy.deepcopy({**spec, "services": services})


def to_deploy(newest: Spec, running: Spec, name: str) -> Spec:
    """What a release goes into: what runs, with the idle component as it was last written.

    So a deployment never brings the active component, or what both share, anything that failed or was cancelled.
    """
    written = part(newest, name)
    return with_part(running, written) if written and part(running, name) else copy.deepcopy(running)


def left_out(newest: Spec, running: Spec, name: str) -> Iterator[str]:
    """Paths of what was written last and does not run, apart from that component. Secrets do not count: see drift."""
    for key in dict.fromkeys((*newest, *running)):
        if key != "services" and _plain(newest.get(key)) != _plain(running.get(key)):
            yield key
    names = dict.fromkeys(one.get("name", "") for spec in (newest, running) for one in spec.get("services") or ())
    yield from (f"services.{one}" for one in names if one != name and _other(newest, running, one))


def full_size(spec: Spec, settings: AppIngress, environment: Environment) -> Spec:
    """The environment's component with at least as many instances as the other, where the service lets it be smaller.

    Components that scale by themselves are left alone.
    """
    ours, other = (part(spec, settings.components[one]) for one in (environment, environment.other))
    if not settings.idle_instances or not ours or not other or "autoscaling" in {*ours, *other}:
        return spec
    most = max(instances(ours), instances(other))
    return spec if instances(ours) == most else with_part(spec, {**ours, "instance_count": most})


def instances(component: Spec) -> int:
    return int(component.get("instance_count") or 1)


def at_digest(image: Spec, digest: str) -> Spec:
    """An image by digest: a tag, and deploying when it is pushed, go with neither."""
    return {**{k: v for k, v in image.items() if k not in ("tag", "deploy_on_push")}, "digest": digest}


def _other(newest: Spec, running: Spec, name: str) -> bool:
    return bool(_plain(part(newest, name)) != _plain(part(running, name)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return ENCRYPTED if isinstance(value, str) and value.startswith(ENCRYPTED) else value
