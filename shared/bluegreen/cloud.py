"""What a step works with: one service, who is at work on it, its journal, and the clients of everything outside."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol, cast

import httpx

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.fan_out import at_once
from bluegreen.clients.functions import Functions
from bluegreen.clients.github import GitHub
from bluegreen.clients.http import LIMITS, Api
from bluegreen.clients.journal import Journal
from bluegreen.clients.objects import Objects
from bluegreen.clients.prometheus import Prometheus
from bluegreen.clients.registry import Registry
from bluegreen.clients.slack import Slack
from bluegreen.clients.spaces import Spaces
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image
from bluegreen.core.config.traffic import Router
from bluegreen.core.errors import Misconfigured
from bluegreen.core.notices import Channel
from bluegreen.notify import Notifier, notifiers_for
from bluegreen.settings import PREFIX, Settings
from bluegreen.signals import Signals, signals_for
from bluegreen.sources import Source, source_for
from bluegreen.traffic import TrafficDriver, driver_for

_SOON = httpx.Timeout(3.0, connect=1.5)


class Clock(Protocol):
    def now(self) -> datetime: ...

    def seconds(self) -> float:
        """Time that only goes forward, for measuring."""

    def sleep(self, seconds: float) -> None: ...

    def remaining(self) -> float:
        """Seconds until the platform kills this invocation."""

    def nonce(self) -> str:
        """A mark that nobody else has."""


@dataclass(frozen=True)
class Caller:
    """Who is at work: the function's name, the activation's id, and where functions are invoked."""

    function: str
    activation: str
    api_host: str


class Connections:
    """What outlives an invocation in a warm process: connections, each made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def http(self) -> httpx.Client:
        return httpx.Client(timeout=LIMITS, trust_env=False)

    @cached_property
    def state(self) -> Objects:
        return self._bucket(self._settings.file.state.bucket)

    @cached_property
    def telemetry(self) -> Objects:
        return self._bucket(self._settings.file.state.telemetry_bucket)

    def _bucket(self, bucket: str) -> Objects:
        state, secrets = self._settings.file.state, self._settings.secrets
        if secrets.spaces_key is None or secrets.spaces_secret is None:
            raise Misconfigured(f"{PREFIX}SPACES_KEY or {PREFIX}SPACES_SECRET is not set for this function")
        key, secret = secrets.spaces_key.get_secret_value(), secrets.spaces_secret.get_secret_value()
        return Spaces(state.endpoint, state.region, bucket, key, secret)


class _Unset:
    """Stands for an API whose secret is not set: whoever calls it gets `Misconfigured`, which names the setting."""

    def __init__(self, setting: str) -> None:
        self._setting = setting

    def __getattr__(self, call: str) -> Any:
        raise Misconfigured(f"{self._setting} is not set for this function")


class Clients:
    """Of one invocation, each made when it is first used; one whose secret is not set says so when it is called."""

    def __init__(self, settings: Settings, connections: Connections, caller: Caller, clock: Clock) -> None:
        self.settings = settings
        self.at_once = at_once
        self._connections = connections
        self._caller = caller
        self._clock = clock

    @cached_property
    def state(self) -> Objects:
        """The bucket of the journals."""
        return self._connections.state

    @cached_property
    def telemetry(self) -> Objects:
        return self._connections.telemetry

    @property
    def store(self) -> str:
        """Endpoint and name of the state bucket."""
        return f"{self.settings.file.state.endpoint}/{self.settings.file.state.bucket}"

    @cached_property
    def web(self) -> Web:
        return Web(self._connections.http, self._clock.seconds)

    @cached_property
    def digitalocean(self) -> DigitalOcean:
        return DigitalOcean(self._api("DigitalOcean", self.settings.file.apis.digitalocean, "digitalocean_token"))

    @cached_property
    def github(self) -> GitHub:
        return GitHub(self._api("GitHub", self.settings.file.apis.github, "github_token"))

    @cached_property
    def slack(self) -> Slack:
        return Slack(self.secret("slack_webhook_url"), self._connections.http)

    @cached_property
    def functions(self) -> Functions:
        """Wakes other functions on the platform that runs this one; nobody where no access key is set."""
        key, host = self.secret("functions_key"), self._caller.api_host
        if not key:
            return Functions(None)
        url = host if "://" in host else f"https://{host}"
        return Functions(self._make_api("the Functions platform", url, _basic(key)))

    def prometheus(self, url: str) -> Prometheus:
        """Asked every few seconds: what it does not answer soon, the next look gets. A token may be `user:password`."""
        token = self.secret("prometheus_token")
        headers = {} if not token else _basic(token) if ":" in token else _bearer(token)
        return Prometheus(self._make_api("Prometheus", url, headers, _SOON))

    def registry(self, image: Image) -> Registry | None:
        """Where an image's digest is asked for; None for DOCR, whose digests DigitalOcean's API knows."""
        apis, given = self.settings.file.apis, self.secret("registry_credentials") if image.private else ""
        match image.registry_type:
            case "GHCR":
                return Registry("ghcr.io", apis.ghcr, self._connections.http, given, self._clock.sleep)
            case "DOCKER_HUB":
                return Registry("Docker Hub", apis.docker_hub, self._connections.http, given, self._clock.sleep)
            case _:
                return None

    def secret(self, field: str) -> str:
        """A secret by its field of `Secrets`, "" where this function does not get it."""
        value = getattr(self.settings.secrets, field)
        return "" if value is None else str(value.get_secret_value())

    def _api(self, name: str, url: str, secret: str) -> Api:
        token = self.secret(secret)
        return self._make_api(name, url, _bearer(token)) if token else cast(Api, _Unset(f"{PREFIX}{secret.upper()}"))

    def _make_api(self, name: str, url: str, headers: dict[str, str], limits: httpx.Timeout = LIMITS) -> Api:
        own = {"Accept": "application/json", "User-Agent": "bluegreen", **headers}
        return Api(name, url, self._connections.http, own, self._clock.sleep, limits)


@dataclass(frozen=True)
class Cloud:
    """One service, and what a step does to it. What bluegreen.yml names for it is made when it is first used."""

    service: Service
    caller: Caller
    clock: Clock
    log: Callable[..., None]  # log(what, **facts)
    journal: Journal
    clients: Clients

    def journal_of(self, service: str) -> Journal:
        """Another service's journal, to be read: each is written for its own service only."""
        return Journal(self.clients.state, service, self.clock.nonce)

    @cached_property
    def traffic(self) -> TrafficDriver:
        needs_api = not isinstance(self.service.traffic, Router)
        digitalocean = self.clients.digitalocean if needs_api else None
        return driver_for(self.service, self.clients.web, self.clients.telemetry, digitalocean)

    @cached_property
    def signals(self) -> tuple[Signals, ...]:
        of = self.clients
        return signals_for(self.service, of.web, of.telemetry, of.at_once, of.digitalocean, of.prometheus)

    @cached_property
    def source(self) -> Source:
        of = self.clients
        return source_for(self.service, of.digitalocean, of.github, of.registry, of.secret("registry_credentials"))

    @cached_property
    def notifiers(self) -> dict[Channel, Notifier]:
        """Of the channels that this function has the secrets for."""
        slack = self.clients.slack if self.clients.secret("slack_webhook_url") else None
        github = self.clients.github if self.clients.secret("github_token") else None
        return notifiers_for(self.service, slack, github)


def cloud_for(service: Service, clients: Clients, caller: Caller, clock: Clock, log: Callable[..., None]) -> Cloud:
    return Cloud(service, caller, clock, log, Journal(clients.state, service.name, clock.nonce), clients)


def _basic(pair: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
