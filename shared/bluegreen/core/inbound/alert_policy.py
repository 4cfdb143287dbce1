"""What alerts from outside do to the record: noted, told, or a reason to act. Pure: a record in, a record out."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bluegreen.core import orders
from bluegreen.core.alerts import Alert, HeardAlert
from bluegreen.core.announce import announce
from bluegreen.core.config.alerts import AlertPolicy
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import ALERTS_KEPT, Record
from bluegreen.core.release import Release

_NAMED = 3  # alerts that one sentence names


def hear(record: Record, service: Service, alerts: Sequence[Alert], now: datetime) -> Outcome:
    """Alerts of one delivery that concern the service. `taken`: the release's caretaker has to be woken.

    More than can be kept are not looked at: the urgent ones come first, then those that are over.
    """
    first = sorted(alerts, key=lambda a: 0 if a.is_critical(service.alerts) else 1 + a.firing)
    fresh: list[Alert] = []
    for alert in first[:ALERTS_KEPT]:
        if _is_news(record, alert):
            record = _noted(record, alert, now)
            fresh.append(alert)
    if not fresh:
        return Outcome(True, record, "heard already")
    urgent = [alert for alert in fresh if alert.is_critical(service.alerts)]
    if urgent:
        return _act(record, service, urgent, now)
    return Outcome(True, record, f"noted: {_named(fresh)}{'' if any(a.firing for a in fresh) else ', resolved'}")


def firing(record: Record) -> list[HeardAlert]:
    return [alert for alert in record.alerts if alert.firing]


def _is_news(record: Record, alert: Alert) -> bool:
    """False for a repetition, and for what was overtaken by a later word on the same alert."""
    heard = next((known for known in record.alerts if known.fingerprint == alert.fingerprint), None)
    if heard is None:
        return True
    if heard.began is not None and alert.began is not None:
        if alert.began < heard.began:
            return False
        if alert.began == heard.began and alert.firing and not heard.firing:
            return False
        if alert.began > heard.began and alert.firing:
            return True
    return alert.firing != heard.firing or (alert.firing and alert.severity != heard.severity)


def _noted(record: Record, alert: Alert, now: datetime) -> Record:
    before = next((known.began for known in record.alerts if known.fingerprint == alert.fingerprint), None)
    heard = HeardAlert(
        sender=alert.sender,
        fingerprint=alert.fingerprint,
        name=alert.name,
        severity=alert.severity,
        firing=alert.firing,
        summary=alert.summary,
        began=alert.began or before,
        heard_at=now,
    )
    kept = [*(known for known in record.alerts if known.fingerprint != alert.fingerprint), heard]
    while len(kept) > ALERTS_KEPT:
        kept.remove(next((known for known in kept if not known.firing), kept[0]))
    return record.model_copy(update={"alerts": tuple(kept)})


def _act(record: Record, service: Service, urgent: list[Alert], now: datetime) -> Outcome:
    release = record.release
    if release is None or release.switched_at is None or release.phase not in (Phase.SWITCHING, Phase.WATCHING):
        return _told(record, service, urgent, now, "no release is being watched: people are told")
    match service.alerts.policy:
        case AlertPolicy.ROLLBACK:
            return _back(record, service, urgent, release, now)
        case AlertPolicy.ASK_JUDGE:
            return Outcome(True, record, f"{_named(urgent)}: the judge is asked about {release.tag}", taken=True)
        case AlertPolicy.TELL:
            return _told(record, service, urgent, now, "people are told")
        case _:
            assert_never(service.alerts.policy)


def _back(record: Record, service: Service, urgent: list[Alert], release: Release, now: datetime) -> Outcome:
    excuses = {alert.fingerprint: _excuse(record, release, alert) for alert in urgent}
    blaming = [alert for alert in urgent if not excuses[alert.fingerprint]]
    if not blaming:
        return _told(record, service, urgent, now, excuses[urgent[0].fingerprint])
    summary = f": {blaming[0].summary}" if blaming[0].summary else ""
    done = orders.rollback(record, service, f"alert {_named(blaming)}{summary}", now)
    return done._replace(says=f"{_named(blaming)}: {done.says}", taken=done.record is not record)


def _excuse(record: Record, release: Release, alert: Alert) -> str:
    """Why an alert is not the new release's fault, "" where it may be."""
    about = [value for name, value in alert.labels if name == "environment" and value in (e.value for e in Environment)]
    if about and record.active.value not in about:
        return f"{alert.name} is about {about[0]}, which does not serve production"
    if alert.began is not None and release.switched_at is not None and alert.began < release.switched_at:
        return f"{alert.name} began before {release.tag} served production"
    return ""


def _told(record: Record, service: Service, urgent: list[Alert], now: datetime, why: str) -> Outcome:
    next_step = f"to go back: doctl serverless functions invoke rollback -p service:{service.name}"
    headline, reason = f"alert {_named(urgent)}", urgent[0].summary
    record = announce(record, service, Tone.BAD, headline, now, reason, next_step)
    return Outcome(True, record, f"{_named(urgent)}: {why}")


def _named(alerts: Sequence[Alert]) -> str:
    more = len(alerts) - _NAMED
    return ", ".join(alert.said() for alert in alerts[:_NAMED]) + (f" and {more} more" if more > 0 else "")
