"""App Platform's own rollback: a new deployment of an old one, and the pin that it leaves."""

from datetime import datetime
from typing import Any

from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.apps import Apps
from bluegreen_emulator.digitalocean.deployment import Cause, Deployment
from bluegreen_emulator.digitalocean.errors import unprocessable
from bluegreen_emulator.digitalocean.spec import components

Condition = dict[str, Any]


def validate(app: App, target: Deployment, revision_limit: int) -> dict[str, Any]:
    """The answer of POST rollback/validate."""
    error = _error(app, target, revision_limit)
    warnings = _warnings(target)
    out: dict[str, Any] = {"valid": error is None}
    return out | ({"error": error} if error else {}) | ({"warnings": warnings} if warnings else {})


def roll_back(apps: Apps, app: App, target: Deployment, skip_pin: bool, now: datetime) -> Deployment:
    settings = apps.lifecycle.settings
    error = _error(app, target, settings.revision_limit)
    if error:
        raise unprocessable(f"{error['code']}: {error['message']}")
    cause = Cause("MANUAL_ROLLBACK", f"rollback to deployment {target.id}", settings.user, "ROLLBACK_APP")
    before = app.versions
    made = apps.lifecycle.create(app, target.spec, target.versions, cause, now, build=False)
    made.cloned_from = target.id
    if skip_pin:
        app.spec = target.spec
    else:
        app.pinned, app.versions = made, before
    return made


def commit(app: App) -> None:
    """Keeps the rolled back state and takes the pin away."""
    pinned = _pinned(app)
    app.spec, app.versions, app.pinned = pinned.spec, pinned.versions, None


def revert(apps: Apps, app: App, now: datetime) -> Deployment:
    """Back to the newest spec; takes the pin away."""
    _pinned(app)
    app.pinned = None
    cause = Cause("MANUAL", "rollback reverted", apps.lifecycle.settings.user, "REVERT_APP_ROLLBACK")
    return apps.lifecycle.create(app, app.spec, app.versions, cause, now, build=False)


def _pinned(app: App) -> Deployment:
    if app.pinned is None:
        raise unprocessable("app is not pinned to a rollback deployment")
    return app.pinned


def _error(app: App, target: Deployment, revision_limit: int) -> Condition | None:
    if app.pinned:
        return _condition("app_pinned", f"app is pinned to deployment {app.pinned.id}")
    if target.phase in ("ERROR", "CANCELED"):
        result = {"ERROR": "failed", "CANCELED": "canceled"}[target.phase]
        return _condition("incompatible_result", f'deployment result "{result}" is unsuitable for rollback')
    if "ACTIVE" not in target.reached or target is app.active:
        return _condition("incompatible_phase", f'deployment phase "{target.phase}" is unsuitable for rollback')
    live = [d for d in app.deployments if "ACTIVE" in d.reached]
    if len(live) - 1 - live.index(target) > revision_limit:
        return _condition("exceeded_revision_limit", f"rollback is limited to the last {revision_limit} revisions")
    if target.spec["region"] != app.spec["region"]:
        return _condition("region_conflict", "the deployment was made for another region")
    return None


def _warnings(target: Deployment) -> list[Condition]:
    loose = [c["name"] for c in components(target.spec) if "image" in c and not c["image"].get("digest")]
    static = [site["name"] for site in target.spec.get("static_sites", [])]
    no_digest = "one or more components are missing an image digest and are not guaranteed rollback to the old version."
    rebuilt = "one or more static sites will be rebuilt."
    found = [("image_source_missing_digest", no_digest, loose), ("static_site_requires_rebuild", rebuilt, static)]
    return [_condition(code, message) | {"components": names} for code, message, names in found if names]


def _condition(code: str, message: str) -> Condition:
    return {"code": code, "message": message}
