"""A person's rollback, and how soon every router instance has followed."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from bluegreen_demo.cloud import LocalCloud

_LOOK_EVERY = 0.02
_GIVE_UP = 40.0  # seconds


@dataclass
class Rollback:
    """Times in seconds since it was asked for; None: it did not happen."""

    tag: str
    asked: datetime
    answer: dict[str, Any] = field(default_factory=dict)
    answered: float | None = None
    followed: dict[str, float] = field(default_factory=dict)  # by router instance
    instances: int = 0

    @property
    def all_followed(self) -> float | None:
        return max(self.followed.values()) if len(self.followed) == self.instances else None


def _by_doctl(cloud: LocalCloud) -> httpx.Response:
    """The request that `doctl serverless functions invoke rollback` makes."""
    return cloud.invoke("rollback")


def roll_back(
    cloud: LocalCloud, tag: str, to: str, ask: Callable[[LocalCloud], httpx.Response] = _by_doctl
) -> Rollback:
    """What a person asks for, while each instance is looked at."""
    routers = cloud.routers
    made = Rollback(tag, datetime.now(UTC), instances=len(routers))
    begun = time.monotonic()
    watching = [threading.Thread(target=_follow, args=(made, url, to, begun), daemon=True) for url in routers]
    for thread in watching:
        thread.start()
    answer = ask(cloud)
    made.answered = time.monotonic() - begun
    made.answer = _json(answer)
    for thread in watching:
        thread.join(_GIVE_UP)
    return made


def _follow(made: Rollback, url: str, to: str, begun: float) -> None:
    with httpx.Client(timeout=2, trust_env=False) as client:
        while (now := time.monotonic() - begun) < _GIVE_UP:
            if _active(client, url) == to:
                made.followed[url] = now
                return
            time.sleep(_LOOK_EVERY)


def _active(client: httpx.Client, url: str) -> str:
    try:
        return str(_json(client.get(f"{url}/_bluegreen/health")).get("active", ""))
    except httpx.HTTPError:
        return ""


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"ok": False, "what": f"status {answer.status_code}"}
