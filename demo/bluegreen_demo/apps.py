"""The three apps on the emulated App Platform: blue, green, and the router that holds production's address."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bluegreen_demo.account import (
    REGION,
    REPOSITORY,
    STATE,
    TELEMETRY,
    Account,
)
from bluegreen_emulator.digitalocean.host import Program, Programs
from bluegreen_emulator.digitalocean.sources import Version

Spec = dict[str, Any]
ROUTER_INSTANCES = 2
# App Platform runs it in the app's image once a deployment is live; a lost nudge costs seconds, no more.
_NUDGE = 'curl -fsS -m 5 -X POST -H "X-Require-Whisk-Auth: $NUDGE_SECRET" "$NUDGE_URL"'


@dataclass(frozen=True)
class Addresses:
    """Where the parts of the local cloud answer."""

    digitalocean: str
    functions: str
    spaces: str
    github: str
    slack: str
    slack_webhook: str
    web: str  # below it, functions that face the internet

    def hook(self, name: str) -> str:
        return f"{self.web}/hooks/{name}"


def environment_spec(environment: str, nudge_url: str, account: Account) -> Spec:
    """An app whose one service is built from the environment's branch."""
    source = {"repo": REPOSITORY, "branch": f"deploy/{environment}", "deploy_on_push": False}
    service = {
        "name": "web",
        "github": source,
        "instance_count": 1,
        "http_port": 8080,
        "health_check": {"http_path": "/api/health"},
        "termination": {"drain_seconds": 1, "grace_period_seconds": 10},
    }
    envs = [_env("NUDGE_URL", nudge_url), _env("NUDGE_SECRET", account.nudge_secret, secret=True)]
    job = {"name": "nudge", "kind": "POST_DEPLOY", "github": source, "run_command": _NUDGE, "envs": envs}
    return {"name": f"holi-{environment}", "region": "fra", "services": [service], "jobs": [job]}


def router_spec(instances: int = ROUTER_INSTANCES) -> Spec:
    image = {"registry_type": "DOCKER_HUB", "registry": "holi-labs", "repository": "bluegreen-router", "tag": "0.1.0"}
    service = {
        "name": "router",
        "image": image,
        "instance_count": instances,
        "http_port": 8080,
        "health_check": {"http_path": "/_bluegreen/health"},
    }
    return {"name": "holi-router", "region": "fra", "services": [service]}


def router_programs(
    environments: tuple[str, str], at: Addresses, hook: str, account: Account, folder: Path
) -> Programs:
    """The router with what its app spec would put into its environment; `environments`: blue's URL, green's."""
    key = account.router_spaces
    env = {
        "FOLDER": str(folder),
        "BLUEGREEN_SERVICE": "web",
        "BLUEGREEN_BLUE_URL": environments[0],
        "BLUEGREEN_GREEN_URL": environments[1],
        "BLUEGREEN_STATE_ENDPOINT": at.spaces,
        "BLUEGREEN_STATE_REGION": REGION,
        "BLUEGREEN_STATE_BUCKET": STATE,
        "BLUEGREEN_TELEMETRY_BUCKET": TELEMETRY,
        "BLUEGREEN_SPACES_KEY": key.id,
        "BLUEGREEN_SPACES_SECRET": key.secret,
        "BLUEGREEN_NUDGE_URL": hook,
        "BLUEGREEN_NUDGE_SECRET": account.nudge_secret,
    }
    # A container has a host name and a disk of its own; here all share one machine's.
    own = 'BLUEGREEN_INSTANCE="router-$PORT" BLUEGREEN_RUN_DIR="$FOLDER/router-$PORT"'
    command = ["/bin/sh", "-c", f'{own} exec "{sys.executable}" -m bluegreen_router']

    def program(version: Version) -> Program:
        return Program(command, env)

    return program


def _env(key: str, value: str, secret: bool = False) -> dict[str, str]:
    kind = {"type": "SECRET"} if secret else {}
    return {"key": key, "value": value, "scope": "RUN_TIME", **kind}


def functions_environ(at: Addresses, account: Account) -> dict[str, str]:
    """The .env of the functions."""
    return {
        "BLUEGREEN_DIGITALOCEAN_TOKEN": account.orchestrator_token,
        "BLUEGREEN_GITHUB_TOKEN": account.github_token,
        "BLUEGREEN_GITHUB_WEBHOOK_SECRET": account.webhook_secret,
        "BLUEGREEN_ALERT_SECRET": account.alert_secret,
        "BLUEGREEN_SPACES_KEY": account.functions_spaces.id,
        "BLUEGREEN_SPACES_SECRET": account.functions_spaces.secret,
        "BLUEGREEN_SLACK_WEBHOOK_URL": at.slack_webhook,
        "BLUEGREEN_SLACK_BOT_TOKEN": "none",
        "BLUEGREEN_TEAMS_WEBHOOK_URL": "none",
        "BLUEGREEN_CDEVENTS_URL": "none",
        "BLUEGREEN_CDEVENTS_KEY": "none",
        "BLUEGREEN_OTLP_URL": "none",
        "BLUEGREEN_OTLP_HEADERS": "none",
        "BLUEGREEN_SLACK_SIGNING_SECRET": "none",
        "BLUEGREEN_PAGER_KEY": "none",
        "BLUEGREEN_PAGER_URL": "none",
        "BLUEGREEN_FUNCTIONS_KEY": account.namespace_key,
        "BLUEGREEN_PROMETHEUS_TOKEN": "none",
        "BLUEGREEN_INSIGHTS_TOKEN": "none",
        "BLUEGREEN_REGISTRY_CREDENTIALS": "none",
        "BLUEGREEN_NUDGE_SECRET": account.nudge_secret,
    }
