"""The account's Functions namespaces, and which of them takes our key."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

from bluegreen.clients.http import Api
from bluegreen.core.errors import BluegreenError, Misconfigured

NAMESPACES = "/v2/functions/namespaces"


class Ours(NamedTuple):
    """`actions` are the functions there, as the platform lists them."""

    name: str
    label: str
    api_host: str
    actions: list[Any]


class NotListed(NamedTuple):
    """What the account has is not known."""

    why: str


def listed(digitalocean: Api) -> list[dict[str, Any]] | NotListed:
    try:
        answer = digitalocean.get(NAMESPACES)
    except Misconfigured:
        return NotListed("DigitalOcean's token may not list namespaces (function:read)")
    except BluegreenError as error:
        return NotListed(str(error))
    found = (answer.get("namespaces") or []) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        return NotListed("DigitalOcean answers with no list of namespaces")
    return [each for each in found if isinstance(each, dict)]


def ours(namespaces: list[dict[str, Any]], key: str, api: Callable[[str, str], Api]) -> Ours | None:
    """`api` makes one of an address and what is sent as Authorization."""
    for each in namespaces:
        name, host = str(each.get("namespace") or ""), str(each.get("api_host") or "")
        actions = _actions(api(host, basic(key)), name) if host else None
        if actions is not None:
            return Ours(name, str(each.get("label") or name), host, actions)
    return None


def basic(key: str) -> str:
    return f"Basic {b64encode(key.encode()).decode()}"


def _actions(api: Api, namespace: str) -> list[Any] | None:
    try:
        found = api.once("GET", f"/api/v1/namespaces/{namespace}/actions", params={"limit": 200})
    except BluegreenError:
        return None
    return found if isinstance(found, list) else None


def full_action_name(action: dict[str, Any]) -> str:
    package = str(action.get("namespace", "")).partition("/")[2]
    return f"{package}/{action.get('name')}" if package else str(action.get("name"))
