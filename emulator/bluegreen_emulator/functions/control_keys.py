"""Access keys in DigitalOcean's API; a secret is shown once, when its key is made."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint

from bluegreen_emulator.functions.access import AccessKey
from bluegreen_emulator.functions.control_shapes import fields, moment
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.refusals import ApiError


def add(routes: Blueprint, platform: Platform, check: Callable[[str], None]) -> None:
    """`check` refuses namespaces that are not there."""
    access = platform.access

    @routes.get("/<ns>/keys")
    def keys(ns: str) -> dict[str, Any]:
        check(ns)
        found = [_shown(key) for key in access.listing()]
        return {"access_keys": found, "count": len(found)}

    @routes.post("/<ns>/keys")
    def create_key(ns: str) -> tuple[dict[str, Any], int]:
        check(ns)
        asked = fields()
        made = access.create(_name(asked), _lifetime(asked.get("expires_in")))
        return {"access_key": _shown(made) | {"secret": made.secret}}, 201

    @routes.put("/<ns>/keys/<id_>")
    def rename_key(ns: str, id_: str) -> dict[str, Any]:
        check(ns)
        renamed = access.rename(id_, _name(fields()))
        if renamed is None:
            raise ApiError(404, "access key not found")
        return {"access_key": _shown(renamed)}

    @routes.delete("/<ns>/keys/<id_>")
    def delete_key(ns: str, id_: str) -> dict[str, Any]:
        check(ns)
        if not access.delete(id_):
            raise ApiError(404, "access key not found")
        return {}


def _name(asked: dict[str, Any]) -> str:
    name = asked.get("name")
    if not isinstance(name, str) or not name:
        raise ApiError(400, "name is required")
    return name


def _lifetime(text: Any) -> timedelta | None:
    if text in (None, ""):
        return None
    found = re.fullmatch(r"(\d+)([hd])", str(text))
    if found is None or int(found[1]) < 1:
        raise ApiError(400, "expires_in must be <int>h or <int>d, at least 1h")
    return timedelta(hours=int(found[1])) if found[2] == "h" else timedelta(days=int(found[1]))


def _shown(key: AccessKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "expires_at": moment(key.expires) if key.expires else None,
        "created_at": moment(key.created),
        "updated_at": moment(key.updated),
    }
