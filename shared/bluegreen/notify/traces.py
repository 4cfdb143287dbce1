"""A collector of traces gets each release, once it is over: what the journal says of it, as OTLP/HTTP in JSON.

Ids are made of the release's, so a trace that comes twice is the same one (opentelemetry.io/docs/specs/otlp).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from bluegreen.clients.posting import Receiver
from bluegreen.clients.store import release_versions
from bluegreen.clients.store.objects import Objects
from bluegreen.core.config.service import Service
from bluegreen.core.errors import Refused
from bluegreen.core.notices import Notice
from bluegreen.core.spans import document

_QUOTED = 120  # characters of the answer


class Traces(NamedTuple):
    """Where the journals lie, and what a collector wants besides: `name=value,…`, as OTEL_EXPORTER_OTLP_HEADERS."""

    state: Callable[[], Objects]
    headers: str = ""


@dataclass(frozen=True)
class TraceNotifier:
    service: Service
    receiver: Receiver
    traces: Traces

    def send(self, notice: Notice) -> None:
        """Nothing, where neither a release file nor the journal has the release's versions."""
        versions = release_versions.of_id(self.traces.state(), self.service.name, notice.release)
        if versions:
            said = self.receiver.post(document(self.service, versions), headers(self.traces.headers))
            if rejected := _rejected(said):
                raise Refused(f"the collector answered 200, and in words: {rejected}")


def _rejected(said: str) -> str:
    """What of a trace was not taken: a partial success is 200, and not to be sent again (…/docs/specs/otlp)."""
    try:
        told = json.loads(said)
    except (ValueError, RecursionError):
        return ""
    partial = told.get("partialSuccess") if isinstance(told, dict) else None
    spans, why = (
        (partial.get(name) for name in ("rejectedSpans", "errorMessage")) if isinstance(partial, dict) else (0, "")
    )
    return f"{str(spans)[:20]} spans are rejected ({str(why)[:_QUOTED]})" if spans and str(spans) != "0" else ""


def headers(given: str) -> dict[str, str]:
    """Percent-encoded values, with commas between (opentelemetry.io/docs/specs/otel/protocol/exporter)."""
    pairs = (each.partition("=") for each in given.split(",") if "=" in each)
    return {name.strip(): unquote(value.strip()) for name, _, value in pairs}
