"""What a service does about alerts: it notes them, notifies people, or acts on the release. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bluegreen.core import orders, outbox
from bluegreen.core.alerts import CLOCKS_APART, Alert, HeardAlert, is_critical
from bluegreen.core.config.alerts import AlertPolicy
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.outbox import gathering, paging
from bluegreen.core.phases import Phase
from bluegreen.core.record import ALERTS_KEPT, MESSAGES_KEPT, Record
from bluegreen.core.release import Release
from bluegreen.core.rollback import native

# What a label `environment` says of where no users are; any other name may well be production's.
_NOT_PRODUCTION = frozenset(
    ("staging", "stage", "stg", "testing", "test", "qa", "uat", "development", "dev", "local", "preview", "sandbox")
)
_MORE = "more alerts: "  # how the message begins that gathers those of a minute
_LISTED = 3  # alerts that one sentence lists


def why_not_of_now(alerts: Sequence[Alert], now: datetime) -> str:
    """Why a delivery is not heard: its own time says that it is an old message; "" where it is of now, or undated."""
    times = [alert.sent for alert in alerts if alert.sent is not None and abs(alert.sent - now) > CLOCKS_APART]
    if not times:
        return ""
    return f"sent at {times[0].isoformat()}: that is more than 5 minutes from now ({now.isoformat(timespec='seconds')})"


def apply_alerts(
    record: Record, service: Service, alerts: Sequence[Alert], now: datetime, message: str = ""
) -> Outcome:
    """Alerts of one delivery that concern the service. `taken`: the release's caretaker has to be woken.

    No more are looked at than are kept: critical ones first, then resolved ones. `message` is the body's digest. It is
    kept where the message has a time, for then the same body is no new alert; without a time it may be one.
    """
    if message and message in record.messages:
        return Outcome(True, record, "heard already: this very message was taken before")
    alerts = [_without_future(alert, now) for alert in alerts]
    by_urgency = sorted(alerts, key=lambda a: 0 if a.is_critical(service.alerts) else 1 + a.firing)
    fresh: list[Alert] = []
    for alert in by_urgency[:ALERTS_KEPT]:
        if _is_news(record, alert):
            record = _note(record, alert, now)
            fresh.append(alert)
    if not fresh:
        return Outcome(True, record, "heard already")
    if message and any(alert.dated for alert in fresh):
        record = record.model_copy(update={"messages": (*record.messages, message)[-MESSAGES_KEPT:]})
    critical = [alert for alert in fresh if alert.is_critical(service.alerts)]
    if critical:
        return _act(record, service, critical, now)
    if not any(is_critical(alert.severity, service.alerts) for alert in firing(record)):
        over = f"no critical alert is firing{_missing(fresh)}"
        record = outbox.queue_over(record, service, paging.ALERTS, over, now)
    resolved = "" if any(alert.firing for alert in fresh) else ", resolved"
    return Outcome(True, record, f"noted: {_names(fresh)}{resolved}{_missing(fresh)}")


def firing(record: Record) -> list[HeardAlert]:
    return [alert for alert in record.alerts if alert.firing]


def _is_news(record: Record, alert: Alert) -> bool:
    """False for a repetition, and for a delivery that is older than what is known of the same alert.

    That a firing alert has no more data is no news: it would be taken for a milder one.
    """
    heard = next((known for known in record.alerts if known.fingerprint == alert.fingerprint), None)
    if heard is None:
        return True
    if alert.firing and alert.no_data and heard.firing:
        return False
    if heard.sent is not None and alert.sent is not None and alert.sent < heard.sent:
        return False
    if heard.began is not None and alert.began is not None:
        if alert.began < heard.began:
            return False
        if alert.began == heard.began and alert.firing and not heard.firing and not _is_later(alert, heard):
            return False
        if alert.began > heard.began and alert.firing:
            return True
    return alert.firing != heard.firing or (alert.firing and alert.severity != heard.severity)


def _is_later(alert: Alert, heard: HeardAlert) -> bool:
    """Certainly said after what was heard last: the same alert may fire again then, with its old beginning."""
    return heard.sent is not None and alert.sent is not None and alert.sent > heard.sent


def _without_future(alert: Alert, now: datetime) -> Alert:
    """A beginning that is still to come says nothing, and would outlast every true one."""
    return alert._replace(began=None) if alert.began is not None and alert.began - now > CLOCKS_APART else alert


def _note(record: Record, alert: Alert, now: datetime) -> Record:
    before = next((known.began for known in record.alerts if known.fingerprint == alert.fingerprint), None)
    heard = HeardAlert(
        sender=alert.sender,
        fingerprint=alert.fingerprint,
        name=alert.name,
        severity=alert.severity,
        firing=alert.firing,
        summary=alert.summary,
        began=alert.began or before,
        sent=alert.sent,
        heard_at=now,
    )
    kept = [*(known for known in record.alerts if known.fingerprint != alert.fingerprint), heard]
    while len(kept) > ALERTS_KEPT:
        kept.remove(next((known for known in kept if not known.firing), kept[0]))
    return record.model_copy(update={"alerts": tuple(kept)})


def _act(record: Record, service: Service, critical: list[Alert], now: datetime) -> Outcome:
    release = record.release
    if release is None or release.switched_at is None or release.phase not in (Phase.SWITCHING, Phase.WATCHING):
        return _notify(record, service, critical, now, "no release is being watched: people are told")
    match service.alerts.policy:
        case AlertPolicy.ROLLBACK:
            return _back(record, service, critical, release, now)
        case AlertPolicy.ASK_JUDGE:
            return Outcome(True, record, f"{_names(critical)}: the judge is asked about {release.tag}", taken=True)
        case AlertPolicy.TELL:
            return _notify(record, service, critical, now, "people are told")
        case _:
            assert_never(service.alerts.policy)


def _back(record: Record, service: Service, critical: list[Alert], release: Release, now: datetime) -> Outcome:
    excuses = {alert.fingerprint: _excuse(record, service, release, alert) for alert in critical}
    suspicious = [alert for alert in critical if not excuses[alert.fingerprint]]
    blaming = [alert for alert in suspicious if alert.dated is not None and not alert.doubt]
    if suspicious and not blaming:
        doubt = suspicious[0].doubt or "it does not say when, so it may be an old one"
        why = f"{doubt}: the judge is asked about {release.tag}"
        return _notify(record, service, suspicious, now, why)._replace(taken=True)
    if not blaming:
        return _notify(record, service, critical, now, excuses[critical[0].fingerprint])
    summary = f": {blaming[0].summary}" if blaming[0].summary else ""
    outcome = orders.rollback(record, service, f"alert {_names(blaming)}{summary}", now)
    return outcome._replace(says=f"{_names(blaming)}: {outcome.says}", taken=outcome.record is not record)


def _excuse(record: Record, service: Service, release: Release, alert: Alert) -> str:
    """Why an alert cannot be the new release's fault, "" where it may be."""
    elsewhere = _NOT_PRODUCTION - {value.lower() for value in service.alerts.match.values()}
    told = sorted(value.strip().lower() for name, value in alert.labels if name == "environment")
    about = [each for each in told if each in elsewhere or each in (e.value for e in Environment)]
    if about and record.active.value not in about:
        return f"{alert.name} is about {about[0]}, which does not serve production"
    if alert.dated is not None and release.switched_at is not None and alert.dated < release.switched_at:
        what = "began" if alert.began is not None else "was sent"
        return f"{alert.name} {what} before {release.tag} served production"
    return ""


