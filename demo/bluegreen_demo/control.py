"""What a person cannot do through the emulated services' own APIs: push a release tag with a fault in it."""

import re
from typing import Any

from flask import Flask, request

from bluegreen.core.config import tags
from bluegreen_demo.cloud import LocalCloud
from bluegreen_emulator.app.fault import parse

_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def create_app(cloud: LocalCloud) -> Flask:
    app = Flask("control")

    @app.get("/")
    def described() -> dict[str, Any]:
        return {"POST /tags": {"tag": next_tag(cloud), "fault": {"share": 0.2, "when": "production"}}}

    @app.post("/tags")
    def push() -> tuple[dict[str, Any], int]:
        """Comes back when the webhook was answered."""
        asked = request.get_json(silent=True, force=True)
        wrong = _wrong(asked)
        if wrong or not isinstance(asked, dict):
            return {"error": wrong or "a JSON object is wanted"}, 400
        sent = cloud.push(asked["tag"], asked.get("fault"))
        answers = [{"status": delivery.status_code, "answer": delivery.answer or delivery.status} for delivery in sent]
        return {"tag": asked["tag"], "commit": cloud.commit(asked["tag"]).sha, "deliveries": answers}, 201

    return app


def next_tag(cloud: LocalCloud) -> str:
    """The next minor version of the newest tag."""
    orders = [found for tag in cloud.parts.repository.tags if (found := tags.precedence(tag))]
    major, minor, *_ = (*(max(orders).numbers if orders else ()), 0, 0)
    return f"v{major}.{minor + 1}.0"


def _wrong(asked: Any) -> str:
    if not isinstance(asked, dict) or not isinstance(asked.get("tag"), str) or not _TAG.fullmatch(asked["tag"]):
        return 'JSON such as {"tag": "v1.7.0", "fault": {"share": 0.2}} is wanted; the fault may be left out'
    unknown = sorted(set(asked) - {"tag", "fault"})
    if unknown:
        return f"not known: {', '.join(unknown)} (known: tag, fault)"
    try:
        parse(asked.get("fault") or {})
    except ValueError as error:
        return f"fault: {error}"
    return ""
