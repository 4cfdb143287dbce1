"""The drift gate: before a deployment the specs of blue and green are compared; `fix` makes the target's equal."""

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
    """`spec` is the newest of the target's app; the other environment's is the model. Only reads."""
    service, active = cloud.service, target.other
    model = cloud.clients.digitalocean.app(service.app(active))
    if isinstance(service.traffic, AppIngress):
        return ComponentDrift(service, service.traffic, active, spec, model.running)
    return Drift(service, active, model.spec, spec)


def differences(cloud: Cloud, target: Environment, spec: dict[str, Any]) -> tuple[str, ...]:
    """In words; () where drift does not matter. A provider that does not answer stops no release."""
    if cloud.service.drift.policy is DriftPolicy.OFF:
        return ()
    try:
        return tuple(drift(cloud, target, spec).warnings())
    except BluegreenError as error:
        cloud.log("blue and green were not compared", why=str(error), level="warning")
        return ()


def headline(service: Service) -> str:
    """What a notice or a refusal calls the drift."""
    if isinstance(service.traffic, AppIngress):
        return f"the components {' and '.join(service.traffic.components.values())} differ"
    return "the two apps' specs differ"


def why_not_fixable(cloud: Cloud, target: Environment, spec: dict[str, Any]) -> str:
    """Why the target cannot be made equal to the other environment, "" when it can."""
    try:
        drift(cloud, target, spec).equalised()
    except Never as error:
        return f"fix: {error}"
    return ""


def fixed_spec(cloud: Cloud, target: Environment) -> dict[str, Any]:
    """The spec that makes the target equal to the active environment."""
    return drift(cloud, target, cloud.clients.digitalocean.app(cloud.service.app(target)).spec).equalised()
