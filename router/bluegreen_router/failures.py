"""The requests that failed, as Envoy's lines tell of them: whose they were, and what was asked for."""

import json
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen_router.engine.routes import MIRRORED, STREAMED, USERS


class Failure(NamedTuple):
    environment: Environment
    client: str  # the address that the ingress vouches for
    method: str
    path: str  # without what follows a question mark: it may hold secrets
    status: int
    why: str  # in Envoy's words


def failure(line: bytes) -> Failure | None:
    """None for a line that is about no user's request."""
    try:
        told = json.loads(line)
        if told["route"] not in (USERS, MIRRORED, STREAMED):
            return None
        path = str(told["path"]).partition("?")[0]
        return Failure(
            Environment(told["environment"]),
            str(told["client"]),
            told["method"],
            path,
            int(told["status"]),
            told["why"],
        )
    except (ValueError, KeyError, TypeError):
        return None