def _notify(record: Record, service: Service, critical: list[Alert], now: datetime, why: str) -> Outcome:
    """At once, or with what else fires within the minute after a message: 25 messages in one are read by nobody."""
    headline, summary, next_step = f"alert {_names(critical)}", critical[0].summary, native.advised(record, service)
    since = gathering.waiting_since(record, _MORE) or (now if _told_just_now(record, service, critical, now) else None)
    if since is not None:
        known = [heard for heard in reversed(_critical(record, service)) if heard.heard_at >= since]
        headline, summary = f"{_MORE}{_names(known)}", "" if len(known) > 1 else summary
    queued = outbox.queue_notice(record, service, Tone.BAD, headline, now, summary, next_step, page=paging.ALERTS)
    if since is None:
        return Outcome(True, queued, f"{_names(critical)}: {why}")
    queued = gathering.gathered(record, queued, _MORE, since)
    return Outcome(True, queued, f"{_names(critical)}: {why}, in one message with what else fires now")


def _told_just_now(record: Record, service: Service, critical: list[Alert], now: datetime) -> bool:
    fresh = {alert.fingerprint for alert in critical}
    others = [heard for heard in _critical(record, service) if heard.fingerprint not in fresh]
    return any(now - heard.heard_at < gathering.FOR for heard in others)


def _critical(record: Record, service: Service) -> list[HeardAlert]:
    return [heard for heard in firing(record) if is_critical(heard.severity, service.alerts)]


def _missing(alerts: Sequence[Alert]) -> str:
    return next((alert.what_is_missing() for alert in alerts if alert.no_data), "")


def _names(alerts: Sequence[Alert] | Sequence[HeardAlert]) -> str:
    """Of so many as are kept nobody knows whether there were more."""
    more, least = len(alerts) - _LISTED, "at least " if len(alerts) == ALERTS_KEPT else ""
    return ", ".join(alert.title() for alert in alerts[:_LISTED]) + (f" and {least}{more} more" if more > 0 else "")
