"""How long a client waits for an answer that trickles: what its requests allow, by the product's own limits."""

import math
from collections.abc import Callable
from typing import Any

from bluegreen import cloud
from bluegreen.clients import bounded, http, posting
from bluegreen.clients.store import bounded_s3

LONGEST = 31.0  # seconds that one call may cost anybody: three tries of ten seconds each, and their pauses
_TRIES, _TRIES_OF_A_STORE = 3, 2  # of what may be asked again
_ONCE = frozenset(
    (
        *("deploy", "cancel", "update", "update_to", "roll_back", "rollback_fault", "commit_rollback"),
        *("update_load_balancer", "point_dns_record", "app_metric", "load_balancer_metric"),
        *("move_branch", "create_deployment", "set_status", "create", "put"),
    )
)
# Before any mistake is made on purpose.
left: Callable[[], float] = bounded.left


def limit(method: str, args: Any, whole: bool) -> float:
    """Seconds. `whole`: the answer is complete right before they are over; otherwise the client gives up, and asks
    again where it does."""
    client, call = method.split(".")
    seconds, tries = _of(client, args)
    return seconds if whole or call in _ONCE else seconds * tries


def _of(client: str, args: Any) -> tuple[float, int]:
    match client:
        case "web":
            return float(args[1].timeout), 1
        case "slack":
            return posting._LIMIT, 1
        case "functions":
            return _read(cloud._WAKE), 1
        case "objects" | "telemetry":
            return bounded_s3._LIMITS.get("read", math.inf), _TRIES_OF_A_STORE
        case _:
            return _read(http.LIMITS), _TRIES


def _read(limits: Any) -> float:
    return math.inf if limits.read is None else float(limits.read)
