"""Whether an environment still runs what Bluegreen put there: anybody may deploy an app by hand."""

import json
from typing import NamedTuple

from bluegreen.clients.digitalocean_answers import App, AppDeployment
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment


class PutThere(NamedTuple):
    """What Bluegreen knows of an environment. What was adopted may have no deployment, and no commit."""

    environment: Environment
    tag: str
    commit: str
    digest: str
    deployment: str


def can_be_compared(service: Service, left: PutThere, adopted: bool = False) -> bool:
    """Components of one app share their deployments. Of what was `adopted` only that can be seen that it is closed."""
    known = left.deployment and (left.commit or left.digest)
    return bool(known or (adopted and left.tag)) and not isinstance(service.traffic, AppIngress)


def redeployed(app: App, left: PutThere, deploying: bool) -> str:
    """What is there instead, in words; "" where it is as it was. `deploying`: what is not active yet counts too.

    Of what was adopted only that can be known that it serves nothing.
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


def _same_code(deployment: AppDeployment, left: PutThere) -> bool:
    """DigitalOcean deploys an app anew for maintenance, and people change a variable: the release is still there."""
    if left.digest:
        return left.digest in json.dumps(deployment.spec)
    return bool(left.commit) and deployment.commits == {left.commit}
