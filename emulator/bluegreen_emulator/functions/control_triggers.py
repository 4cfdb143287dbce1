"""Scheduled triggers in DigitalOcean's API."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from bluegreen_emulator.functions.control_shapes import fields, moment
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import ApiError
from bluegreen_emulator.functions.triggers import Trigger


def add(routes: Blueprint, platform: Platform, check: Callable[[str], None]) -> None:
    """`check` refuses namespaces that are not there."""
    scheduler = platform.scheduler

    @routes.get("/<ns>/triggers")
    def triggers(ns: str) -> dict[str, Any]:
        check(ns)
        return {"triggers": [_shown(ns, trigger) for trigger in scheduler.all()]}

    @routes.post("/<ns>/triggers")
    def create_trigger(ns: str) -> dict[str, Any]:
        check(ns)
        return {"trigger": _shown(ns, _create(platform, fields()))}

    @routes.get("/<ns>/triggers/<name>")
    def trigger(ns: str, name: str) -> dict[str, Any]:
        check(ns)
        return {"trigger": _shown(ns, scheduler.get(name))}

    @routes.put("/<ns>/triggers/<name>")
    def update_trigger(ns: str, name: str) -> dict[str, Any]:
        check(ns)
        scheduler.get(name)
        return {"trigger": _shown(ns, scheduler.update(name, _changes(fields())))}

    @routes.delete("/<ns>/triggers/<name>")
    def delete_trigger(ns: str, name: str) -> Response:
        check(ns)
        scheduler.delete(name)
        return Response(status=204)


def _create(platform: Platform, asked: dict[str, Any]) -> Trigger:
    if not all(isinstance(asked.get(key), str) and asked[key] for key in ("name", "function", "type")):
        raise ApiError(400, "name, function and type are required")
    if asked["type"] != "SCHEDULED":
        raise ApiError(400, f"trigger type {asked['type']} is not supported")
    changes = _changes(asked)
    if "enabled" not in changes or "cron" not in changes:
        raise ApiError(400, "is_enabled and scheduled_details.cron are required")
    try:
        platform.catalog.action(asked["function"])
    except ApiError as error:
        raise ApiError(404, "function not found") from error
    return platform.scheduler.create(
        asked["name"], asked["function"], changes["cron"], changes.get("body", {}), changes["enabled"]
    )


def _changes(asked: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "is_enabled" in asked:
        if not isinstance(asked["is_enabled"], bool):
            raise ApiError(400, "is_enabled must be a boolean")
        changes["enabled"] = asked["is_enabled"]
    details = asked.get("scheduled_details")
    if details is None:
        return changes
    if not isinstance(details, dict) or not isinstance(details.get("cron"), str):
        raise ApiError(400, "scheduled_details.cron is required")
    if not isinstance(details.get("body") or {}, dict):
        raise ApiError(400, "scheduled_details.body must be an object")
    return changes | {"cron": details["cron"], "body": details.get("body") or {}}


def _shown(namespace: str, trigger: Trigger) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "name": trigger.name,
        "function": trigger.function,
        "type": "SCHEDULED",
        "is_enabled": trigger.enabled,
        "created_at": moment(trigger.created),
        "updated_at": moment(trigger.updated),
        "scheduled_details": {"cron": trigger.cron, "body": trigger.body},
        "scheduled_runs": {
            "last_run_at": moment(trigger.last_run) if trigger.last_run else None,
            "next_run_at": moment(trigger.next_run) if trigger.next_run else None,
        },
    }
