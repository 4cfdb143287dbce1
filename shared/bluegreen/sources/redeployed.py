"""Whether an environment still runs what Bluegreen put there: anybody may deploy an app by hand."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from bluegreen.clients.digitalocean_answers import App, AppDeployment
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import NotFound
from bluegreen.core.twins.components import KINDS, component


class PutThere(NamedTuple):
    """What Bluegreen knows of an environment. What was adopted may have no deployment, and no commit."""

    environment: Environment
    tag: str
    commit: str
    digest: str
    deployment: str


def can_be_compared(service: Service, left: PutThere, adopted: bool = False) -> bool:
    """Components of one app share their deployments: of these only that can be seen that they are there (`taken_out`).

    `adopted`: what no release has put there counts too."""
    known = left.deployment and (left.commit or left.digest)
    return bool(known or (adopted and left.tag)) and (adopted or not isinstance(service.traffic, AppIngress))


def taken_out(app: App, where: Environment, name: str) -> str:
    """Of a component that somebody has taken out of the app: its image, or its size, is what a way back sets anyway."""
    there = component(app.running, name) and component(app.spec, name)
    return "" if there else f"{where.value}'s component {name} is not in the app any more: put it into its spec first"


def redeployed(app: App, left: PutThere, deploying: bool) -> str:
    """What is there instead, in words; "" where it is as it was. `deploying`: what is not active yet counts too.

    Of what was adopted its code is not known: see `since_adopted`.
    """
    coming = (app.in_progress_deployment, app.pending_deployment) if deploying else ()
    known = left.deployment and (left.commit or left.digest)
    found = [each for each in (*coming, app.active_deployment) if each and known]
    other = next((each.id for each in found if each.id != left.deployment and not _same_code(each, left)), "")
    where, maintenance = left.environment.value, app.running.get("maintenance")
    if other:
        return f"{where} was deployed again ({other}): it does not run {left.tag} any more"
    closed = isinstance(maintenance, dict) and (maintenance.get("enabled") or maintenance.get("archive"))
    return f"{where} is closed by `maintenance` in its app's spec: take it out first" if closed else ""


def since_adopted(app: App, left: PutThere, deployment: Callable[[str], AppDeployment]) -> str:
    """As `redeployed`, of what was adopted: its deployment was noted then, and tells what it was built from."""
    active = app.active_deployment
    if active is None or not left.deployment or left.commit or left.digest or active.id == left.deployment:
        return ""
    try:
        same = _code(deployment(left.deployment)) == _code(active)
    except NotFound:  # so old that DigitalOcean has forgotten it: nothing is known
        return ""
    again = f"{left.environment.value} was deployed again ({active.id}) since it was adopted"
    return "" if same else f"{again}: it does not run {left.tag} any more"


def _code(deployment: AppDeployment) -> tuple[dict[str, str], list[Any]]:
    parts = [part for kind in KINDS for part in deployment.spec.get(kind) or ()]
    return deployment.built, [part.get("image") for part in parts]


def _same_code(deployment: AppDeployment, left: PutThere) -> bool:
    """DigitalOcean deploys an app anew for maintenance, and people change a variable: the release is still there."""
    if left.digest:
        return left.digest in json.dumps(deployment.spec)
    return bool(left.commit) and deployment.commits == {left.commit}
