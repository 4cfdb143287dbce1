"""Whoever takes what is posted to one address: a Workflows webhook of Teams, a receiver of CDEvents."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from bluegreen_emulator.lazy_flask import LazyFlask

_SIGNATURE = "X-Bluegreen-Signature-256"


@dataclass
class Receiver:
    """`key`: what is posted has to be signed with it; "" is not looked at."""

    key: str = ""
    bodies: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


def create_app(model: Receiver) -> Flask:
    """Answers 202 as Teams does, 401 where the signature is missing or wrong, 400 to what is no JSON."""
    app = LazyFlask("receiver")

    @app.post("/<path:path>")
    def take(path: str) -> Response:
        mac = hmac.new(model.key.encode(), request.get_data(), hashlib.sha256).hexdigest()
        if model.key and not hmac.compare_digest(request.headers.get(_SIGNATURE, ""), f"sha256={mac}"):
            return Response("the signature is missing or wrong", 401)
        body = request.get_json(silent=True)
        if body is None:
            return Response("no JSON", 400)
        model.bodies.append(body)
        model.headers.append({name.lower(): value for name, value in request.headers.items()})
        return Response("", 202)

    return app
