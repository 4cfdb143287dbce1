"""What the router's instances report, read from the bucket that they write to."""

from typing import TypeVar

from pydantic import ValidationError

from bluegreen.clients.store.objects import Objects
from bluegreen.core.judge.telemetry import AppliedEpoch, Nudging, Telemetry

R = TypeVar("R", AppliedEpoch, Nudging, Telemetry)


def read_reports(
    telemetry: Objects, service: str, within: float, kind: type[R], unread: list[str] | None = None
) -> list[R]:
    """One report an instance, of those that were written within so many seconds, by the store's clock.

    Ours may be off, and instances that are long gone leave theirs behind. One that does not parse is left out; whoever
    has to know gets its key into `unread`, to be counted and not told: it may be anything, a secret too.
    """
    return [report for report, _ in dated_reports(telemetry, service, within, kind, unread)]


def dated_reports(
    telemetry: Objects, service: str, within: float, kind: type[R], unread: list[str] | None = None
) -> list[tuple[R, float]]:
    """The same, each with how many seconds ago it was written, by the store's clock."""
    found = []
    ages = telemetry.ages(f"services/{service}/telemetry/")
    for key, age in sorted((key, age) for key, age in ages.items() if age <= within):
        try:
            found.append((kind.model_validate_json(telemetry.get(key) or b""), age))
        except ValidationError:
            if unread is not None:
                unread.append(key)
    return found
