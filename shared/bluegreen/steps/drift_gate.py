"""The drift gate: before a deployment the specs of blue and green are looked at; `fix` makes the target's equal."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bluegreen.clients.digitalocean_answers import App
from bluegreen.cloud import Cloud
from bluegreen.core.config.drift import DriftPolicy
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError, Never, Refused
from bluegreen.core.twins import fitness
from bluegreen.core.twins.comparing import fingerprint
from bluegreen.core.twins.component_drift import ComponentDrift
from bluegreen.core.twins.drift import Drift

Spec = dict[str, Any]


class Specs(NamedTuple):
    """What the two specs say of a deployment to the target, in words without secrets."""

    drift: tuple[str, ...] = ()  # () where drift does not matter, too
    unfixable: str = ""  # why the target cannot be made equal to the other environment
    unfit: str = ""  # why the spec that would be deployed is not to be deployed
    foreign: tuple[str, ...] = ()  # what of it does not come with the release
    known_by: str = ""  # a fingerprint of the drift, where people are to be told of it


def compared(
    service: Service, target: Environment, newest: Spec, other: App, read: Callable[[Spec], Spec] = lambda spec: spec
) -> Drift | ComponentDrift:
    """`newest` is the spec of the target's app; the other environment's app is the model."""
    active = target.other
    if isinstance(service.traffic, AppIngress):
        return ComponentDrift(service, service.traffic, active, read(newest), read(other.running))
    return Drift(service, active, read(other.spec), read(newest))


def look(cloud: Cloud, target: Environment, newest: Spec, fix: bool) -> Specs:
    """`fix`: the target is to be made equal. Without it, a provider that does not answer stops no release."""
    service, deployed = cloud.service, newest
    try:
        other = cloud.clients.digitalocean.app(service.app(target.other))
    except BluegreenError as error:
        if fix:
            raise
        cloud.log("blue and green were not compared", why=str(error), level="warning")
        return Specs((), "", fitness.why_unfit(service, target, newest), fitness.foreign(service, newest))
    fixed, unfixable = _fixed(service, target, newest, other)
    if fix and not unfixable:
        deployed = fixed
    told: list[str] = []
    if service.drift.policy is not DriftPolicy.OFF:
        told = compared(service, target, newest, other, cloud.clients.redaction.json).warnings()
    unfit = fitness.why_unfit(service, target, deployed, other.spec)
    known_by = fingerprint(told) if told and not fix else ""
    return Specs(tuple(told), unfixable, unfit, fitness.foreign(service, deployed), known_by)


def headline(service: Service) -> str:
    """What a notice or a refusal calls the drift."""
    if isinstance(service.traffic, AppIngress):
        return f"the components {' and '.join(service.traffic.components.values())} differ"
    return "the two apps' specs differ"


def fixed_spec(cloud: Cloud, target: Environment) -> Spec:
    """The spec that makes the target equal to the active environment; `Refused` where that has become unfit since."""
    api, service = cloud.clients.digitalocean, cloud.service
    newest, other = api.app(service.app(target)).spec, api.app(service.app(target.other))
    spec, why = _fixed(service, target, newest, other)
    if why:
        raise Refused(why)
    return spec


def _fixed(service: Service, target: Environment, newest: Spec, other: App) -> tuple[Spec, str]:
    """The target's spec made equal; or why a deployment of it would be refused."""
    try:
        spec = compared(service, target, newest, other).equalised()
    except Never as error:
        return newest, f"fix: {error}"
    return spec, fitness.why_unfit(service, target, spec, other.spec)
