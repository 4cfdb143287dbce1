"""A laptop whose services repeat what they were sent, each secret in each encoding, and all that leaves a function."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import httpx

from bluegreen.door import Log
from bluegreen.settings import load
from tests.build import written
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT

PAGERS = ("events.pagerduty.com", "api.eu.opsgenie.com", "pager.test")
_TOLD = frozenset(("hooks.slack.com", "api.github.com", "functions.test", *PAGERS))
_ODD = '/Q7+x=9&%v"\\w???'  # what encoders change; `???` is `/` in Base64 at each offset
SECRETS = {
    **ENVIRONMENT,  # the webhooks' own two are fixed by what sends and takes them
    "BLUEGREEN_DIGITALOCEAN_TOKEN": f"digitalocean-token{_ODD}",
    "BLUEGREEN_GITHUB_TOKEN": f"github-token{_ODD}",
    "BLUEGREEN_ALERT_SECRET": f"alert secret ü{_ODD}",
    "BLUEGREEN_SPACES_KEY": f"spaces-access-key{_ODD}",
    "BLUEGREEN_SPACES_SECRET": f"spaces-secret-key{_ODD}",
    "BLUEGREEN_FUNCTIONS_KEY": f"dof_v1_id:functions-key{_ODD}",
    "BLUEGREEN_PROMETHEUS_TOKEN": f"metrics:prometheus-token{_ODD}",
    "BLUEGREEN_INSIGHTS_TOKEN": f"insights-token{_ODD}",
    "BLUEGREEN_PAGER_KEY": f"pager-key-of-this-test{_ODD[:10]}",  # 32 characters, as PagerDuty's
    "BLUEGREEN_PAGER_URL": "https://pager.test/hooks/pager-address-of-this-test/another-part",
    "BLUEGREEN_REGISTRY_CREDENTIALS": f"ci:registry-token{_ODD}",
}
PARTS = {
    "functions key": SECRETS["BLUEGREEN_FUNCTIONS_KEY"].partition(":")[2],
    "prometheus password": SECRETS["BLUEGREEN_PROMETHEUS_TOKEN"].partition(":")[2],
    "registry token": SECRETS["BLUEGREEN_REGISTRY_CREDENTIALS"].partition(":")[2],
    "pager path": urlsplit(SECRETS["BLUEGREEN_PAGER_URL"]).path[1:],
    "slack path": urlsplit(SECRETS["BLUEGREEN_SLACK_WEBHOOK_URL"]).path[1:],
}


def _base64(offset: int, safe: bool) -> Any:
    encode = base64.urlsafe_b64encode if safe else base64.b64encode
    return lambda secret: encode(b"u:"[:offset] + secret.encode() + b"zz").decode()


def _octets(secret: str) -> list[str]:
    return [quote(character, safe="") for character in secret]


ENCODINGS = {
    "as it is": str,
    "URL-encoded": lambda secret: quote(secret, safe=""),
    "URL-encoded, lower case": lambda secret: "".join(c.lower() if c.startswith("%") else c for c in _octets(secret)),
    "URL-encoded, slashes left": quote,
    "URL-encoded twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "form-encoded": quote_plus,
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)[1:-1])[1:-1],
    "Go's JSON": lambda secret: json.dumps(secret)[1:-1].replace("&", "\\u0026"),
    **{f"Base64 after {n}{', URL-safe' * safe}": _base64(n, safe) for n in range(3) for safe in (False, True)},
}
ECHOES = {
    (name, encoding): encode(secret)
    for name, secret in {**SECRETS, **PARTS}.items()
    for encoding, encode in ENCODINGS.items()
}


def leaked(text: str) -> list[tuple[str, str]]:
    """Whose secrets stand in a text, in which encoding: half of one is enough."""
    return [key for key, echo in ECHOES.items() if _half(echo, key[1]) in text]


def _half(echo: str, encoding: str) -> str:
    """Of Base64 the first group and the last are shared with what stands around the secret."""
    own = echo[4:-4] if encoding.startswith("Base64") else echo
    return own[: max(len(own) // 2, 8)]


class Repeating(Laptop):
    """`echo` is what is repeated; `where`, by whom. Slack and GitHub get nothing that is not kept in `sent`."""

    def __init__(self, **changes: Any) -> None:
        self.echo, self.where = "", ""
        self.answers: list[Any] = []
        self.sent: list[bytes] = []
        super().__init__(**changes)
        self.github.access.token = SECRETS["BLUEGREEN_GITHUB_TOKEN"]
        self.pager.key = SECRETS["BLUEGREEN_PAGER_KEY"]
        self.shared.http.event_hooks = {"request": [self._kept]}

    def invoke(self, name: str, event: Any = None) -> Any:
        self.answers.append(super().invoke(name, event))
        return self.answers[-1]

    def everything(self, printed: str) -> str:
        """Every text that has left a function, decoded from the JSON that it left in."""
        stored = [self.state.get(key) or b"" for key in self.state.keys("")]
        lines = [line for line in printed.splitlines() if line]
        documents = [json.loads(each) for each in (*stored, *self.sent, *lines)]
        return "\n".join(text for document in (documents, self.answers) for text in _texts(document))

    def _log(self, what: str, **facts: Any) -> None:
        Log("test")(what, **facts)

    def _kept(self, request: httpx.Request) -> None:
        if request.url.host in _TOLD and request.content:
            body = json.loads(request.content)
            body.pop("routing_key", None)  # PagerDuty's own, which it wants in the body
            self.sent.append(json.dumps(body).encode())

    def _settings(self, environment: dict[str, str], changes: dict[str, Any]) -> Any:
        made = super()._settings(environment, changes)
        return made._replace(secrets=load(written(), SECRETS).secrets)

    def _wake(self, request: httpx.Request) -> httpx.Response:
        if self.where == "functions":
            return httpx.Response(422, json={"error": self.echo})
        return super()._wake(request)

    def _production(self, request: httpx.Request) -> httpx.Response:
        answer = super()._production(request)
        if self.where == "production":
            answer.headers["x-bluegreen-environment"] = quote(self.echo)
        return answer

    def _app(self, environment: Any, request: httpx.Request) -> httpx.Response:
        answer = super()._app(environment, request)
        if self.where == "the checked app":
            said = {"status": self.echo, "version": self.echo}
            return httpx.Response(500, json=said)
        return answer


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield str(key)
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)
