"""Alerts from monitoring tools: what one says, and which service it concerns."""

from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from bluegreen.core.config.alerts import AlertSettings
from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen, Time

_Kept = Annotated[str, AfterValidator(hidden)]
CLOCKS_APART = timedelta(minutes=5)  # how far a message's own time may be from ours
NAMING = ("service", "app", "project")  # labels that may hold a service's name


class Alert(NamedTuple):
    """One alert as its sender describes it. A label may have several values.

    `began` is None where the sender does not say, and so is `sent`, the time of this very message: a long alert that is
    told again began long ago. `fingerprint` identifies the alert across its deliveries. `no_data`: the sign that
    nothing was measured, "" where something was; it is neither good nor bad then. `doubt`: why nobody can tell.
    """

    sender: str
    fingerprint: str
    name: str
    firing: bool
    severity: str
    labels: frozenset[tuple[str, str]]
    summary: str = ""
    began: datetime | None = None
    sent: datetime | None = None
    no_data: str = ""
    doubt: str = ""

    @property
    def dated(self) -> datetime | None:
        """When it was certainly going on, at the earliest; None: it may be of any age."""
        return self.began or self.sent

    def concerns(self, service: str, settings: AlertSettings) -> bool:
        if settings.match:
            return set(settings.match.items()) <= self.labels
        return any((label, service) in self.labels for label in NAMING)

    def is_critical(self, settings: AlertSettings) -> bool:
        return self.firing and not self.no_data and is_critical(self.severity, settings)

    def title(self) -> str:
        return _title(self.name, self.severity, self.sender)

    def what_is_missing(self) -> str:
        """As the end of a sentence, where nothing was measured."""
        return f": no data proves nothing ({hidden(self.no_data)})" if self.no_data else ""


class HeardAlert(Frozen):
    """What the record keeps of an alert."""

    sender: str
    fingerprint: str
    name: _Kept
    severity: str = ""
    firing: bool
    summary: _Kept = ""
    began: Time | None = None
    sent: Time | None = None
    heard_at: Time

    def title(self) -> str:
        return _title(self.name, self.severity, self.sender)


def _title(name: str, severity: str, sender: str) -> str:
    """Its name, severity and sender."""
    return f"{hidden(name)} ({f'{severity}, ' if severity else ''}{sender})"


def is_critical(severity: str, settings: AlertSettings) -> bool:
    return severity.lower() in {critical.lower() for critical in settings.critical}
