"""The two apps of each service: are they there, equal, at the addresses that are written, and is one pinned?"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from bluegreen.clients.digitalocean_answers import App
from bluegreen.core.config.drift import DriftPolicy
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Never
from bluegreen.core.twins import fitness, pins
from bluegreen.core.twins.component_drift import ComponentDrift
from bluegreen.core.twins.drift import Drift
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine
from bluegreen_cli.doctor.patient import Patient


def there(patient: Patient) -> Iterator[Finding]:
    for service in patient.services:
        for environment in Environment:
            patient.app(service, environment)
        yield fine(f"apps of {service.name}: are there, and DigitalOcean's token may read them")


def at_their_addresses(patient: Patient) -> Iterator[Finding]:
    """Checks of one environment that ask the other find what is wrong there, or nothing."""
    for service in patient.services:
        for environment in Environment:
            app, written = patient.app(service, environment), service.url(environment)
            hosts = {urlsplit(each).netloc for each in (app.default_ingress, app.live_url) if each}
            hosts |= {domain.get("domain") for domain in app.spec.get("domains") or ()}
            if hosts and urlsplit(written).netloc not in hosts:
                where = f"environments.{environment.value}.url"
                yield fault(
                    f"{service.name}: {where} is {written}", f"its app answers at {app.default_ingress or app.live_url}"
                )


def pinned(patient: Patient) -> Iterator[Finding]:
    for service in patient.services:
        apps = {app.id: (side, app) for side in Environment for app in (patient.app(service, side),)}
        for environment, app in apps.values():
            if app.pinned_deployment:
                why = pins.pin_explanation(environment, app.id, app.pinned_deployment.id)
                what, _, mend = why.partition(": ")
                yield doubt(f"apps of {service.name}: {what}", mend)


def deployable(patient: Patient) -> Iterator[Finding]:
    """What would have a release rejected, and what no release changes."""
    for service in patient.services:
        what, apps = f"apps of {service.name}", _apps(patient, service)
        unfit = (fitness.why_unfit(service, side, app.spec, apps[side.other].spec) for side, app in apps.items())
        yield from (fault(f"{what}: {why}") for why in dict.fromkeys(filter(None, unfit)))
        foreign = dict.fromkeys(said for app in apps.values() for said in fitness.foreign(service, app.spec))
        yield from (fine(f"{what}: {said}, which no release changes") for said in foreign)


def equal(patient: Patient) -> Iterator[Finding]:
    for service in (each for each in patient.services if each.drift.policy is not DriftPolicy.OFF):
        what, apps = f"apps of {service.name}", _apps(patient, service)
        active = patient.active(service)
        different = _compared(service, active, apps).warnings()
        if not different:
            yield fine(f"{what}: equal but for what makes them blue and green")
        way_out = _way_out(service, active, apps) if different else ""
        yield from (doubt(f"{what}: {difference}", way_out) for difference in different)


def _apps(patient: Patient, service: Service) -> dict[Environment, App]:
    return {environment: patient.app(service, environment) for environment in Environment}


def _way_out(service: Service, active: Environment, apps: Mapping[Environment, App]) -> str:
    """`fix` copies the active one's spec: it is named where a release would do it."""
    try:
        spec = _compared(service, active, apps).equalised()
        why = fitness.why_unfit(service, active.other, spec, apps[active].spec)
    except Never as error:
        why = str(error)
    if why:
        return f"`drift.ignore` names what is meant; with {active.value} active, `fix` is refused: {why}"
    return f"`deploy -p tag:… -p fix:true` copies {active.value}'s, which is active; `drift.ignore` names what is meant"


def _compared(service: Service, active: Environment, apps: Mapping[Environment, App]) -> Drift | ComponentDrift:
    app, traffic = apps[active], service.traffic
    if isinstance(traffic, AppIngress):
        return ComponentDrift(service, traffic, active, app.spec, app.running)
    return Drift(service, active, app.spec, apps[active.other].spec)
