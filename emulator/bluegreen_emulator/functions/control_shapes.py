"""What the control plane's bodies have in common."""

from datetime import UTC, datetime
from typing import Any

from flask import request

from bluegreen_emulator.functions.refusals import ApiError


def fields() -> dict[str, Any]:
    """The request's body, which must be a JSON object."""
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise ApiError(400, "the request body must be a JSON object")
    return found


def moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
