"""Nudges: the CloudEvents 1.0 with which a function, or a router, says "look now" to another function.

A nudge carries no truth, so a lost, late or repeated one does no harm: whoever is woken reads
the journal.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bluegreen.core.phases import Phase
from bluegreen.core.release import Release

ENVELOPE = frozenset({"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"})
_NAME = 200  # characters of an instance's name


def nudge(service: str, release: Release | None, phase: Phase, by: str, now: datetime) -> dict[str, Any]:
    """The event for whoever looks after a release, or a service, in a phase."""
    identity = release.id if release else "-"
    return {
        "specversion": "1.0",
        "id": f"{service}/{identity}/{phase.value.replace(' ', '-')}/{int(now.timestamp() * 1000)}",
        "source": f"/bluegreen/{by}",
        "type": f"bluegreen.release.{phase.name.lower()}",
        "subject": service,
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": {"release": identity},
    }


def naming(event: dict[str, Any], services: list[str]) -> dict[str, Any]:
    """The nudge, for several services at once."""
    return {**event, "data": {**event["data"], "services": services}}


def said_by(event: dict[str, Any], instance: object) -> dict[str, Any]:
    """The nudge of a router, with the name of the instance that sent it."""
    named = {"instance": instance[:_NAME]} if isinstance(instance, str) else {}
    return {**event, "data": {**event["data"], "from_outside": True, **named}}


def from_outside(event: Mapping[str, Any]) -> str | None:
    """The instance of the router that sent a nudge; "" where it does not say, None where a function of ours sent it."""
    found = event.get("data")
    if not is_nudge(event) or not isinstance(found, Mapping) or found.get("from_outside") is not True:
        return None
    named = found.get("instance")
    return named if isinstance(named, str) else ""


def services(event: Mapping[str, Any]) -> set[str]:
    """Whom a nudge is about; nobody where it does not say, as the schedule's event."""
    found = event.get("data")
    more = found.get("services") if isinstance(found, Mapping) else None
    named = [event.get("subject"), *(more if isinstance(more, list) else [])]
    return {name for name in named if isinstance(name, str)} if is_nudge(event) else set()


def is_nudge(event: Mapping[str, Any]) -> bool:
    """True where a function was woken by another; False where a person, or the schedule, has called it."""
    return str(event.get("type", "")).startswith("bluegreen.") and "specversion" in event
