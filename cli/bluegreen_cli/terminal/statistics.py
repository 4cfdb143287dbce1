"""`bluegreen history --stats`: DORA's five, of all releases that the record or the long memory holds."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from bluegreen.core import long_memory
from bluegreen.core.config.service import Service
from bluegreen.core.dora import DoraMetrics, dora_metrics
from bluegreen.core.record import PastRelease
from bluegreen.page import dora
from bluegreen_cli import screen
from bluegreen_cli.terminal.place import Place

LONGEST = 3660 * 86_400.0  # seconds of a window: ten years
_BATCH = 60


def statistics(place: Place, name: str, window: timedelta, as_json: bool) -> None:
    now = place.clock.now()
    found = [(each.name, dora_metrics(past_of(place, each, window), now, window)) for each in place.asked(name or None)]
    if as_json:
        screen.document([facts(service, each) for service, each in found])
        return
    for service, each in found:
        screen.headline(f"{service}: the last {each.days:g} days", "")
        screen.rows(dora.rows(each))


def past_of(place: Place, service: Service, window: timedelta) -> list[PastRelease]:
    """Newest first, back to the first that was over twice the window ago: what came of one may follow much later."""
    found, since = [*place.newest(service).record.past], place.clock.now() - 2 * window
    objects, root = place.clients.state, f"services/{service.name}/"
    prefix = f"{root}{long_memory.PAST}"
    keys = sorted(objects.keys(prefix), key=_number, reverse=True)
    for at in range(0, len(keys), _BATCH):
        for body in place.clients.at_once(objects.get, keys[at : at + _BATCH]):
            with suppress(ValidationError):
                found.append(PastRelease.model_validate_json(body or b""))
        if found and found[-1].at < since:
            break
    return found


def facts(service: str, found: DoraMetrics) -> dict[str, Any]:
    """Times in seconds, rates between 0 and 1; null where nothing is known."""
    return {
        "service": service,
        "days": found.days,
        "deployments": found.deployments,
        "deployment_frequency": found.frequency,
        "lead_time": found.lead_time,
        "lead_times_known": found.leads_known,
        "failed": found.failed,
        "change_fail_rate": found.change_fail_rate,
        "recovery_time": found.recovery_time,
        "rework": found.rework,
        "rework_rate": found.rework_rate,
    }


def _number(key: str) -> int:
    number = key.removesuffix(".json").rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
