"""Spaces as a router asks it several times a second: reading one key and writing one, signed by hand.

botocore takes ten times the processor time for it. It is still asked where anything but the usual is answered: it
knows what is wrong, and in which words to say so.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

import h11
import httpx

from bluegreen.clients.store.spaces import Spaces
from bluegreen_router.connections import Answer, Connections, Limits

_LIMITS = Limits(3.0, 4.0, 4.0)  # with botocore's two tries after it, a call still ends within store.LIMIT
_MOST_BYTES = 2 * 1024 * 1024  # more than a version may have
_MISSING = b"<Code>NoSuchKey</Code>"
_ALGORITHM, _SIGNED = "AWS4-HMAC-SHA256", "host;x-amz-content-sha256;x-amz-date"
_PORTS = {"http": 80, "https": 443}


class UsualSpaces(Spaces):
    """`endpoint` is a scheme and a host, as the settings have it."""

    def __init__(self, endpoint: str, region: str, bucket: str, key: str, secret: str) -> None:
        super().__init__(endpoint, region, bucket, key, secret)
        parts = urlsplit(endpoint)
        # What botocore trusts here, too: its requests go over our own connections.
        secure = httpx.create_ssl_context(trust_env=False) if parts.scheme == "https" else None
        port = parts.port or _PORTS[parts.scheme]
        host = parts.hostname or ""
        named = f"[{host}]" if ":" in host else host  # an address in IPv6
        self._authority = named if port == _PORTS[parts.scheme] else f"{named}:{port}"
        self._usual = Connections(host, port, self._authority, secure, _LIMITS)
        self._root = f"{parts.path.rstrip('/')}/{bucket}/"
        self._signer = region, key, secret

    def get(self, key: str) -> bytes | None:
        answer = self._asked_plainly("GET", key)
        if answer.status == 200 and not answer.packed:
            return answer.body
        return None if answer.status == 404 and _MISSING in answer.body else super().get(key)

    def put(self, key: str, body: bytes) -> None:
        answer = self._asked_plainly("PUT", key, body, {"Content-Type": "application/json"})
        if answer.status != 200 or answer.body:  # 200 and a fault in the body is S3's, too
            super().put(key, body)

    def _asked_plainly(self, method: str, key: str, body: bytes = b"", more: Mapping[str, str] | None = None) -> Answer:
        """Status 0 where there was no whole answer."""
        target, now = self._root + quote(key, safe="/-_.~"), time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        digest = hashlib.sha256(body).hexdigest()
        named = {"host": self._authority, "x-amz-content-sha256": digest, "x-amz-date": now}
        lines = [method, target, "", *(f"{name}:{value}" for name, value in named.items()), "", _SIGNED, digest]
        proof = _signature("\n".join(lines), now, *self._signer)
        headers = {
            **{name: value for name, value in named.items() if name != "host"},
            "Authorization": proof,
            **({"Content-Length": str(len(body))} if method == "PUT" else {}),
            **(more or {}),
        }
        try:
            return self._usual.ask(method, target, headers, body, _MOST_BYTES)
        except (OSError, h11.ProtocolError):
            return Answer(0, b"")


def _signature(request: str, now: str, region: str, key: str, secret: str) -> str:
    """The header that proves who asks (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html)."""
    scope = f"{now[:8]}/{region}/s3/aws4_request"
    text = "\n".join([_ALGORITHM, now, scope, hashlib.sha256(request.encode()).hexdigest()])
    proof = hmac.new(_signing_key(secret, now[:8], region), text.encode(), "sha256").hexdigest()
    return f"{_ALGORITHM} Credential={key}/{scope}, SignedHeaders={_SIGNED}, Signature={proof}"


@lru_cache(maxsize=4)
def _signing_key(secret: str, day: str, region: str) -> bytes:
    made = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        made = hmac.digest(made, part.encode(), "sha256")
    return made
