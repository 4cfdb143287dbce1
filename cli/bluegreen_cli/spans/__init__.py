"""One release as one trace: `bluegreen trace RELEASE --otlp URL` posts what the journal says (OTLP/HTTP, JSON).

Ids are made of the release's, so whoever sends a trace twice sends the same one.
"""

from collections.abc import Iterable
from typing import Any

import httpx

from bluegreen.clients.store import release_versions
from bluegreen.core.errors import Refused, Unavailable
from bluegreen.core.spans import document as document_of
from bluegreen_cli.evidence import kept
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal.exits import NoSuchRelease
from bluegreen_cli.terminal.place import Place

_LIMIT = 20.0  # seconds


def trace(place: Place, name: str, release: str) -> dict[str, Any]:
    """`release`: its tag, its id or `latest`."""
    service = place.service(name or None)
    found = kept.id_of(place, service, place.newest(service).record, release)
    versions = release_versions.of_id(place.clients.state, service.name, found)
    if not versions:
        raise NoSuchRelease(
            f"{service.name} has no version of release {release[:60]} any more, in no file and not in its journal"
        )
    return document_of(service, versions)


def sent(document: dict[str, Any], url: str, headers: Iterable[str]) -> str:
    """What became of it."""
    address = url if url.rstrip("/").endswith("/v1/traces") else f"{url.rstrip('/')}/v1/traces"
    try:
        answer = httpx.post(address, json=document, headers=_read(headers), timeout=_LIMIT, trust_env=False)
    except httpx.InvalidURL as error:
        raise Faulty([f"--otlp {url[:200]}: {error}"]) from None
    except httpx.UnsupportedProtocol:
        raise Faulty([f"--otlp {url[:200]}: allowed is an address such as http://127.0.0.1:4318"]) from None
    except httpx.HTTPError as error:
        raise Unavailable(f"{address} does not answer: {type(error).__name__}") from None
    if not answer.is_success:
        raise Refused(f"{address} answered {answer.status_code}")
    return f"sent to {address}"


def _read(headers: Iterable[str]) -> dict[str, str]:
    """What a header holds may be a secret: it is not repeated."""
    pairs = [each.partition("=") for each in headers]
    if any(not name.strip() or not sign for name, sign, _ in pairs):
        raise Faulty(["--header: allowed is NAME=VALUE, such as x-team=shop"])
    return {name.strip(): value for name, _, value in pairs}
