"""Who sends an alert knows the secret: a signature over the raw body, or the secret itself in a header."""

import hashlib
import hmac
import re
from collections.abc import Mapping

from bluegreen.core.errors import Unsigned

# Hexadecimal HMAC-SHA256 of the body: ours (as GitHub's), Sentry's (docs.sentry.io, integration platform webhooks),
# Grafana's (grafana.com/docs, webhook notifier).
_SIGNATURES = {
    "x-bluegreen-signature-256": "sha256=",
    "sentry-hook-signature": "",
    "x-grafana-alerting-signature": "",
}
_GRAFANA_TIME = "x-grafana-alerting-timestamp"  # where one is configured, Grafana signs `<time>:<body>`
_SECRET = "x-bluegreen-alert-secret"  # noqa: S105 - a header's name


def check(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """Unsigned where nothing shows that the sender knows the secret. Header names are lower case."""
    for name, prefix in _SIGNATURES.items():
        if name in headers:
            timed = name.startswith("x-grafana") and _GRAFANA_TIME in headers
            signed = headers[_GRAFANA_TIME].encode(errors="replace") + b":" + body if timed else body
            return _check_signature(name, headers[name].removeprefix(prefix), signed, secret)
    return _check_secret(headers, secret)


def _check_signature(name: str, given: str, signed: bytes, secret: str) -> None:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", given):
        raise Unsigned(f"the signature in {name} is malformed: 64 hex digits are wanted")
    wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, given.lower()):
        raise Unsigned(f"the signature in {name} does not fit the body")


def _check_secret(headers: Mapping[str, str], secret: str) -> None:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else ""
    given = headers.get(_SECRET, "") or bearer
    if not given:
        known = ", ".join((*_SIGNATURES, _SECRET))
        raise Unsigned(f"neither signed nor with the secret: Authorization: Bearer …, or one of {known}, is wanted")
    if not hmac.compare_digest(given.encode(errors="replace"), secret.encode()):
        raise Unsigned("the secret is not the one that is set")
