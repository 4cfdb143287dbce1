"""The two apps of each service, as the doctor asks: are they there, are they equal, is one of them pinned?"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from bluegreen.clients import bounded
from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.digitalocean_answers import App
from bluegreen.clients.http import LIMITS, Api
from bluegreen.clients.redaction import Redaction
from bluegreen.core.config.drift import DriftPolicy
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError, Never
from bluegreen.core.twins import fitness, pins
from bluegreen.core.twins.component_drift import ComponentDrift
from bluegreen.core.twins.drift import Drift
from bluegreen.settings import File, parse


def examine(written: Any, secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Of each service: fine, doubt or fault, and what was seen."""
    file, _ = parse(written)
    if file is None:
        return
    with bounded.client(LIMITS) as http:
        api = _digitalocean(file, secrets, http)
        for service in file.services.values():
            yield from _service(service, api)


def _service(service: Service, api: DigitalOcean) -> Iterator[tuple[str, str]]:
    what = f"apps of {service.name}"
    try:
        apps = {environment: api.app(service.app(environment)) for environment in Environment}
    except BluegreenError as error:
        yield "fault", f"{what}: {error}"
        return
    for environment, app in {app.id: (environment, app) for environment, app in apps.items()}.values():
        if app.pinned_deployment:
            yield "doubt", f"{what}: {pins.pin_explanation(environment, app.id, app.pinned_deployment.id)}"
    yield from _deployable(what, service, apps)
    if service.drift.policy is DriftPolicy.OFF:
        return
    different = _compared(service, Environment.BLUE, apps).warnings()
    if not different:
        yield "fine", f"{what}: equal but for what makes them blue and green"
    way_out = _way_out(service, apps) if different else ""
    yield from (("doubt", f"{what}: {difference} ({way_out})") for difference in different)


def _deployable(what: str, service: Service, apps: Mapping[Environment, App]) -> Iterator[tuple[str, str]]:
    """What would have a release rejected, and what no release changes."""
    unfit = (fitness.why_unfit(service, side, app.spec, apps[side.other].spec) for side, app in apps.items())
    yield from (("fault", f"{what}: {why}") for why in dict.fromkeys(filter(None, unfit)))
    foreign = dict.fromkeys(said for app in apps.values() for said in fitness.foreign(service, app.spec))
    yield from (("fine", f"{what}: {said}, which no release changes") for said in foreign)


def _way_out(service: Service, apps: Mapping[Environment, App]) -> str:
    """The doctor does not know which one is active: `fix` is named where it would be done either way."""
    for active in Environment:
        try:
            spec = _compared(service, active, apps).equalised()
        except Never as error:
            return f"`drift.ignore` names what is meant; with {active.value} active, `fix` is refused: {error}"
        if why := fitness.why_unfit(service, active.other, spec, apps[active].spec):
            return f"`drift.ignore` names what is meant; with {active.value} active, `fix` is refused: {why}"
    return "`deploy -p tag:… -p fix:true` copies the active one's, `drift.ignore` names what is meant"


def _compared(service: Service, active: Environment, apps: Mapping[Environment, App]) -> Drift | ComponentDrift:
    app, traffic = apps[active], service.traffic
    if isinstance(traffic, AppIngress):
        return ComponentDrift(service, traffic, active, app.spec, app.running)
    return Drift(service, active, app.spec, apps[active.other].spec)


def _digitalocean(file: File, secrets: Mapping[str, str], http: httpx.Client) -> DigitalOcean:
    token = secrets.get("BLUEGREEN_DIGITALOCEAN_TOKEN", "")
    headers = {"Accept": "application/json", "User-Agent": "bluegreen", "Authorization": f"Bearer {token}"}
    redaction = Redaction(secrets)
    return DigitalOcean(Api("DigitalOcean", file.apis.digitalocean, http, headers, time.sleep, redaction=redaction))
