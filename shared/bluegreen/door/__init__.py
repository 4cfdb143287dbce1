"""Turns the platform's event into an answer. Only this package reads environment variables and the clock."""

import gc
import json
import os
import uuid
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from bluegreen.cloud import Caller, Clients, Cloud, Connections, cloud_for
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BadRequest, BluegreenError, Later, Misconfigured, described
from bluegreen.door.clock import WallClock
from bluegreen.door.log import Log
from bluegreen.door.refusal import bug_met, refusal
from bluegreen.invocation.entry_point import EntryPoint, Invocation, Response
from bluegreen.settings import PREFIX, Settings, load

_SETTINGS = Path("bluegreen.json")  # beside the function's code: `make stage` puts it there


def invoke(entry_point: EntryPoint, event: Mapping[str, Any] | None, context: object = None) -> Response:
    """Runs an entry point. Returns JSON whatever happens: nothing is raised."""
    clock, log = WallClock(context), Log(entry_point.name)
    try:
        if not isinstance(event, Mapping | None):
            raise BadRequest("the event has to be an object: parameters by their names")
        return entry_point.respond(_invocation(entry_point, event or {}, context, clock, log))
    except BluegreenError as error:
        level = "error" if isinstance(error, Misconfigured) else "warning" if isinstance(error, Later) else "info"
        log("refused" if isinstance(error, BadRequest) else "failed", why=str(error), level=level)
        return refusal(entry_point, error)
    except Exception as error:  # noqa: BLE001 - the platform would log the message, which may hold a secret
        log("bug", what_it_is=described(error), level="error")
        return bug_met(entry_point, error)


def _invocation(
    entry_point: EntryPoint, event: Mapping[str, Any], context: object, clock: WallClock, log: Log
) -> Invocation:
    own_variables = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith(PREFIX)))
    settings, connections = _cached_per_process(_settings_text(), own_variables, entry_point.uses)
    caller = _caller(entry_point, context)
    clients = Clients(settings, connections, caller, clock)

    def cloud(service: Service) -> Cloud:
        return cloud_for(service, clients, caller, clock, partial(log, service=service.name))

    return Invocation(event, settings, clock, caller, clients, cloud)


def _caller(entry_point: EntryPoint, context: object) -> Caller:
    activation = getattr(context, "activation_id", "") or os.environ.get("__OW_ACTIVATION_ID", "")
    host = getattr(context, "api_host", "") or os.environ.get("__OW_API_HOST", "")
    namespace = getattr(context, "namespace", "") or os.environ.get("__OW_NAMESPACE", "")
    return Caller(entry_point.name, activation or uuid.uuid4().hex, host, namespace)


@lru_cache(maxsize=2)
def _cached_per_process(
    settings_text: str, own_variables: tuple[tuple[str, str], ...], uses: tuple[str, ...]
) -> tuple[Settings, Connections]:
    """Settings and connections are kept for the next invocation in a warm process; they hold no state of a release."""
    if not gc.isenabled():  # switched off by activate_this.py; imported modules stay, so never scan them
        gc.freeze()
        gc.enable()
    try:
        settings = load(json.loads(settings_text), dict(own_variables), uses)
    except ValueError:
        raise Misconfigured(f"{_SETTINGS} is not JSON: was the function staged?") from None
    return settings, Connections(settings)


def _settings_text() -> str:
    try:
        return _SETTINGS.read_text(encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{_SETTINGS} cannot be read ({type(error).__name__}): was the function staged?") from None
