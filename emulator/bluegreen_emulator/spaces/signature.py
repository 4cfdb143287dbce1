"""AWS Signature Version 4: who sent this request, proved with the secret that only the sender and Spaces know.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from werkzeug.wrappers import Request

from bluegreen_emulator.spaces.errors import S3Error

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW = timedelta(minutes=15)


@dataclass(frozen=True)
class Claim:
    """What a request says of its own signature."""

    access_key: str
    scope: str  # date/region/s3/aws4_request
    signed_headers: tuple[str, ...]
    signature: str
    moment: str  # YYYYMMDDTHHMMSSZ
    payload: str  # the body's SHA-256 in hex, or UNSIGNED-PAYLOAD
    lasts: timedelta


def authenticate(request: Request, body: bytes, secrets: Mapping[str, str], now: datetime) -> str:
    """The access key that signed the request; raises S3Error otherwise."""
    claim = _claim(request)
    secret = secrets.get(claim.access_key)
    if secret is None:
        raise S3Error("InvalidAccessKeyId", 403)
    _check_time(claim, now)
    if not hmac.compare_digest(_expected(request, claim, secret), claim.signature):
        raise S3Error("SignatureDoesNotMatch", 403)
    if claim.payload != "UNSIGNED-PAYLOAD" and claim.payload != hashlib.sha256(body).hexdigest():
        raise S3Error("XAmzContentSHA256Mismatch", 400)
    return claim.access_key


def _claim(request: Request) -> Claim:
    header = request.headers.get("Authorization", "")
    parts = re.fullmatch(rf"{ALGORITHM} Credential=(\S+?),\s*SignedHeaders=(\S+?),\s*Signature=(\w+)", header)
    if parts:
        moment, payload = (request.headers.get(name, "") for name in ("X-Amz-Date", "X-Amz-Content-Sha256"))
        return _made(parts[1], parts[2], parts[3], moment, payload, SKEW)
    if header:
        raise S3Error("InvalidRequest", 400)
    asked = request.args
    if asked.get("X-Amz-Algorithm") != ALGORITHM:
        raise S3Error("AccessDenied", 403)
    credential, signed, signature, moment = (
        asked.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature", "Date")
    )
    lasts = timedelta(seconds=asked.get("X-Amz-Expires", 0, type=int))
    return _made(credential, signed, signature, moment, "UNSIGNED-PAYLOAD", lasts)


def _made(credential: str, signed: str, signature: str, moment: str, payload: str, lasts: timedelta) -> Claim:
    access_key, _, scope = credential.partition("/")
    return Claim(access_key, scope, tuple(signed.split(";")), signature, moment, payload, lasts)


def _check_time(claim: Claim, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(claim.moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise S3Error("AccessDenied", 403) from None
    if signed_at - now > SKEW or now - signed_at > claim.lasts:
        raise S3Error("RequestTimeTooSkewed" if claim.lasts is SKEW else "AccessDenied", 403)


def _expected(request: Request, claim: Claim, secret: str) -> str:
    canonical = hashlib.sha256(_canonical(request, claim).encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in claim.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, f"{ALGORITHM}\n{claim.moment}\n{claim.scope}\n{canonical}".encode(), "sha256").hex()


def _canonical(request: Request, claim: Claim) -> str:
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in request.args.items(multi=True)
        if name != "X-Amz-Signature"
    )
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in claim.signed_headers]
    return "\n".join(
        [
            request.method,
            quote(request.path, safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *headers,
            "",
            ";".join(claim.signed_headers),
            claim.payload,
        ]
    )
