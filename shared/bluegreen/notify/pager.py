"""Paging a person: PagerDuty, Opsgenie, or any webhook. Important notices only; each page is closed once it is over.

PagerDuty: developer.pagerduty.com/docs/events-api-v2 (trigger-events). Opsgenie: docs.opsgenie.com/docs/alert-api.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any, assert_never
from urllib.parse import quote

from bluegreen.clients.pager import Pager
from bluegreen.core.config.notify import PagerNotice
from bluegreen.core.notices import Notice, Weight, weight
from bluegreen.notify.notifier import Notifier

_SUMMARY, _KEY = 1024, 255  # characters that PagerDuty takes
_MESSAGE, _ALIAS, _DESCRIPTION, _SOURCE = 130, 512, 15_000, 100  # characters that Opsgenie takes
_PAGERDUTY = {"us": "https://events.pagerduty.com", "eu": "https://events.eu.pagerduty.com"}
_OPSGENIE = {"us": "https://api.opsgenie.com", "eu": "https://api.eu.opsgenie.com"}


def pager_for(settings: PagerNotice, pager: Pager) -> Notifier | None:
    """None where what it needs is not set."""
    match settings.service:
        case "pagerduty":
            return PagerDuty(_PAGERDUTY[settings.region], pager) if pager.key else None
        case "opsgenie":
            return Opsgenie(_OPSGENIE[settings.region], pager) if pager.key else None
        case "webhook":
            return Webhook(pager) if pager.address else None
        case _:
            assert_never(settings.service)


@dataclass(frozen=True)
class PagerDuty:
    url: str
    pager: Pager

    def send(self, notice: Notice) -> None:
        event = {
            "routing_key": self.pager.key,
            "event_action": "resolve" if notice.resolves else "trigger",
            "dedup_key": key(notice)[:_KEY],
            "payload": {
                "summary": title(notice)[:_SUMMARY],
                "source": notice.service,
                "severity": "critical" if weight(notice) is Weight.FATE else "error",
                "component": notice.environment or notice.service,
                "timestamp": notice.at.isoformat(),
                "custom_details": details(notice),
            },
        }
        self.pager.post("PagerDuty", f"{self.url}/v2/enqueue", _json(event), {})


@dataclass(frozen=True)
class Opsgenie:
    url: str
    pager: Pager

    def send(self, notice: Notice) -> None:
        alias, headers = key(notice)[:_ALIAS], {"Authorization": f"GenieKey {self.pager.key}"}
        source = f"bluegreen {notice.service}"[:_SOURCE]
        if notice.resolves:
            url = f"{self.url}/v2/alerts/{quote(alias, safe='')}/close?identifierType=alias"
            self.pager.post("Opsgenie", url, _json({"source": source, "note": title(notice)}), headers)
            return
        alert = {
            "message": title(notice)[:_MESSAGE],
            "alias": alias,
            "description": "\n".join([title(notice), *filter(None, (notice.reason, notice.next_step))])[:_DESCRIPTION],
            "details": details(notice),
            "entity": notice.service,
            "source": source,
            "priority": "P1" if weight(notice) is Weight.FATE else "P2",
        }
        self.pager.post("Opsgenie", f"{self.url}/v2/alerts", _json(alert), headers)


@dataclass(frozen=True)
class Webhook:
    """Signed as the alerts that Bluegreen takes: `sha256=` and the HMAC-SHA256 of the body, in hexadecimal."""

    pager: Pager

    def send(self, notice: Notice) -> None:
        body = {
            "event": "resolve" if notice.resolves else "trigger",
            "key": key(notice),
            "severity": "critical" if weight(notice) is Weight.FATE else "error",
            "summary": title(notice),
            "service": notice.service,
            "at": notice.at.isoformat(),
            "id": notice.id,
            **details(notice),
        }
        content, headers = _json(body), {}
        if self.pager.key:
            mac = hmac.new(self.pager.key.encode(), content, hashlib.sha256).hexdigest()
            headers = {"X-Bluegreen-Signature-256": f"sha256={mac}"}
        self.pager.post("the pager's webhook", self.pager.address, content, headers)


def key(notice: Notice) -> str:
    """What the system knows the page by, over all that is told of it."""
    return f"bluegreen:{notice.service}:{notice.page or notice.release}"


def title(notice: Notice) -> str:
    return f"{notice.about}: {notice.headline}"


def details(notice: Notice) -> dict[str, str]:
    told = {
        "release": notice.release,
        "tag": notice.tag,
        "commit": notice.commit,
        "environment": notice.environment,
        "status": notice.status,
        "reason": notice.reason,
        "next_step": notice.next_step,
    }
    return {name: value for name, value in told.items() if value}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()
