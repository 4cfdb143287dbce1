"""What an entry point consists of, what one invocation of it gets, and the two shapes of a response."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bluegreen.clients import bounded
from bluegreen.cloud import Caller, Clients, Clock, Cloud
from bluegreen.core.config.service import Service
from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.settings import Settings

Response = dict[str, Any]  # plain JSON

# Secrets (fields of settings.Secrets) by what they are for.
STORE = ("spaces_key", "spaces_secret")
_SLACK = ("slack_webhook_url", "slack_bot_token", "slack_signing_secret")
_PROGRAMS = ("cdevents_url", "cdevents_key", "otlp_url", "otlp_headers")
TELL = (*_SLACK, "pager_key", "pager_url", "teams_webhook_url", *_PROGRAMS)
NOTIFY = ("github_token", *TELL)
WAKE = ("functions_key",)
_TO_ANSWER = 1.0  # seconds of an invocation in which nobody is asked any more


class Invocation(NamedTuple):
    """One invocation: its event, who is at work, and the clients, also as `cloud(service)` for one service."""

    event: Mapping[str, Any]
    settings: Settings
    clock: Clock
    caller: Caller
    clients: Clients
    cloud: Callable[[Service], Cloud]

    def given(self, allowed: tuple[str, ...]) -> dict[str, str]:
        """What a person passes with `-p`; a secret of ours that slipped into it is neither kept nor told."""
        given = parameters.read(self.event, allowed)
        return {name: self.clients.redaction.text(text) for name, text in given.items()}

    def asked_cloud(self) -> Cloud:
        """Of the service that a nudge is about, or that a person names; with one service the name may be left out."""
        name = self.event.get("subject", "") if is_nudge(self.event) else self.event.get("service")
        return self.cloud(self.settings.service(None if name is None else str(name)))


class EntryPoint(NamedTuple):
    """`name` as project.yml has it; `uses` are the secrets that project.yml gives it (fields of settings.Secrets)."""

    name: str
    uses: tuple[str, ...]
    run: Callable[[Invocation], Response]
    web: bool = False

    def respond(self, invocation: Invocation) -> Response:
        """Runs it. However slowly others answer, it ends by itself: whom the platform ends says nothing."""
        clock = invocation.clock
        with bounded.within(clock.remaining() - _TO_ANSWER, clock.seconds):
            return self.run(invocation)


def answer(ok: bool, what: str, next_step: str = "", **facts: Any) -> Response:
    """What a person reads. Never only `error`: doctl shows that as "not completed yet", with exit status 0."""
    return {"ok": ok, "what": what, "next": next_step or "nothing", **facts}


def web_answer(status: int, ok: bool, what: str, **facts: Any) -> Response:
    """What a web caller gets."""
    body = {"ok": ok, "what": what, **facts}
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": body}
