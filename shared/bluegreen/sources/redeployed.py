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


def can_be_compared(service: Service, left: PutThere) -> bool:
    """Components of one app share their deployments."""
    known = left.deployment and (left.commit or left.digest)
    return bool(known) and not isinstance(service.traffic, AppIngress)


def redeployed(app: App, left: PutThere, deploying: bool) -> str:
    """What is there instead, in words; "" where it is as it was. `deploying`: what is not active yet counts too."""
    coming = (app.in_progress_deployment, app.pending_deployment) if deploying else ()
    found = [each for each in (*coming, app.active_deployment) if each]
    other = next((each.id for each in found if each.id != left.deployment and not _same_code(each, left)), "")
    where = left.environment.value
    return f"{where} was deployed again ({other}): it does not run {left.tag} any more" if other else ""


def _same_code(deployment: AppDeployment, left: PutThere) -> bool:
    """DigitalOcean deploys an app anew for maintenance, and people change a variable: the release is still there."""
    if left.digest:
        return left.digest in json.dumps(deployment.spec)
    return bool(left.commit) and deployment.commits == {left.commit}
