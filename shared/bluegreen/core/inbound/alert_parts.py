"""What the formats of alerts have in common: texts, times and labels out of a foreign payload, and the alert itself."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bluegreen.core.alerts import Alert
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound.webhooks import value_at

_NAME, _SUMMARY, _SEVERITY = 80, 120, 20  # bytes that are kept
_STATES = {"firing": True, "resolved": False}
NO_DATA = "no data"  # the severity of an alert that nothing was measured for: no setting makes it a critical one

Labels = Iterable[tuple[str, str]]


def alert(
    sender: str,
    key: str,
    name: str,
    firing: bool,
    severity: str,
    labels: Labels,
    summary: str = "",
    began: datetime | None = None,
    sent: datetime | None = None,
    no_data: str = "",
    doubt: str = "",
) -> Alert:
    """`no_data`, `doubt`: as in `Alert`."""
    digest = hashlib.sha256(f"{sender} {key}".encode(errors="replace")).hexdigest()[:32]
    return Alert(
        sender,
        digest,
        readable(name, _NAME) or "an alert without a name",
        firing,
        NO_DATA if no_data else readable(severity, _SEVERITY),
        frozenset(labels),
        readable(summary, _SUMMARY),
        began,
        sent,
        readable(no_data, _NAME),
        readable(doubt, _NAME),
    )


class Partly(NamedTuple):
    """A delivery of several alerts, of which some could not be read: these wait for nobody, and are named."""

    alerts: tuple[Alert, ...]
    left_out: str


def partly(read: Iterable[Alert], faults: Sequence[str]) -> tuple[Alert, ...] | Partly:
    """Raises BadRequest where none could be read."""
    alerts = tuple(read)
    if faults and not alerts:
        raise BadRequest(faults[0])
    return Partly(alerts, f"{len(faults)} of {len(alerts) + len(faults)} left out: {faults[0]}") if faults else alerts


def state(found: Mapping[str, Any], name: str = "") -> bool:
    """Whether it fires, by its `status`."""
    status = found.get("status")
    if not isinstance(status, str) or status not in _STATES:
        whose, said = (f"of {readable(name, _NAME)} " if name else ""), readable(repr(status), _SEVERITY)
        raise BadRequest(f"the `status` {whose}is {said}, neither firing nor resolved")
    return _STATES[status]


def pairs(labels: Any) -> list[tuple[str, str]]:
    found = labels.items() if isinstance(labels, dict) else ()
    return [(name, value) for name, value in found if isinstance(value, str)]


def texts(values: Any) -> list[str]:
    """Of a list whatever is a text."""
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def identity(payload: dict[str, Any], *path: str) -> str:
    """A number or a text, as text and whole: what is cut might be another's."""
    value = value_at(payload, *path)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def time(written: Any) -> datetime | None:
    """None where it is missing, has no zone, or is the zero time that some senders write for "not yet"."""
    try:
        found = datetime.fromisoformat(written).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.year > 1970 and datetime.fromisoformat(written).tzinfo else None


def epoch(written: Any) -> datetime | None:
    """Milliseconds since 1970, as a number or a text; None where they are not there."""
    text = str(written) if isinstance(written, str | int) and not isinstance(written, bool) else ""
    return datetime.fromtimestamp(int(text) / 1000, UTC) if re.fullmatch(r"[0-9]{13}", text) else None


def readable(text: str, limit: int) -> str:
    """One line of at most `limit` bytes, without control characters, cut between characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return line.encode(errors="replace")[:limit].decode(errors="ignore")
