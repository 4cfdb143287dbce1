"""What each function is started with: the samples of events/, and the settings that project.yml gives it."""

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from bluegreen_cli import project, stage

_NOBODY = "http://127.0.0.1:9"  # refuses connections: what is measured is the way to the store
_EXAMPLES = {
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_example",
    "BLUEGREEN_GITHUB_TOKEN": "ghp_example",
    "BLUEGREEN_GITHUB_WEBHOOK_SECRET": "webhook-secret-of-these-samples",
    "BLUEGREEN_ALERT_SECRET": "alert-secret-of-these-samples",
    "BLUEGREEN_SPACES_KEY": "KEY",
    "BLUEGREEN_SPACES_SECRET": "secret",
}
_SAMPLES = {
    "deploy": "deploy.person",
    "switch": "switch.person",
    "rollback": "rollback.person",
    "abort": "abort",
    "status": "status",
    "checks/health": "health",
    "checks/smoke": "smoke",
    "hooks/github": "github.push.raw",
    "hooks/alert": "alert.sentry.metric",
    "hooks/deployment": "deployment",
    "ops/watch": "watch",
    "ops/dashboard": "dashboard",
}


def _event(sample: str) -> Any:
    """As of now: an alert that says when it was sent is heard for five minutes."""
    text = Path(stage.ROOT, "events", f"{sample}.json").read_text(encoding="utf-8")
    return json.loads(text.replace("1795435230000", str(int(time.time() * 1000))))


def _sample(name: str) -> Callable[[], Any]:
    return lambda: _event(_SAMPLES[name])


EVENTS: dict[str, Callable[[], Any]] = {name: _sample(name) for name in _SAMPLES}


def settings(store_url: str) -> Any:
    """The repository's bluegreen.yml, with a store that is there and nothing else."""
    written = copy.deepcopy(yaml.safe_load((stage.ROOT / "bluegreen.yml").read_text(encoding="utf-8")))
    written["state"] |= {"endpoint": store_url, "bucket": "state", "telemetry_bucket": "telemetry"}
    written["apis"] = {"digitalocean": _NOBODY, "github": _NOBODY}
    web = written["services"]["web"]
    web["traffic"] |= {"url": _NOBODY, "settle": "100ms"}
    for name, each in web["environments"].items():
        each["url"] = f"{_NOBODY}/{name}"
    return written


def environment(name: str) -> dict[str, str]:
    """What project.yml names for a function; "none" stands for a setting that is not used."""
    read = project.read((stage.ROOT / "project.yml").read_text(encoding="utf-8"))
    (function,) = (f for p in read.packages for f in p.functions if p.full_name(f) == name)
    return {setting: _EXAMPLES.get(setting, "none") for setting in function.environment}
