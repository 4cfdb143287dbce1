"""Calling a function from a terminal, as `doctl serverless functions invoke` does, and what to do where none answers.

The key is that of the namespace (BLUEGREEN_FUNCTIONS_KEY). Where its functions are called is said by
BLUEGREEN_FUNCTIONS_HOST, else DigitalOcean is asked which of the account's namespaces takes the key.
"""

from base64 import b64encode
from collections.abc import Mapping
from shlex import quote
from typing import Any

import httpx

from bluegreen.clients import bounded
from bluegreen.clients.http import Api
from bluegreen.clients.redaction import Redaction
from bluegreen.core.config.address import is_address
from bluegreen.core.errors import BluegreenError, Later, NotFound, Unavailable
from bluegreen.settings import NONE, PREFIX, is_sendable
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal.place import Place

KEY, HOST, TOKEN = f"{PREFIX}FUNCTIONS_KEY", f"{PREFIX}FUNCTIONS_HOST", f"{PREFIX}DIGITALOCEAN_TOKEN"
_DIRECT = ("rollback", "status")  # what goes without functions, too
_WAITS = 65.0  # seconds; a function is ended after 60


def call(place: Place, function: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The function's answer. `Faulty` where none can be called from here, `Later` where it does not answer."""
    key = key_for(place, function, parameters)
    with bounded.client(httpx.Timeout(_WAITS, connect=5.0)) as http:
        host = _host(place, http, key, function, parameters)
        api = _api(place, http, "the Functions platform", host, f"Basic {b64encode(key.encode()).decode()}")
        wanted = {"blocking": "true", "result": "true"}
        try:
            answer = api.once("POST", f"/api/v1/namespaces/_/actions/{function}", dict(parameters), wanted)
        except NotFound as error:
            raise Faulty([f"{error}: is it deployed? `bluegreen deploy-functions` does so"]) from None
        except Later as error:
            raise Unavailable(f"{error}; {_otherwise(function, parameters)}") from None
    if not isinstance(answer, dict) or "activationId" in answer:
        raise Unavailable(f"{function} was called, and has not answered yet: `bluegreen status` shows how far it is")
    if "what" not in answer:
        raise Unavailable(f"{function} answered without saying what it did: `bluegreen status` shows it")
    return answer


def key_for(place: Place, function: str, parameters: Mapping[str, str]) -> str:
    """The namespace's key; `Faulty` where there is none, with what does the same without it."""
    key = place.environment.get(KEY, "")
    if key in ("", NONE) or not all(key.partition(":")) or not is_sendable(key):
        raise Faulty([f"no function can be called from here, for {KEY} is not set; {_otherwise(function, parameters)}"])
    return key


def _host(place: Place, http: httpx.Client, key: str, function: str, parameters: Mapping[str, str]) -> str:
    named = place.environment.get(HOST, "")
    if named:
        if not is_address(named):
            raise Faulty([f"{HOST}: an address such as https://faas-fra1-….doserverless.co is wanted"])
        return named
    found = _found_host(place, http, key)
    if not found:
        how = f"{HOST} says where functions are called: `doctl serverless namespaces list` shows the API host"
        raise Faulty([f"{how}; {_otherwise(function, parameters)}"])
    return found


def _found_host(place: Place, http: httpx.Client, key: str) -> str:
    """Of the namespace that takes the key, where the token may list them."""
    token = place.environment.get(TOKEN, "")
    if not token or not is_sendable(token):
        return ""
    address = place.file.apis.digitalocean
    try:
        listed = _api(place, http, "DigitalOcean", address, f"Bearer {token}").once("GET", "/v2/functions/namespaces")
    except BluegreenError:
        return ""
    found = listed.get("namespaces") if isinstance(listed, dict) else None
    hosts = [str(each.get("api_host") or "") for each in found or () if isinstance(each, dict)]
    return next((host for host in dict.fromkeys(filter(None, hosts)) if _takes(place, http, host, key)), "")


def _takes(place: Place, http: httpx.Client, host: str, key: str) -> bool:
    api = _api(place, http, "the Functions platform", host, f"Basic {b64encode(key.encode()).decode()}")
    try:
        api.once("GET", "/api/v1/namespaces/_/actions", params={"limit": 1})
    except BluegreenError:
        return False
    return True


def _api(place: Place, http: httpx.Client, name: str, url: str, authorization: str) -> Api:
    headers = {"Accept": "application/json", "User-Agent": "bluegreen", "Authorization": authorization}
    known = {name: value for name, value in place.environment.items() if name.startswith(PREFIX) and len(value) > 5}
    limits = httpx.Timeout(_WAITS, connect=5.0)
    return Api(name, url, http, headers, place.clock.sleep, limits, Redaction(known))


def _otherwise(function: str, parameters: Mapping[str, str]) -> str:
    """What does the same without this key."""
    given = "".join(f" -p {quote(f'{name}:{value}')}" for name, value in parameters.items())
    usual = f"doctl serverless functions invoke {function}{given}"
    if function not in _DIRECT or set(parameters) - {"service", "reason", "seen"} - {"by"}:
        return f"`{usual}` does the same"
    service = f" --service {parameters['service']}" if "service" in parameters else ""
    return f"`{usual}` does the same; `bluegreen {function} --direct{service}` does without functions"
