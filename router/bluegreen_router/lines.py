"""What Caddy's log lines say of an environment. What a client has brought about is not held against anybody.

The words are those of Go's net/http and of Caddy, whose version is pinned: `tests/router/test_blame.py` provokes them.
"""

import json
import re
from collections.abc import Callable, Mapping

from bluegreen.core.environment import Environment
from bluegreen_router.counts import Answer
from bluegreen_router.heavy_hitters import Who

_FAILED = 500  # statuses from here on, which Caddy logs as errors
_UPLOAD = 16 * 1024  # bytes; from here on the time is the client's as much as the environment's
_ENVIRONMENTS = re.compile(
    r"^(dial |lookup |EOF$|write tcp |readfrom tcp \S+ write |tls: |x509: |http: server closed)"
    r"|^http2: (?!request|invalid)|^net/http: (?!invalid)|received from peer$"
)
_CLIENTS = re.compile(r"^(http2: (request|invalid)|net/http: invalid)")


def reader(authorities: Mapping[str, Environment], port: int) -> Callable[[bytes], Answer | None]:
    """Reads log lines; `authorities` are the environments by the Host that they are asked for, `port` is Caddy's."""

    def read(line: bytes) -> Answer | None:
        """None for a line that is about no user's answer, or about one that nobody can be blamed for."""
        try:
            entry = json.loads(line)
            return _cut_short(entry, authorities) if "upstream" in entry else _answered(entry, port)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    return read


def _answered(entry: dict[str, object], port: int) -> Answer | None:
    """A line of the access log. A client that went away (499) is no failure; its wait counts.

    The time is the environment's own, up to its response header: how slowly a client reads is not its fault, and how
    slowly it sends is not either. Caddy leaves `environment` out when it broke off an answer half-way: those are told
    by `_cut_short`. It gives a reason (`why`) when there was no answer at all. What failed has a second line, with the
    request, and that is the one that counts.
    """
    if not entry.get("environment") or ("why" in entry and not _blames_environment(entry, port)):
        return None
    status = int(str(entry["status"]))
    if status >= _FAILED and "request" not in entry:
        return None
    latency = entry.get("latency_ms")
    milliseconds = float(latency) if isinstance(latency, int | float) else float(str(entry["duration"])) * 1000
    timed = int(str(entry.get("bytes_read", 0))) <= _UPLOAD
    environment, failed = Environment(entry["environment"]), status >= _FAILED
    return Answer(environment, failed, milliseconds if timed else None, _who(entry) if failed else None)


def _blames_environment(entry: dict[str, object], port: int) -> bool:
    """Without an answer: whether it was the environment. A request that has come whole leaves nobody else."""
    why = str(entry["why"])
    if _came_whole(entry):
        return not _CLIENTS.search(why)
    own = re.search(r"read tcp \S+:(\d+)->", why)
    return bool(_ENVIRONMENTS.search(why)) or (own is not None and int(own[1]) != port)


def _came_whole(entry: dict[str, object]) -> bool:
    """As far as is known: of a body without a length it is not."""
    length = str(entry.get("length") or 0)
    return not entry.get("chunked") and length == str(entry.get("bytes_read", 0))


def _cut_short(entry: dict[str, object], authorities: Mapping[str, Environment]) -> Answer | None:
    """A line of the proxy's own log: the environment broke off in the middle of its answer. A client that did so
    ("writing", "context canceled") is no failure, and one with the preview secret no user."""
    why = str(entry["error"])
    if "active}" not in str(entry["upstream"]) or not why.startswith("reading:") or "context canceled" in why:
        return None
    request = entry["request"]
    host = str(request["host"]) if isinstance(request, dict) else ""
    return Answer(authorities[host], True, float(str(entry["duration"])) * 1000, _who(entry))


def _who(entry: dict[str, object]) -> Who | None:
    request = entry["request"]
    return Who(str(request.get("client_ip", "")), str(request.get("uri", ""))) if isinstance(request, dict) else None
