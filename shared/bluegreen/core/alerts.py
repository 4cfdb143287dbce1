"""Alerts from monitoring tools: what one says, and which service it concerns."""

from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from bluegreen.core.config.alerts import AlertSettings
from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen, Time

_Kept = Annotated[str, AfterValidator(hidden)]
NAMING = ("service", "app", "project")  # labels that may hold a service's name


class Alert(NamedTuple):
    """One alert as its sender describes it. A label may have several values.

    `began` is None where the sender does not say. `fingerprint` identifies the alert across its deliveries.
    """

    sender: str
    fingerprint: str
    name: str
    firing: bool
    severity: str
    labels: frozenset[tuple[str, str]]
    summary: str = ""
    began: datetime | None = None

    def concerns(self, service: str, settings: AlertSettings) -> bool:
        if settings.match:
            return set(settings.match.items()) <= self.labels
        return any((label, service) in self.labels for label in NAMING)

    def is_critical(self, settings: AlertSettings) -> bool:
        return self.firing and is_critical(self.severity, settings)

    def title(self) -> str:
        """Its name, severity and sender."""
        severity = f"{self.severity}, " if self.severity else ""
        return f"{hidden(self.name)} ({severity}{self.sender})"


class HeardAlert(Frozen):
    """What the record keeps of an alert."""

    sender: str
    fingerprint: str
    name: _Kept
    severity: str = ""
    firing: bool
    summary: _Kept = ""
    began: Time | None = None
    heard_at: Time


def is_critical(severity: str, settings: AlertSettings) -> bool:
    return severity.lower() in {critical.lower() for critical in settings.critical}
