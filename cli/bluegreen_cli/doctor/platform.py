"""DigitalOcean Functions: is the key one of a namespace of ours, are the functions deployed, does the schedule fire?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bluegreen.core.errors import BluegreenError
from bluegreen.settings import NONE
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine, skipped
from bluegreen_cli.doctor.namespaces import NAMESPACES, NotListed, full_action_name
from bluegreen_cli.doctor.patient import Patient

_SILENT = timedelta(minutes=5)  # a schedule of every minute


def key(patient: Patient) -> Iterator[Finding]:
    given = patient.secret("FUNCTIONS_KEY")
    if given in ("", NONE):
        yield doubt(
            "BLUEGREEN_FUNCTIONS_KEY is not set: releases go on at a minute a step", "doctl serverless key create"
        )
        return
    namespaces = patient.namespaces
    if isinstance(namespaces, NotListed):
        yield skipped(f"functions key: {namespaces.why}", "`status` says it where wake-ups are refused")
        return
    if patient.ours is None:
        what = f"functions key: none of the account's {len(namespaces)} namespaces takes it"
        yield fault(what, "doctl serverless key create, BLUEGREEN_FUNCTIONS_KEY in .env")
    else:
        yield fine(f"functions key: is one of namespace {patient.ours.label}")


def deployed(patient: Patient) -> Iterator[Finding]:
    if patient.ours is None:
        return
    actions = patient.ours.actions
    there = {full_action_name(action) for action in actions if isinstance(action, dict)}
    missing = sorted(set(patient.functions) - there)
    if missing:
        yield doubt(
            f"functions: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not deployed",
            "bluegreen deploy-functions",
        )
    else:
        yield fine(f"functions: all {len(patient.functions)} are deployed")


def schedule(patient: Patient) -> Iterator[Finding]:
    """Without it nothing is watched, no lost wake-up is made good, and no rollback happens by itself."""
    ours = patient.ours
    if ours is None:
        return
    try:
        listed = patient.digitalocean_api.get(f"{NAMESPACES}/{ours.name}/triggers")
    except BluegreenError as error:
        yield skipped(f"the watch's trigger: {error}")
        return
    found = [each for each in (listed or {}).get("triggers") or () if "ops/watch" in str(each.get("function"))]
    if not found:
        yield doubt("the watch's trigger: there is none, so nothing is watched", "bluegreen deploy-functions")
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
