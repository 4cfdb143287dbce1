"""Whether people are told: is each channel's secret set, does Slack know its webhook, does each take notices?"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from bluegreen.core.config import notify
from bluegreen.core.config.checks import Check
from bluegreen.core.config.notify import SlackNotice
from bluegreen.core.outbox import troubles
from bluegreen.settings import NONE
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine
from bluegreen_cli.doctor.patient import Patient

_UNKNOWN_WEBHOOK = (403, 404, 410)
_NO_TEXT = 400  # how Slack answers a message without a text, which it shows nobody


def secrets_set(patient: Patient) -> Iterator[Finding]:
    for service in patient.services:
        for entry, settings in notify.named(service.notify).items():
            name = troubles.secret_of(settings)
            by_bot = isinstance(settings, SlackNotice) and patient.secret("SLACK_BOT_TOKEN") not in ("", NONE)
            if patient.secrets.get(name, NONE) == NONE and not by_bot:
                what = f"{name} is not set, so {troubles.called(entry, settings)} gets none"
                yield doubt(f"notices of {service.name}: {what}")


def slack(patient: Patient) -> Iterator[Finding]:
    """A message without a text: nobody sees it, and Slack says whether the webhook is one."""
    url = patient.secret("SLACK_WEBHOOK_URL")
    wanted = any(isinstance(entry, SlackNotice) for service in patient.services for entry in service.notify)
    if not wanted or url in ("", NONE):
        return
    at = urlsplit(url)
    answer = patient.web.check(f"{at.scheme}://{at.netloc}", Check(post=at.path or "/", body={}, timeout=10)).answer
    if answer.error:
        yield doubt(f"Slack: gives no answer: {answer.error}")
    elif answer.status in _UNKNOWN_WEBHOOK:
        yield fault(
            f"Slack: does not know the webhook of BLUEGREEN_SLACK_WEBHOOK_URL ({answer.status} {answer.body[:40]})"
        )
    elif answer.status != _NO_TEXT:
        yield fault(f"Slack: BLUEGREEN_SLACK_WEBHOOK_URL is no incoming webhook: it answers {answer.status}")
    else:
        yield fine("Slack: knows the webhook")


def delivered(patient: Patient) -> Iterator[Finding]:
    for service in patient.services:
        record = patient.record(service)
        for line in troubles.lines(record, service) if record else ():
            yield doubt(f"notices of {service.name}: {line}")
