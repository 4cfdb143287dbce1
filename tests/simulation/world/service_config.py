"""The service under test: short times, few checks, every kind of notice; and the secrets it is given."""

import json
from functools import cache
from typing import Any

from bluegreen.settings import Settings, load

REPOSITORY = "holi-labs/holi"
PRODUCTION = "https://holi.example"
BLUE_URL, GREEN_URL = "https://blue.example", "https://green.example"
SECRET = "secret-of-the-simulation"  # a part of every one, so that one search finds them all
SECRETS = {
    "BLUEGREEN_DIGITALOCEAN_TOKEN": f"dop_v1_{SECRET}",
    "BLUEGREEN_GITHUB_TOKEN": f"github_pat_{SECRET}",
    "BLUEGREEN_GITHUB_WEBHOOK_SECRET": f"webhook-{SECRET}",
    "BLUEGREEN_ALERT_SECRET": f"alert-{SECRET}",
    "BLUEGREEN_SPACES_KEY": f"spaces-key-{SECRET}",
    "BLUEGREEN_SPACES_SECRET": f"spaces-{SECRET}",
    "BLUEGREEN_SLACK_WEBHOOK_URL": f"https://hooks.slack.example/services/{SECRET}",
    "BLUEGREEN_FUNCTIONS_KEY": f"dof_v1_key:{SECRET}",
    "BLUEGREEN_PROMETHEUS_TOKEN": f"prometheus-token-{SECRET}",
    "BLUEGREEN_INSIGHTS_TOKEN": f"dop_v1_insights-{SECRET}",
    "BLUEGREEN_REGISTRY_CREDENTIALS": f"ci:registry-{SECRET}",
    "BLUEGREEN_PAGER_KEY": f"pager-key-{SECRET}",
    "BLUEGREEN_PAGER_URL": f"https://pager.example/{SECRET}",
}
# Seconds that the platform gives each function, as project.yml says.
LIMITS = {
    "deploy": 60.0,
    "switch": 60.0,
    "rollback": 60.0,
    "abort": 30.0,
    "status": 30.0,
    "checks/health": 120.0,
    "checks/smoke": 120.0,
    "hooks/github": 20.0,
    "hooks/alert": 20.0,
    "ops/watch": 75.0,
}


@cache
def settings(
    blue_app: str,
    green_app: str,
    auto_switch: bool = True,
    key: bool = True,
    alerts: str = "ask_judge",
    way: str = "",
) -> Settings:
    """`way`: what is said otherwise about traffic and signals, as JSON."""
    secrets = SECRETS if key else {**SECRETS, "BLUEGREEN_FUNCTIONS_KEY": "none"}
    file = written(blue_app, green_app, auto_switch, alerts)
    file["services"]["web"] |= json.loads(way or "{}")
    return load(file, secrets)


def written(blue_app: str, green_app: str, auto_switch: bool, alerts: str = "ask_judge") -> dict[str, Any]:
    environments = {
        "blue": {"app": blue_app, "url": BLUE_URL},
        "green": {"app": green_app, "url": GREEN_URL},
    }
    service = {
        "repository": REPOSITORY,
        "tags": {"ask_every": 1},
        "source": {"kind": "pointer_branch"},
        "environments": environments,
        "adopt": {"active": "blue", "blue": "v1.2.0", "green": "v1.1.0"},
        "traffic": {"kind": "router", "url": PRODUCTION, "settle": "6s"},
        "options": {"auto_switch": auto_switch},
        "alerts": {"policy": alerts},
        "checks": _checks(),
        "watch": {"checks": 2, "over": "6s", "bake": "12s", "extend": "15s", "every": "4s", "write_every": "6s"},
        "thresholds": {"least_requests": 20, "tolerance": 2},
        "deadlines": {"requested": "3m", "deploying": "4m", "checking": "4m", "smoking": "4m", "ready": "5m"},
        "notify": [{"kind": "slack"}, {"kind": "github"}],
    }
    state = {"endpoint": "https://spaces.example", "region": "fra1", "bucket": "state", "telemetry_bucket": "telemetry"}
    return {"state": state, "services": {"web": service}}


def _checks() -> dict[str, Any]:
    health = {"get": "/api/health", "expect": {"json": {"status": "ok", "version": "{version}"}}}
    smoke = {"get": "/login", "expect": {"json": {"title": "Sign in"}}}
    return {
        "health": {"grace": "4s", "retries": 1, "interval": "1s", "successes": 2, "requests": [health]},
        "smoke": {"grace": "0s", "retries": 1, "interval": "1s", "successes": 1, "requests": [smoke]},
    }
