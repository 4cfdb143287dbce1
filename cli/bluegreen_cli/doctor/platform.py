"""DigitalOcean Functions: is the key one of a namespace of ours, are the functions deployed, does the schedule fire?"""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bluegreen.core.errors import BluegreenError
from bluegreen.settings import NONE
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine, skipped
from bluegreen_cli.doctor.patient import Patient

_NAMESPACES = "/v2/functions/namespaces"
_SILENT = timedelta(minutes=5)  # a schedule of every minute


def key(patient: Patient) -> Iterator[Finding]:
    given = patient.secret("FUNCTIONS_KEY")
    if given in ("", NONE):
        yield doubt(
            "BLUEGREEN_FUNCTIONS_KEY is not set: releases go on at a minute a step", "doctl serverless key create"
        )
        return
    namespaces = _namespaces(patient)
    if namespaces is None:
        why = "DigitalOcean's token may not list namespaces (function:read)"
        yield skipped(f"functions key: {why}", "`status` says it where wake-ups are refused")
        return
    ours = _ours(patient, namespaces)
    if ours is None:
        what = f"functions key: none of the account's {len(namespaces)} namespaces takes it"
        yield fault(what, "doctl serverless key create, BLUEGREEN_FUNCTIONS_KEY in .env")
    else:
        yield fine(f"functions key: is one of namespace {ours.get('label') or ours.get('namespace')}")


def deployed(patient: Patient) -> Iterator[Finding]:
    actions = _actions(patient)
    if actions is None:
        return
    there = {_full_name(action) for action in actions if isinstance(action, dict)}
    missing = sorted(set(patient.functions) - there)
    if missing:
        yield doubt(
            f"functions: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not deployed", "make deploy"
        )
    else:
        yield fine(f"functions: all {len(patient.functions)} are deployed")


def schedule(patient: Patient) -> Iterator[Finding]:
    """Without it nothing is watched, no lost wake-up is made good, and no rollback happens by itself."""
    namespaces = _namespaces(patient) or []
    ours = _ours(patient, namespaces)
    if ours is None:
        return
    try:
        listed = patient.digitalocean_api.get(f"{_NAMESPACES}/{ours.get('namespace')}/triggers")
    except BluegreenError as error:
        yield skipped(f"the watch's trigger: {error}")
        return
    found = [each for each in (listed or {}).get("triggers") or () if "ops/watch" in str(each.get("function"))]
    if not found:
        yield doubt("the watch's trigger: there is none, so nothing is watched", "make deploy")
    for trigger in found:
        yield from _fires(trigger)


def _fires(trigger: dict[str, Any]) -> Iterator[Finding]:
    what = f"the watch's trigger {str(trigger.get('name'))[:60]}"
    if not trigger.get("is_enabled", True):
        yield fault(f"{what}: is switched off", "doctl serverless triggers enable")
        return
    last = str((trigger.get("scheduled_runs") or {}).get("last_run_at") or "")
    try:
        silent = datetime.now(UTC) - datetime.fromisoformat(last)
    except (ValueError, TypeError):
        yield doubt(f"{what}: has never fired")
        return
    if silent > _SILENT:
        yield fault(
            f"{what}: fired last {int(silent.total_seconds() // 60)} minutes ago", "doctl serverless triggers list"
        )
    else:
        yield fine(f"{what}: fires")


def _namespaces(patient: Patient) -> list[dict[str, Any]] | None:
    try:
        listed = (patient.digitalocean_api.get(_NAMESPACES) or {}).get("namespaces") or []
    except BluegreenError:
        return None
    return [each for each in listed if isinstance(each, dict)]


def _ours(patient: Patient, namespaces: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((each for each in namespaces if _listed(patient, each) is not None), None)


def _actions(patient: Patient) -> list[Any] | None:
    ours = _ours(patient, _namespaces(patient) or [])
    return None if ours is None else _listed(patient, ours)


def _listed(patient: Patient, namespace: dict[str, Any]) -> list[Any] | None:
    """The functions there, by our key; None where it is not taken."""
    host, name = str(namespace.get("api_host") or ""), namespace.get("namespace")
    if not host:
        return None
    authorization = f"Basic {_encoded(patient.secret('FUNCTIONS_KEY'))}"
    api = patient.api("DigitalOcean Functions", host, authorization)
    try:
        found = api.once("GET", f"/api/v1/namespaces/{name}/actions", params={"limit": 200})
    except BluegreenError:
        return None
    return found if isinstance(found, list) else None


def _full_name(action: dict[str, Any]) -> str:
    package = str(action.get("namespace", "")).partition("/")[2]
    return f"{package}/{action.get('name')}" if package else str(action.get("name"))


def _encoded(key: str) -> str:
    return b64encode(key.encode()).decode()
