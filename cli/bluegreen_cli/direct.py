"""`--direct`: status and rollback without the Functions platform, by the journal and the keys in .env alone.

What runs is the code of the functions, on this machine. It wakes nobody and tells nobody: the watch does both within a
minute or two, once functions run again. So nothing is asked but Spaces, production, and DigitalOcean where the traffic
driver wants it.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from bluegreen.cloud import Caller, Clients, Cloud, Connections, cloud_for
from bluegreen.core import advice
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.door.clock import WallClock
from bluegreen.door.refusal import bug_met, refusal
from bluegreen.entrypoints import rollback, status
from bluegreen.invocation.entry_point import STORE, EntryPoint, Invocation, Response, answer
from bluegreen.settings import PREFIX, Settings, is_sendable, load
from bluegreen.steps.lost_journal import why_lost
from bluegreen_cli.by_hand import ByHand
from bluegreen_cli.faults import Faulty

_TOKEN = "digitalocean_token"
_GITHUB = "github_token"
_TOKENS = (_TOKEN, _GITHUB, "prometheus_token")  # for what only they can do; one that is no token is as good as none
_SAID = (
    (re.compile(r"`(?:rollback )?-p ((?:to|native):[^`]*)`"), r"`doctl serverless functions invoke rollback -p \1`"),
    (
        re.compile(r"doctl serverless functions invoke status -p service:([\w-]+) -p seen:true\b"),
        r"bluegreen status --direct --service \1 --seen true",
    ),
    (re.compile(r"`(rollback|status)`"), r"`bluegreen \1 --direct`"),
    (
        re.compile(r"doctl serverless functions invoke (rollback|status) -p service:([\w-]+)(?! -p)\b"),
        r"bluegreen \1 --direct --service \2",
    ),
    (re.compile(r"(?<!invoke rollback )-p service:NAME"), "--service NAME"),
)
_CALLS = {"rollback": rollback.ENTRY_POINT, "status": status.ENTRY_POINT}


class _WithoutToken(Cloud):
    """Where only a person can lead production: they are told how."""

    @cached_property
    def traffic(self) -> ByHand:
        return ByHand(self.service, self.clients.web)


def run(what: str, written: Any, environment: Mapping[str, str], event: Mapping[str, str]) -> Response:
    """The answer of the function of that name. `Faulty` where bluegreen.yml or a key does not do."""
    entry_point, settings = _CALLS[what], settings_of(written, environment)
    connections = Connections(settings)
    try:
        answered = _answered(entry_point, _invocation(entry_point, settings, connections, event))
    except BluegreenError as error:
        answered = refusal(entry_point, error)
    except Exception as error:  # noqa: BLE001 - as the door of a function does
        answered = bug_met(entry_point, error)
    finally:
        connections.http.close()
    return {**answered, "what": _as_options(answered["what"]), "next": _as_options(answered["next"])}


def _answered(entry_point: EntryPoint, invocation: Invocation) -> Response:
    """It asks first what the watch finds within a minute, as nobody else may be looking: was the journal lost?"""
    lost = dict(_lost(entry_point, invocation))
    if not lost:
        return entry_point.run(invocation)
    says, step = "; ".join(lost.values()), "; ".join(advice.to_recover(name) for name in lost)
    if entry_point is rollback.ENTRY_POINT:
        return answer(False, f"nothing was done: {says}", step)
    answered = entry_point.run(invocation)
    return {**answered, "ok": False, "what": f"{says}; {answered['what']}", "next": step}


def _lost(entry_point: EntryPoint, invocation: Invocation) -> Iterator[tuple[str, str]]:
    settings, asked = invocation.settings, invocation.event.get("service")
    everything = entry_point is status.ENTRY_POINT and not asked
    for service in settings.file.services.values() if everything else [settings.service(asked)]:
        lost = _why_lost(invocation.cloud(service))
        if lost:
            yield service.name, lost


def _why_lost(cloud: Cloud) -> str:
    newest = cloud.journal.newest()
    return newest.record.lost or why_lost(cloud, newest) if newest else ""


def _as_options(says: str) -> str:
    """What a function's answer tells people to do, as this command takes it; what only the function takes, in full."""
    for said, meant in _SAID:
        says = said.sub(meant, says)
    return says


def settings_of(written: Any, environment: Mapping[str, str]) -> Settings:
    """Of the secrets only those that are needed: what is wrong with another one must not stand in the way."""
    given = {field: environment.get(f"{PREFIX}{field.upper()}", "") for field in (*STORE, *_TOKENS)}
    usable = {field: value for field, value in given.items() if value and (field in STORE or is_sendable(value))}
    if usable.get(_TOKEN) == usable.get(_GITHUB):
        usable.pop(_GITHUB, None)  # one of the two is another's; production may need the first
    try:
        return load(written, {f"{PREFIX}{field.upper()}": value for field, value in usable.items()}, STORE)
    except BluegreenError as error:
        raise Faulty([f"{error} (looked for in the environment and in --env)"]) from None


def _invocation(
    entry_point: EntryPoint, settings: Settings, connections: Connections, event: Mapping[str, str]
) -> Invocation:
    clock, caller = WallClock(None), Caller(f"{entry_point.name} --direct", uuid.uuid4().hex, "")
    clients = Clients(settings, connections, caller, clock)
    return Invocation(event, settings, clock, caller, clients, clouds(clients, caller, clock))


def clouds(clients: Clients, caller: Caller, clock: WallClock) -> Callable[[Service], Cloud]:
    def cloud(service: Service) -> Cloud:
        made = cloud_for(service, clients, caller, clock, _quiet)
        if made.has_traffic_setting and not clients.secret(_TOKEN):
            return _WithoutToken(service, caller, clock, _quiet, made.journal, clients)
        return made

    return cloud


def _quiet(what: str, **facts: Any) -> None:
    """What a function would log; the answer says what a person needs."""
