"""What the doctor looks at: the files on disk, and everything that they name, each asked once."""

import os
import time
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from dotenv import dotenv_values

from bluegreen.clients import bounded
from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.digitalocean_answers import App
from bluegreen.clients.http import LIMITS, Api
from bluegreen.clients.redaction import Redaction
from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.record import Record
from bluegreen.settings import NAMES, PREFIX, File, parse
from bluegreen_cli import config, layout, project
from bluegreen_cli.doctor import namespaces as functions_namespaces
from bluegreen_cli.faults import Faulty


class Paths(NamedTuple):
    config: Path
    env: Path
    root: Path  # where project.yml is
    kind: str  # the layout


class Patient:
    """Whoever reads a part that cannot be read gets `Faulty`, or the error of whoever was asked for it."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self._apps: dict[str, App] = {}
        self._records: dict[str, Record | None] = {}
        self.http = bounded.client(LIMITS)

    @cached_property
    def written(self) -> Any:
        return config.read(self.paths.config)

    @cached_property
    def file(self) -> File:
        found, faults = parse(self.written)
        if found is None:
            raise Faulty(faults)
        return found

    @property
    def services(self) -> Iterator[Service]:
        return iter(self.file.services.values())

    @cached_property
    def environment(self) -> dict[str, str]:
        return given(self.paths.env)

    @cached_property
    def functions(self) -> dict[str, dict[str, str]]:
        """Function → the settings that project.yml gives it, filled in."""
        text = config.project_text(self.paths.root, self.written)
        parts = [project.read(part.text, self.environment) for part in layout.parts(text, self.paths.kind)]
        return {p.full_name(f): f.environment for part in parts for p in part.packages for f in p.functions}

    @cached_property
    def secrets(self) -> dict[str, str]:
        return {name: value for given in self.functions.values() for name, value in given.items()}

    def secret(self, name: str) -> str:
        return self.secrets.get(f"{PREFIX}{name}", "")

    @cached_property
    def redaction(self) -> Redaction:
        known = {name: value for name, value in self.environment.items() if name in NAMES}
        return Redaction({**known, **self.secrets})

    @cached_property
    def digitalocean_api(self) -> Api:
        return self._api("DigitalOcean", self.file.apis.digitalocean, "DIGITALOCEAN_TOKEN")

    @cached_property
    def digitalocean(self) -> DigitalOcean:
        return DigitalOcean(self.digitalocean_api)

    @cached_property
    def github(self) -> Api:
        return self._api("GitHub", self.file.apis.github, "GITHUB_TOKEN").following()

    def api(self, name: str, url: str, authorization: str) -> Api:
        headers = {"Accept": "application/json", "User-Agent": "bluegreen", "Authorization": authorization}
        return Api(name, url, self.http, headers, time.sleep, redaction=self.redaction)

    def _api(self, name: str, url: str, token: str) -> Api:
        return self.api(name, url, f"Bearer {self.secret(token)}")

    @cached_property
    def namespaces(self) -> list[dict[str, Any]] | functions_namespaces.NotListed:
        return functions_namespaces.listed(self.digitalocean_api)

    @cached_property
    def ours(self) -> functions_namespaces.Ours | None:
        """The namespace whose key is in .env."""
        key, known = self.secret("FUNCTIONS_KEY"), self.namespaces
        if isinstance(known, functions_namespaces.NotListed):
            return None
        return functions_namespaces.ours(known, key, lambda url, sent: self.api("DigitalOcean Functions", url, sent))

    @cached_property
    def web(self) -> Web:
        sent = {name: value for name, value in self.secrets.items() if name.startswith(f"{PREFIX}CHECK_")}
        return Web(self.http, time.monotonic, self.redaction, sent)

    def bucket(self, name: str) -> Spaces:
        state = self.file.state
        key, secret = self.secret("SPACES_KEY"), self.secret("SPACES_SECRET")
        return Spaces(state.endpoint, state.region, name, key, secret, self.redaction)

    def app(self, service: Service, environment: Environment) -> App:
        id_ = service.app(environment)
        if id_ not in self._apps:
            self._apps[id_] = self.digitalocean.app(id_)
        return self._apps[id_]

    def record(self, service: Service) -> Record | None:
        """The newest of the journal; None before the first function ran."""
        if service.name not in self._records:
            journal = Journal(self.bucket(self.file.state.bucket), service.name, lambda: uuid.uuid4().hex)
            newest = journal.newest()
            self._records[service.name] = newest.record if newest else None
        return self._records[service.name]

    def active(self, service: Service) -> Environment:
        record = self.record(service)
        return record.active if record else service.adopt.active


def given(env: Path) -> dict[str, str]:
    """What `env` says, and above it the environment. `.env` may be left out; a file that was named may not."""
    if env.is_dir() or not (env.exists() or env.name == ".env"):
        raise Faulty([f"{env} is {'a folder' if env.is_dir() else 'not there'}: --env names the file with the secrets"])
    try:
        written = {name: value or "" for name, value in dotenv_values(env, interpolate=False).items()}
        return written | dict(os.environ)
    except UnicodeDecodeError:
        raise Faulty([f"{env} is not UTF-8 text"]) from None
    except OSError as error:
        raise Faulty([f"{env} cannot be read: {error.strerror}"]) from None
