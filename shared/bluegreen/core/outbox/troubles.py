"""Channels that take no notices, in words: for `status`."""

from typing import Any

from bluegreen.core.config import notify
from bluegreen.core.config.notify import (
    CDEventsNotice,
    NoticeSettings,
    PagerNotice,
    SlackNotice,
    TeamsNotice,
    TraceNotice,
)
from bluegreen.core.config.service import Service
from bluegreen.core.notices import PROGRAMS, important
from bluegreen.core.record import Record

_NAMES = {
    "slack": "Slack",
    "github": "GitHub",
    "pager": "the pager",
    "teams": "Teams",
    "cdevents": "CDEvents",
    "otlp": "the collector of traces",
    "pagerduty": "PagerDuty",
    "opsgenie": "Opsgenie",
}


def lines(record: Record, service: Service) -> list[str]:
    """One sentence for each channel of the service that takes no notices."""
    entries = notify.named(service.notify)
    return [
        f"{called(entry, entries[entry])} has taken no notices since {trouble.since:%H:%M} UTC: {trouble.says}; "
        f"{_waiting(record, entry)} waiting"
        for entry, trouble in sorted(record.channels.items())
        if entry in entries
    ]


def next_step(record: Record, service: Service) -> str:
    """What a person can do about it, "" where there is nothing to be done."""
    entries = notify.named(service.notify)
    settings = sorted({secret_of(entries[entry]) for entry in record.channels if entry in entries})
    if not settings:
        return ""
    deploy = "`bluegreen deploy-functions`"
    return f"where that lasts: ask `bluegreen doctor`, put a new {' and '.join(settings)} into .env, {deploy}"


def facts(record: Record) -> dict[str, Any]:
    """Each channel that takes no notices; and what people are to read and have not got yet, so that it is seen here."""
    troubles = {
        entry: {"since": trouble.since.isoformat(timespec="seconds"), "says": trouble.says}
        for entry, trouble in record.channels.items()
    }
    undelivered = [
        {
            "id": n.id,
            "to": n.addressee,
            "at": n.at.isoformat(timespec="seconds"),
            "tag": n.tag,
            "what": n.headline,
            "why": n.reason,
        }
        for n in record.outbox
        if important(n) and not n.resolves and n.channel not in PROGRAMS
    ]
    return {"channels": troubles, "undelivered": undelivered}


def _waiting(record: Record, entry: str) -> str:
    number = sum(notice.addressee == entry for notice in record.outbox)
    return f"{number} {'is' if number == 1 else 'are'}"


def names(record: Record, service: Service) -> dict[str, str]:
    """Of the channels that take no notices, by entry."""
    entries = notify.named(service.notify)
    return {entry: called(entry, entries[entry]) for entry in record.channels if entry in entries}


def called(entry: str, settings: NoticeSettings) -> str:
    """By what it is; one of another name than its kind's is told apart."""
    kind = settings.service if isinstance(settings, PagerNotice) else settings.kind
    name = _NAMES.get(kind, _NAMES["pager"])
    return name if entry == settings.kind else f"{name} ({entry})"


def secret_of(settings: NoticeSettings) -> str:
    match settings:
        case SlackNotice():
            return "BLUEGREEN_SLACK_WEBHOOK_URL"
        case PagerNotice():
            return "BLUEGREEN_PAGER_URL" if settings.service == "webhook" else "BLUEGREEN_PAGER_KEY"
        case TeamsNotice():
            return "BLUEGREEN_TEAMS_WEBHOOK_URL"
        case CDEventsNotice():
            return "BLUEGREEN_CDEVENTS_URL"
        case TraceNotice():
            return "BLUEGREEN_OTLP_URL"
        case _:
            return "BLUEGREEN_GITHUB_TOKEN"
