"""What a call consists of, and what it gets to work with."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bluegreen.clients.functions import Functions
from bluegreen.cloud import Caller, Clock, Cloud
from bluegreen.core.config.service import Service
from bluegreen.settings import Settings

Answer = dict[str, Any]


STORE = ("spaces_key", "spaces_secret")
TELL = ("github_token", "slack_webhook_url")
WAKE = ("functions_key",)


class Visit(NamedTuple):
    """One invocation: its event, and the clients of any service."""

    event: Mapping[str, Any]
    settings: Settings
    clock: Clock
    caller: Caller
    functions: Functions
    cloud: Callable[[Service], Cloud]
    log: Callable[..., None]


class Call(NamedTuple):
    """`name` as project.yml has it; `uses` are the secrets that project.yml gives it (fields of settings.Secrets)."""

    name: str
    uses: tuple[str, ...]
    run: Callable[[Visit], Answer]
    web: bool = False


def told(ok: bool, what: str, next_step: str = "", **facts: Any) -> Answer:
    """What a person reads. Never only `error`: doctl shows that as "not completed yet", with exit status 0."""
    return {"ok": ok, "what": what, "next": next_step or "nothing", **facts}


def reply(status: int, ok: bool, what: str, **facts: Any) -> Answer:
    """What a web caller gets."""
    body = {"ok": ok, "what": what, **facts}
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": body}
