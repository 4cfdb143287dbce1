"""`.bluegreen/`: what other programs need to find the local cloud while it runs, and the lock that one demo holds."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bluegreen_demo.account import NAMESPACE, STATE, TELEMETRY
from bluegreen_demo.cloud import LocalCloud

FOLDER = Path(".bluegreen")
BUILD, LOCAL, ENV, SHELL = FOLDER / "build", FOLDER / "local.json", FOLDER / "demo.env", FOLDER / "local.sh"


class AlreadyRunning(Exception):
    """Another demo runs from this folder; the message says which."""


@contextmanager
def only_one() -> Iterator[Path]:
    """Holds the lock, and gives a folder for logs and the like."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            process = lock.read().strip() or "unknown"
            said = f"another local cloud runs from here (process {process}): stop it first, or use another clone"
            raise AlreadyRunning(said) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield FOLDER / "cloud"


@contextmanager
def shown(files: Mapping[Path, str]) -> Iterator[None]:
    """They are there as long as the cloud is. They hold keys, made up as they are: for the owner's eyes."""
    try:
        for path, text in files.items():
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text)
        yield
    finally:
        for path in files:
            path.unlink(missing_ok=True)


def environ(cloud: LocalCloud) -> str:
    """What `doctl serverless deploy … --env` reads."""
    return "".join(f"{name}={value}\n" for name, value in cloud.environ.items())


def described(cloud: LocalCloud, control: str) -> dict[str, Any]:
    account, at = cloud.account, cloud.at
    return {
        "production": cloud.production,
        "routers": cloud.routers,
        "environments": {name: app.ingress for name, app in cloud.environments.items()},
        "digitalocean_api": at.digitalocean,
        "functions_api_host": at.functions,
        "spaces": at.spaces,
        "github": at.github,
        "slack": at.slack,
        "control": control,
        "tokens": {"digitalocean": account.owner_token, "github": account.github_token},
        "namespace": NAMESPACE,
        "namespace_key": account.namespace_key,
        "buckets": {"state": STATE, "telemetry": TELEMETRY},
        "spaces_key": account.functions_spaces.id,
        "spaces_secret": account.functions_spaces.secret,
        "page": cloud.page_url,
        "page_token": account.page_token,
        "webhook_url": cloud.webhook_url,
        "webhook_secret": account.webhook_secret,
        "alert_url": at.hook("alert"),
        "alert_secret": account.alert_secret,
        "apps": {**{name: app.id for name, app in cloud.environments.items()}, "router": cloud.router.id},
        "build": str(cloud.build.absolute()),
        "env": str(ENV.absolute()),
        "logs": str(cloud.folder.absolute()),
        "fault": (
            'PUT {environment}/_fault with JSON such as {"share": 0.2, "when": "production"}; DELETE heals it. '
            'For a release: POST {control}/tags with {"tag": "v1.7.0", "fault": {...}}'
        ),
    }
