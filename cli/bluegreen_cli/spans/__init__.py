"""One release as one trace: `bluegreen trace RELEASE --otlp URL` posts what the journal says (OTLP/HTTP, JSON).

Ids are made of the release's, so whoever sends a trace twice sends the same one.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from bluegreen.clients.store import release_versions
from bluegreen.cloud import Connections
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.core.spans import document as document_of
from bluegreen.invocation.entry_point import STORE
from bluegreen.settings import PREFIX, load
from bluegreen_cli.faults import Faulty

_LIMIT = 20.0  # seconds


def trace(
    written: Any, environment: Mapping[str, str], release: str, service: str, url: str, headers: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    """The document, and what became of it. `release` is an id, or a tag; "" as `url` sends nothing."""
    secrets = {name: environment.get(name, "") for name in (f"{PREFIX}{field.upper()}" for field in STORE)}
    try:
        settings = load(written, secrets, STORE)
        asked: Service = settings.service(service or None)
        found = release_versions.of_id(Connections(settings).state, asked.name, release)
    except BluegreenError as error:
        raise Faulty([str(error)]) from None
    if not found:
        raise Faulty(
            [f"{asked.name} has no version of release {release[:60]} any more, in no file and not in its journal"]
        )
    document = document_of(asked, found)
    return document, _send(document, url, headers) if url else "nothing was sent: --otlp URL sends it"


def _send(document: dict[str, Any], url: str, headers: Mapping[str, str]) -> str:
    address = url if url.rstrip("/").endswith("/v1/traces") else f"{url.rstrip('/')}/v1/traces"
    try:
        answer = httpx.post(address, json=document, headers=dict(headers), timeout=_LIMIT, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Faulty([f"{address} does not answer: {type(error).__name__}"]) from None
    if not answer.is_success:
        raise Faulty([f"{address} answered {answer.status_code}"])
    return f"sent to {address}"
