"""`--direct`: status and rollback without the Functions platform, by the journal and the keys in .env alone.

What runs is the code of the functions, on this machine. It wakes nobody and tells nobody: the watch does both within a
minute or two, once functions run again. So nothing is asked but Spaces, production, and DigitalOcean where the traffic
driver wants it.
"""

import uuid
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from bluegreen.cloud import Caller, Clients, Cloud, Connections, cloud_for
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.door.clock import WallClock
from bluegreen.door.refusal import bug_met, refusal
from bluegreen.entrypoints import rollback, status
from bluegreen.invocation.entry_point import STORE, EntryPoint, Invocation, Response
from bluegreen.settings import PREFIX, Settings, load
from bluegreen_cli.by_hand import ByHand
from bluegreen_cli.faults import Faulty

_TOKEN = "digitalocean_token"
_CALLS = {"rollback": rollback.ENTRY_POINT, "status": status.ENTRY_POINT}


class _WithoutToken(Cloud):
    """Where only a person can lead production: they are told how."""

    @cached_property
    def traffic(self) -> ByHand:
        return ByHand(self.service)


def run(what: str, written: Any, environment: Mapping[str, str], event: Mapping[str, str]) -> Response:
    """The answer of the function of that name. `Faulty` where bluegreen.yml or a key does not do."""
    entry_point, settings = _CALLS[what], _settings(written, environment)
    connections = Connections(settings)
    try:
        return entry_point.run(_invocation(entry_point, settings, connections, event))
    except BluegreenError as error:
        return refusal(entry_point, error)
    except Exception as error:  # noqa: BLE001 - as the door of a function does
        return bug_met(entry_point, error)
    finally:
        connections.http.close()


def _settings(written: Any, environment: Mapping[str, str]) -> Settings:
    """Of the secrets only those that are needed: what is wrong with another one must not stand in the way."""
    names = [f"{PREFIX}{field.upper()}" for field in (*STORE, _TOKEN)]
    try:
        return load(written, {name: environment[name] for name in names if environment.get(name)}, STORE)
    except BluegreenError as error:
        raise Faulty([f"{error} (looked for in the environment and in --env)"]) from None


def _invocation(
    entry_point: EntryPoint, settings: Settings, connections: Connections, event: Mapping[str, str]
) -> Invocation:
    clock, caller = WallClock(None), Caller(f"{entry_point.name} --direct", uuid.uuid4().hex, "")
    clients = Clients(settings, connections, caller, clock)
    return Invocation(event, settings, clock, caller, clients, _cloud(clients, caller, clock))


def _cloud(clients: Clients, caller: Caller, clock: WallClock) -> Callable[[Service], Cloud]:
    def cloud(service: Service) -> Cloud:
        made = cloud_for(service, clients, caller, clock, _quiet)
        if made.has_traffic_setting and not clients.secret(_TOKEN):
            return _WithoutToken(service, caller, clock, _quiet, made.journal, clients)
        return made

    return cloud


def _quiet(what: str, **facts: Any) -> None:
    """What a function would log; the answer says what a person needs."""
