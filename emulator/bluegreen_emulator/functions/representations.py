"""Packages, functions and activations as OpenWhisk's API shows them."""

from typing import Any

from bluegreen_emulator.functions.activations import Activation
from bluegreen_emulator.functions.entities import Action, Annotations, Package, Parameters


def package(namespace: str, shown: Package, actions: list[Action]) -> dict[str, Any]:
    inside = [
        {"name": a.name, "version": a.version, "annotations": pairs(a.annotations), "parameters": []} for a in actions
    ]
    return package_summary(namespace, shown) | {
        "parameters": _parameters(shown.parameters),
        "binding": {},
        "actions": inside,
        "feeds": [],
    }


def package_summary(namespace: str, shown: Package) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "name": shown.name,
        "version": shown.version,
        "publish": shown.publish,
        "annotations": pairs(shown.annotations),
        "binding": False,
        "updated": shown.updated,
    }


def action(namespace: str, shown: Action, code: bool) -> dict[str, Any]:
    exec_: dict[str, Any] = {"kind": shown.code.kind, "binary": shown.code.binary}
    if shown.code.main != "main":
        exec_["main"] = shown.code.main
    if code:
        exec_["code"] = shown.code.text
    return action_summary(namespace, shown) | {"exec": exec_, "parameters": _parameters(shown.parameters)}


def action_summary(namespace: str, shown: Action) -> dict[str, Any]:
    return {
        "namespace": f"{namespace}/{shown.package}" if shown.package else namespace,
        "name": shown.name,
        "version": shown.version,
        "publish": shown.publish,
        "annotations": pairs(shown.annotations),
        "limits": limits(shown),
        "exec": {"binary": shown.code.binary},
        "updated": shown.updated,
    }


def limits(shown: Action) -> dict[str, int]:
    found = shown.limits
    return {"timeout": found.timeout, "memory": found.memory, "logs": found.logs, "concurrency": 1}


def activation(shown: Activation) -> dict[str, Any]:
    """The full record."""
    return _activation(shown) | {
        "subject": shown.namespace,
        "logs": shown.logs,
        "response": response(shown),
    }


def activation_summary(shown: Activation) -> dict[str, Any]:
    return _activation(shown) | {"statusCode": shown.outcome.code}


def response(shown: Activation) -> dict[str, Any]:
    outcome = shown.outcome
    found = {"result": outcome.result, "status": outcome.status, "success": outcome.code == 0}
    return found if outcome.size is None else found | {"size": outcome.size}


def pairs(annotations: Annotations) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in annotations.items()]


def _activation(shown: Activation) -> dict[str, Any]:
    return {
        "activationId": shown.id,
        "name": shown.name,
        "namespace": shown.namespace,
        "version": shown.version,
        "publish": False,
        "start": shown.start,
        "end": shown.end,
        "duration": shown.end - shown.start,
        "annotations": pairs(shown.annotations),
    }


def _parameters(parameters: Parameters) -> list[dict[str, Any]]:
    return [{"key": p.key, "value": p.value} | ({"init": True} if p.init else {}) for p in parameters]
