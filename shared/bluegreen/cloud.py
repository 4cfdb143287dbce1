"""What a step gets to work with: the clients of one service, made from the settings, and the door's clock."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol, TypeVar

import httpx
from pydantic import SecretStr

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.fan_out import AtOnce, at_once
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
from bluegreen.core.errors import Misconfigured
from bluegreen.core.notices import Channel
from bluegreen.core.release import SetRelease
from bluegreen.notify import Notifier, notifiers_for
from bluegreen.settings import Settings
from bluegreen.signals import Signals, signals_for
from bluegreen.sources import Source, source_for
from bluegreen.traffic import TrafficDriver, driver_for

T = TypeVar("T")
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


@dataclass(frozen=True)
class Cloud:
    service: Service
    caller: Caller
    clock: Clock
    objects: Objects  # the state bucket
    store: str  # its endpoint and name
    journal: Journal
    web: Web
    functions: Functions
    traffic: TrafficDriver
    signals: tuple[Signals, ...]
    notifiers: dict[Channel, Notifier]
    log: Callable[..., None]  # log(what, **facts)
    digitalocean_or_none: DigitalOcean | None = None
    github_or_none: GitHub | None = None
    source_or_none: Source | None = None
    at_once: AtOnce = at_once
    part_of: Callable[[str], SetRelease | None] = lambda tag: None  # what a pushed tag makes of the service

    def journal_of(self, service: str) -> Journal:
        """Another service's journal, to be read: each is written for its own service only."""
        return Journal(self.objects, service, self.clock.nonce)

    @property
    def digitalocean(self) -> DigitalOcean:
        return _given(self.digitalocean_or_none, "BLUEGREEN_DIGITALOCEAN_TOKEN")

    @property
    def github(self) -> GitHub:
        return _given(self.github_or_none, "BLUEGREEN_GITHUB_TOKEN")

    @property
    def source(self) -> Source:
        return _given(self.source_or_none, "BLUEGREEN_DIGITALOCEAN_TOKEN and BLUEGREEN_GITHUB_TOKEN")


class Connections:
    """What all services of one invocation share, each made when it is first needed."""

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
        key, secret = _given(secrets.spaces_key, "BLUEGREEN_SPACES_KEY"), secrets.spaces_secret
        secret = _given(secret, "BLUEGREEN_SPACES_SECRET")
        return Spaces(state.endpoint, state.region, bucket, key.get_secret_value(), secret.get_secret_value())


def functions_for(settings: Settings, shared: Connections, caller: Caller, clock: Clock) -> Functions:
    """Wakes other functions on the platform that runs this one; nobody where no access key is set."""
    return Functions(_maybe(settings.secrets.functions_key, lambda key: _invoker(key, caller, shared.http, clock)))


def cloud_for(
    service: Service, settings: Settings, shared: Connections, caller: Caller, clock: Clock, log: Callable[..., None]
) -> Cloud:
    secrets, apis, http = settings.secrets, settings.file.apis, shared.http
    digitalocean = _maybe(
        secrets.digitalocean_token,
        lambda t: DigitalOcean(_api("DigitalOcean", apis.digitalocean, http, _bearer(t), clock)),
    )
    github = _maybe(secrets.github_token, lambda t: GitHub(_api("GitHub", apis.github, http, _bearer(t), clock)))
    slack = _maybe(secrets.slack_webhook_url, lambda url: Slack(url, http))
    web = Web(http, clock.seconds)
    return Cloud(
        service=service,
        caller=caller,
        clock=clock,
        objects=shared.state,
        store=f"{settings.file.state.endpoint}/{settings.file.state.bucket}",
        journal=Journal(shared.state, service.name, clock.nonce),
        web=web,
        functions=functions_for(settings, shared, caller, clock),
        traffic=driver_for(service, web, shared.telemetry, digitalocean),
        signals=signals_for(
            service, web, shared.telemetry, at_once, digitalocean, lambda url: _prometheus(url, settings, http, clock)
        ),
        notifiers=notifiers_for(service, slack, github),
        log=log,
        digitalocean_or_none=digitalocean,
        github_or_none=github,
        source_or_none=_source(service, settings, http, clock, digitalocean, github),
        part_of=lambda tag: settings.part_of(service, tag),
    )


def _source(
    service: Service,
    settings: Settings,
    http: httpx.Client,
    clock: Clock,
    digitalocean: DigitalOcean | None,
    github: GitHub | None,
) -> Source | None:
    if digitalocean is None or github is None:
        return None
    apis, credentials = settings.file.apis, _maybe(settings.secrets.registry_credentials, str) or ""

    def registry(image: Image) -> Registry | None:
        given = credentials if image.private else ""
        match image.registry_type:
            case "GHCR":
                return Registry("ghcr.io", apis.ghcr, http, given, clock.sleep)
            case "DOCKER_HUB":
                return Registry("Docker Hub", apis.docker_hub, http, given, clock.sleep)
            case _:
                return None

    return source_for(service, digitalocean, github, registry, credentials)


def _api(
    name: str, url: str, http: httpx.Client, headers: dict[str, str], clock: Clock, limits: httpx.Timeout = LIMITS
) -> Api:
    own = {"Accept": "application/json", "User-Agent": "bluegreen", **headers}
    return Api(name, url, http, own, clock.sleep, limits)


def _prometheus(url: str, settings: Settings, http: httpx.Client, clock: Clock) -> Prometheus:
    """Asked every few seconds: what it does not answer soon, the next look gets. A token `user:password` is both."""
    token = _maybe(settings.secrets.prometheus_token, str) or ""
    headers = {} if not token else _basic(token) if ":" in token else _bearer(token)
    return Prometheus(_api("Prometheus", url, http, headers, clock, _SOON))


def _basic(pair: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _invoker(key: str, caller: Caller, http: httpx.Client, clock: Clock) -> Api:
    host = caller.api_host if "://" in caller.api_host else f"https://{caller.api_host}"
    return _api("the Functions platform", host, http, _basic(key), clock)


def _maybe(secret: SecretStr | None, make: Callable[[str], T]) -> T | None:
    return None if secret is None else make(secret.get_secret_value())


def _given(client: T | None, names: str) -> T:
    if client is None:
        raise Misconfigured(f"{names} is not set for this function")
    return client
