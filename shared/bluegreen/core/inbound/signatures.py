"""Proof that a sender knows the secret: an HMAC-SHA256 over the raw body, or, for alerts, the secret in a header."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bluegreen.core.alerts import CLOCKS_APART
from bluegreen.core.config import own_secrets
from bluegreen.core.errors import Unsigned

_GITHUB = "x-hub-signature-256"  # docs.github.com, validating webhook deliveries
# Of alerts: ours (as GitHub's), Sentry's (docs.sentry.io, integration platform webhooks), Grafana's (grafana.com/docs,
# webhook notifier). PagerDuty's may be several. The prefix may be left out.
_ALERT_PREFIXES = {
    "x-bluegreen-signature-256": "sha256=",
    "sentry-hook-signature": "",
    "x-grafana-alerting-signature": "",
}
_PAGERDUTY = "x-pagerduty-signature"  # `v1=` and the digest; several, with commas, while a secret is being changed
_GRAFANA_TIME = "x-grafana-alerting-timestamp"  # where one is configured, Grafana signs `<time>:<body>`
_SLACK, _SLACK_TIME = "x-slack-signature", "x-slack-request-timestamp"
_SECRET = "x-bluegreen-alert-secret"  # noqa: S105 - a header's name


def check_github(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """Unsigned where GitHub's signature is missing or wrong. Header names are lower case."""
    _with_any(secret, lambda one: _check_github(headers, body, one))


def check_alert(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Unsigned where nothing shows that the sender of an alert knows the secret. Header names are lower case.

    A time that is signed has to be now. Sentry's `Sentry-Hook-Timestamp` is not: its signature covers the body alone.
    """
    _with_any(secret, lambda one: _check_alert(headers, body, one, now))


def _with_any(secret: str, check: Callable[[str], None]) -> None:
    """Of the secrets that are valid now one has to fit; what is told is of the first."""
    first, *others = own_secrets.valid(secret)
    try:
        check(first)
    except Unsigned:
        if not any(_fits(one, check) for one in others):
            raise


def _fits(secret: str, check: Callable[[str], None]) -> bool:
    try:
        check(secret)
    except Unsigned:
        return False
    return True


def _check_github(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    signature = headers.get(_GITHUB)
    if not signature:
        raise Unsigned("the signature is missing: X-Hub-Signature-256 is wanted")
    if not signature.startswith("sha256="):
        raise Unsigned(f"the signature in {_GITHUB} is malformed: sha256=<64 hex digits> is wanted")
    _check_hmac(_GITHUB, signature.removeprefix("sha256="), body, secret)


def _check_alert(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    for name, prefix in _ALERT_PREFIXES.items():
        if name in headers:
            timed = name.startswith("x-grafana") and _GRAFANA_TIME in headers
            signed = headers[_GRAFANA_TIME].encode(errors="replace") + b":" + body if timed else body
            _check_hmac(name, headers[name].removeprefix(prefix), signed, secret)
            return _check_time(headers[_GRAFANA_TIME], now) if timed else None
    if _PAGERDUTY in headers:
        return _check_any(_PAGERDUTY, headers[_PAGERDUTY], body, secret)
    return _check_secret(headers, secret)


def check_slack(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Unsigned where Slack has not signed it, or longer than five minutes ago. Header names are lower case.

    docs.slack.dev/authentication/verifying-requests-from-slack: `v0=` and the HMAC of `v0:<time>:<body>`.
    """
    signature, seconds = headers.get(_SLACK), headers.get(_SLACK_TIME, "")
    if not signature or not seconds:
        raise Unsigned(f"the signature is missing: {_SLACK} and {_SLACK_TIME} are wanted")
    if not signature.startswith("v0="):
        raise Unsigned(f"the signature in {_SLACK} is malformed: v0=<64 hex digits> is wanted")
    signed = b"v0:" + seconds.encode(errors="replace") + b":" + body
    _check_hmac(_SLACK, signature.removeprefix("v0="), signed, secret)
    _check_time(seconds, now, _SLACK_TIME)


def _check_time(seconds: str, now: datetime, header: str = _GRAFANA_TIME) -> None:
    try:
        signed_at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        raise Unsigned(f"the time in {header} is malformed: seconds since 1970 are wanted") from None
    if abs(signed_at - now) > CLOCKS_APART:
        raise Unsigned(f"signed at {signed_at.isoformat()}: that is more than 5 minutes from now; an old message?")


def _check_any(header: str, signatures: str, body: bytes, secret: str) -> None:
    """Of several signatures one has to fit. developer.pagerduty.com, verifying webhook signatures"""
    given = [each.strip().removeprefix("v1=") for each in signatures.split(",") if each.strip().startswith("v1=")]
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    fits = [hmac.compare_digest(wanted.encode(), digest.lower().encode(errors="replace")) for digest in given]
    if not given:
        raise Unsigned(f"the signature in {header} is malformed: v1=<64 hex digits> is wanted")
    if not any(fits):
        raise Unsigned(f"the signature in {header} does not fit the body")


def _check_hmac(header: str, digest: str, signed: bytes, secret: str) -> None:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", digest):
        raise Unsigned(f"the signature in {header} is malformed: 64 hex digits are wanted")
    wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, digest.lower()):
        raise Unsigned(f"the signature in {header} does not fit the body")


def _check_secret(headers: Mapping[str, str], secret: str) -> None:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else ""
    given = headers.get(_SECRET, "") or bearer
    if not given:
        known = ", ".join((*_ALERT_PREFIXES, _PAGERDUTY, _SECRET))
        raise Unsigned(f"neither signed nor with the secret: Authorization: Bearer …, or one of {known}, is wanted")
    if not hmac.compare_digest(given.encode(errors="replace"), secret.encode()):
        raise Unsigned("the secret is not the one that is set")
