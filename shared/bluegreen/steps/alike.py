"""The two apps' specs side by side: what differs is told before a deployment, or mended by it."""

from typing import Any

from bluegreen.cloud import Cloud
from bluegreen.core.drift import Drift
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError, Never
from bluegreen.core.service import Policy
from bluegreen.core.traffic import AppIngress


def drift(cloud: Cloud, target: Environment, spec: dict[str, Any]) -> Drift:
    """`spec` is that of the target's app; the other's is the model. Only reads."""
    model = cloud.digitalocean.app(cloud.service.app(target.other)).spec
    return Drift(cloud.service, target.other, model, spec)


def differences(cloud: Cloud, target: Environment, spec: dict[str, Any]) -> tuple[str, ...]:
    """In words; none where they are not wanted, or where both environments are one app. No answer stops no release."""
    if cloud.service.drift.policy is Policy.OFF or isinstance(cloud.service.traffic, AppIngress):
        return ()
    try:
        return tuple(found.said(target.other) for found in drift(cloud, target, spec).differences())
    except BluegreenError as error:
        cloud.log("the two apps' specs were not compared", why=str(error), level="warning")
        return ()


def fault(cloud: Cloud, target: Environment, spec: dict[str, Any]) -> str:
    """Why the target's app cannot be made like the other, "" when it can."""
    if isinstance(cloud.service.traffic, AppIngress):
        return "fix: both environments are one app, so there is nothing to copy"
    try:
        drift(cloud, target, spec).copied()
    except Never as error:
        return f"fix: {error}"
    return ""


def copied(cloud: Cloud, target: Environment) -> dict[str, Any]:
    """The spec that makes the target's app like the active one."""
    return drift(cloud, target, cloud.digitalocean.app(cloud.service.app(target)).spec).copied()
