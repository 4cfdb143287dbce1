"""Blue and green side by side: what differs is told before a deployment, or mended by it."""

from typing import Any

from bluegreen.cloud import Cloud
from bluegreen.core.config.drift import DriftPolicy
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError, Never
from bluegreen.core.twins.component_drift import ComponentDrift
from bluegreen.core.twins.drift import Drift


def drift(cloud: Cloud, target: Environment, spec: dict[str, Any]) -> Drift | ComponentDrift:
    """`spec` is the newest of the target's app; the other environment is the model. Only reads."""
    service, active = cloud.service, target.other
    model = cloud.digitalocean.app(service.app(active))
    if isinstance(service.traffic, AppIngress):
        return ComponentDrift(service, service.traffic, active, spec, model.running)
    return Drift(service, active, model.spec, spec)


def differences(cloud: Cloud, target: Environment, spec: dict[str, Any]) -> tuple[str, ...]:
    """In words; none where they are not wanted. No answer stops no release."""
    if cloud.service.drift.policy is DriftPolicy.OFF:
        return ()
    try:
        return tuple(drift(cloud, target, spec).warnings())
    except BluegreenError as error:
        cloud.log("blue and green were not compared", why=str(error), level="warning")
        return ()


def differ(service: Service) -> str:
    """What to call it."""
    if isinstance(service.traffic, AppIngress):
        return f"the components {' and '.join(service.traffic.components.values())} differ"
    return "the two apps' specs differ"


def fault(cloud: Cloud, target: Environment, spec: dict[str, Any]) -> str:
    """Why the target cannot be made like the other, "" when it can."""
    try:
        drift(cloud, target, spec).equalised()
    except Never as error:
        return f"fix: {error}"
    return ""


def copied(cloud: Cloud, target: Environment) -> dict[str, Any]:
    """The spec that makes the target like the active one."""
    return drift(cloud, target, cloud.digitalocean.app(cloud.service.app(target)).spec).equalised()
