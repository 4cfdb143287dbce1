"""What a step works with: one service, the function at work on it, its journal, and the clients and drivers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol, cast

import httpx

from bluegreen.clients import bounded
from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.fan_out import at_once
from bluegreen.clients.functions import Functions, WakeUps
from bluegreen.clients.github import GitHub
from bluegreen.clients.http import LIMITS, Api, authorization
from bluegreen.clients.pager import Pager
from bluegreen.clients.posting import Receiver
from bluegreen.clients.prometheus import Prometheus
from bluegreen.clients.redaction import Redaction
from bluegreen.clients.registry import Registry
from bluegreen.clients.slack import Slack
from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.objects import Objects
from bluegreen.clients.store.spaces import Spaces
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.signals import PrometheusSignal
from bluegreen.core.config.source import Image
from bluegreen.core.config.traffic import Router
from bluegreen.core.errors import Misconfigured
from bluegreen.notify import Notifier, Traces, notifiers_for
from bluegreen.settings import NAMES, PREFIX, Settings
from bluegreen.signals import Signals, signals_for
from bluegreen.sources import Source, source_for
from bluegreen.traffic import TrafficDriver, driver_for

_SOON = httpx.Timeout(3.0, connect=1.5)
_WAKE = httpx.Timeout(5.0, connect=2.0)  # whoever wakes has more to do, and a wake-up that is lost is made up for


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
    """Who is at work: the function's name, the activation's id, where functions are invoked, and their namespace."""

    function: str
    activation: str
    api_host: str
    namespace: str = ""


class Connections:
    """What outlives an invocation in a warm process: connections, each made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def http(self) -> httpx.Client:
        return bounded.client(LIMITS)

    @cached_property
    def redaction(self) -> Redaction:
        """Of all secrets that this function holds; compiled once in a warm process."""
        given = {n: s.get_secret_value() for n, s in zip(NAMES, self._settings.secrets, strict=True) if s}
        return Redaction({**given, **self._settings.sent_with_checks})

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
        return Spaces(state.endpoint, state.region, bucket, key, secret, self.redaction)


class _Unset:
    """Stands for an API whose secret is not set: whoever calls it gets `Misconfigured`, which names the setting."""

    def __init__(self, setting: str) -> None:
        self._setting = setting

    def following(self) -> "_Unset":
        return self

    def __getattr__(self, call: str) -> Any:
        raise Misconfigured(f"{self._setting} is not set for this function")


