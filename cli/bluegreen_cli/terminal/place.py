"""What a command at a terminal works with: bluegreen.yml, the secrets in .env, and the journals that both lead to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from bluegreen.cloud import Caller, Clients, Cloud, Connections
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BadRequest
from bluegreen.core.pointing import adopt
from bluegreen.core.record import Version
from bluegreen.door.clock import WallClock
from bluegreen.settings import PREFIX, File, Settings, parse
from bluegreen_cli import config, direct, doctor
from bluegreen_cli.faults import Faulty

_STORE_KEYS = (f"{PREFIX}SPACES_KEY", f"{PREFIX}SPACES_SECRET")


class Place:
    """Everything is read when it is first wanted: whoever needs no secret is asked for none."""

    def __init__(self, path: Path, env: Path) -> None:
        self.path, self.env = path, env
        self.clock = WallClock(None)

    @cached_property
    def written(self) -> Any:
        return config.read(self.path)

    @cached_property
    def environment(self) -> Mapping[str, str]:
        return doctor.given(self.env)

    @property
    def has_store_key(self) -> bool:
        return all(self.environment.get(name) for name in _STORE_KEYS)

    @cached_property
    def settings(self) -> Settings:
        return direct.settings_of(self.written, self.environment)

    @cached_property
    def file(self) -> File:
        """By bluegreen.yml alone; no secret is wanted for that."""
        file, faults = parse(self.written)
        if file is None:
            raise Faulty(faults)
        return file

    @property
    def services(self) -> dict[str, Service]:
        return dict(self.file.services)

    @cached_property
    def clients(self) -> Clients:
        caller = Caller("bluegreen", self.clock.nonce(), "")
        return Clients(self.settings, self._connections, caller, self.clock)

    @cached_property
    def _connections(self) -> Connections:
        return Connections(self.settings)

    def service(self, name: str | None) -> Service:
        """The one that is meant; with one service its name may be left out."""
        if name is None and len(self.services) == 1:
            return next(iter(self.services.values()))
        if name in self.services:
            return self.services[name]
        said = f"service {name[:40]!r} is not known" if name else "which service? --service NAME says it"
        raise BadRequest(f"{said} (known: {', '.join(sorted(self.services))})")

    def asked(self, name: str | None) -> list[Service]:
        """That one, or all of them."""
        return [self.service(name)] if name else list(self.services.values())

    def cloud(self, service: Service) -> Cloud:
        caller = Caller("bluegreen", self.clock.nonce(), "")
        return direct.clouds(self.clients, caller, self.clock)(service)

    def newest(self, service: Service) -> Version:
        """The newest version; before the first function ran, what bluegreen.yml says. Nothing is written."""
        return self.cloud(service).journal.newest() or _before_the_first(service, self.clock.now())

    def close(self) -> None:
        if "_connections" in self.__dict__ and "http" in self._connections.__dict__:
            self._connections.http.close()


@contextmanager
def opened(path: Path, env: Path) -> Iterator[Place]:
    place = Place(path, env)
    try:
        yield place
    finally:
        place.close()


def _before_the_first(service: Service, now: datetime) -> Version:
    facts = {"seq": 0, "nonce": "", "previous": "", "by": "bluegreen.yml", "why": "adopted"}
    return Version(**facts, at=now, record=adopt(service))


__all__ = ["Faulty", "Place", "opened"]