class Clients:
    """Of one invocation, each made when it is first used; one whose secret is not set says so when it is called."""

    def __init__(self, settings: Settings, connections: Connections, caller: Caller, clock: Clock) -> None:
        self.settings = settings
        self.store = f"{settings.file.state.endpoint}/{settings.file.state.bucket}"  # what `state` is
        self.at_once = at_once
        self.told = set[str]()  # matters that this invocation has told people past the journal
        self._connections, self._caller, self._clock = connections, caller, clock

    @cached_property
    def redaction(self) -> Redaction:
        """For what a client gives as it was read: an app's spec."""
        return self._connections.redaction

    @cached_property
    def state(self) -> Objects:
        return self._connections.state

    @cached_property
    def telemetry(self) -> Objects:
        return self._connections.telemetry

    @cached_property
    def web(self) -> Web:
        return Web(self._connections.http, self._clock.seconds, self.redaction, self.settings.sent_with_checks)

    @cached_property
    def digitalocean(self) -> DigitalOcean:
        return DigitalOcean(self.api("DigitalOcean", self.settings.file.apis.digitalocean, "digitalocean_token"))

    @cached_property
    def github(self) -> GitHub:
        return GitHub(self.api("GitHub", self.settings.file.apis.github, "github_token"))

    @cached_property
    def slack(self) -> Slack:
        url, bot, api = self.secret("slack_webhook_url"), self.secret("slack_bot_token"), self.settings.file.apis.slack
        return Slack(url, self._connections.http, self.redaction, bot, api)

    @cached_property
    def pager(self) -> Pager:
        return Pager(self.secret("pager_key"), self.secret("pager_url"), self._connections.http, self.redaction)

    def receiver(self, name: str, address: str, key: str = "") -> Receiver | None:
        """By the fields of its address and key; None where no address is set."""
        at, signs = self.secret(address), self.secret(key) if key else ""
        return Receiver(name, at, signs, self._connections.http, self.redaction) if at else None

    @cached_property
    def functions(self) -> Functions:
        """Wakes other functions on the platform that runs this one; nobody where no access key is set."""
        host, key = self._caller.api_host, "functions_key"
        url = host if "://" in host else f"https://{host}"
        return Functions(self.api("the Functions platform", url, key, _WAKE) if self.secret(key) else None)

    def prometheus(self, signal: PrometheusSignal) -> Prometheus:
        """Asked every few seconds: what it does not answer soon, the next look gets."""
        return Prometheus(self.api(*signal.server(self.settings.file.apis.digitalocean), _SOON))

    def registry(self, image: Image) -> Registry | None:
        """Where an image's digest is asked for; None for DOCR, whose digests DigitalOcean's API knows."""
        apis, given = self.settings.file.apis, self.secret("registry_credentials") if image.private else ""
        http, sleep = self._connections.http, self._clock.sleep
        match image.registry_type:
            case "GHCR":
                return Registry("ghcr.io", apis.ghcr, http, given, sleep, self.redaction)
            case "DOCKER_HUB":
                return Registry("Docker Hub", apis.docker_hub, http, given, sleep, self.redaction)
            case _:
                return None

    def secret(self, field: str) -> str:
        """A secret by its field of `Secrets`, "" where this function does not get it."""
        value = getattr(self.settings.secrets, field)
        return "" if value is None else str(value.get_secret_value())

    def api(self, name: str, url: str, secret: str, limits: httpx.Timeout = LIMITS) -> Api:
        token = self.secret(secret)
        if not token and secret != "prometheus_token":  # noqa: S105 - some servers want none
            return cast(Api, _Unset(f"{PREFIX}{secret.upper()}"))
        headers = {"Accept": "application/json", "User-Agent": "bluegreen"}
        headers |= {"Authorization": authorization(token)} if token else {}
        return Api(name, url, self._connections.http, headers, self._clock.sleep, limits, self.redaction)


@dataclass(frozen=True)
class Cloud:
    """One service, and what a step does to it. What bluegreen.yml names for it is made when it is first used."""

    service: Service
    caller: Caller
    clock: Clock
    log: Callable[..., None]  # log(what, **facts)
    journal: Journal
    clients: Clients
    wake_ups: WakeUps = field(default_factory=WakeUps)

    @property
    def can_wake(self) -> bool:
        """False where there is no key, and where the platform has just refused: then the watch goes on by itself."""
        return self.clients.functions.can_wake and not self.wake_ups.refusals

    def journal_of(self, service: str) -> Journal:
        """Another service's journal, to be read: each is written for its own service only."""
        return Journal(self.clients.state, service, self.clock.nonce, self.clock.now)

    @property
    def has_traffic_setting(self) -> bool:
        """Production is led by a setting at the provider, which others can change; a router reads the journal."""
        return not isinstance(self.service.traffic, Router)

    @cached_property
    def traffic(self) -> TrafficDriver:
        digitalocean = self.clients.digitalocean if self.has_traffic_setting else None
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
    def notifiers(self) -> dict[str, Notifier]:
        """By entry of `notify`: those that this function has the secrets for."""
        of = self.clients
        slack = of.slack if any(map(of.secret, ("slack_webhook_url", "slack_bot_token"))) else None
        github = of.github if of.secret("github_token") else None
        traces = Traces(lambda: of.state, of.secret("otlp_headers"))
        return notifiers_for(self.service, slack, github, lambda: of.pager, of.receiver, traces)


def cloud_for(service: Service, clients: Clients, caller: Caller, clock: Clock, log: Callable[..., None]) -> Cloud:
    return Cloud(service, caller, clock, log, Journal(clients.state, service.name, clock.nonce, clock.now), clients)
