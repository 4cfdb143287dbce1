"""Objects in Spaces, DigitalOcean's S3-compatible store (docs.digitalocean.com/products/spaces/reference)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from bluegreen.clients.bounded import distrust
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction
from bluegreen.clients.statuses import error_for, moment
from bluegreen.clients.store import bounded_s3
from bluegreen.clients.store.objects import FOR_KEPT_VERSIONS, VERSIONED, refuse_versions
from bluegreen.core.config.units import spoken
from bluegreen.core.errors import BluegreenError, Later, Misconfigured, Never, NotFound, Unavailable, VersionsKept

T = TypeVar("T")

# Third-party S3 refuses the checksum trailers that botocore sends over https by default (boto/boto3#4392). Retries are
# off: a conditional write that is sent twice answers 412 for its own first copy, and only the journal can tell.
_CONFIG = Config(
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
)
_PROVEN_FOR = 60.0  # seconds: as often as the watch asks
_NEVER = float("-inf")
_LISTING = 20.0  # seconds for all pages of a listing
_CREATING = threading.Lock()  # a session may be used by one thread at a time, the clients that it makes by many
# S3's error codes as the statuses that stand for them. The code comes first: some gateways answer with another status.
_STATUS = {
    **dict.fromkeys(("PreconditionFailed", "412", "ConditionalRequestConflict", "409"), 412),
    **dict.fromkeys(("NoSuchKey", "404", "NotFound"), 404),
    **dict.fromkeys(("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403", "401"), 403),
    **dict.fromkeys(("SlowDown", "429", "TooManyRequests", "RequestLimitExceeded"), 429),
}


class Spaces:
    """One bucket. `endpoint` as in https://fra1.digitaloceanspaces.com."""

    def __init__(
        self,
        endpoint: str,
        region: str,
        bucket: str,
        key: str,
        secret: str,
        redaction: Redaction = NOTHING_SECRET,
    ) -> None:
        self._bucket = bucket
        self._host = urlsplit(endpoint).netloc
        self._proven_at = _NEVER  # that the bucket keeps no versions, as far as it can be known
        self._redaction = redaction
        # boto3 would add nothing here but its transfer code, a fifth of a second at every cold start.
        with _CREATING:
            self._s3: Any = _session().create_client(
                "s3",
                endpoint_url=endpoint,
                region_name=region,
                aws_access_key_id=key,
                aws_secret_access_key=secret,
                config=_CONFIG,
            )
        self._s3.meta.events.register("before-send.s3", bounded_s3.send)

    def get(self, key: str) -> bytes | None:
        def read() -> bytes:
            body: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            return body

        try:
            return self._read(read, f"reading {key}")
        except NotFound:
            return None

    def create(self, key: str, body: bytes) -> None:
        """The first of a minute asks whether versions are kept; each one's answer tells whether they are by now.

        The answer does not tell where versioning is suspended, which some gateways ignore conditions for.
        """
        begun = time.monotonic()
        if begun - self._proven_at >= _PROVEN_FOR:
            refuse_versions(self)
            self._proven_at = begun
        version = self._asked(lambda: self._put(key, body, IfNoneMatch="*"), f"creating {key}")
        if version:
            self._proven_at = _NEVER
            self._take_back(key, version)
            says = f"creating {key} in bucket {self._bucket}: its versions are kept: {VERSIONED}"
            raise VersionsKept(says, FOR_KEPT_VERSIONS)

    def put(self, key: str, body: bytes) -> None:
        self._asked(lambda: self._put(key, body), f"writing {key}")

    def versioning(self) -> str:
        def read() -> str:
            return str(self._s3.get_bucket_versioning(Bucket=self._bucket).get("Status", ""))

        return self._asked(read, "asking whether versions are kept")

    def keys(self, prefix: str, after: str = "") -> list[str]:
        def read() -> list[str]:
            start = {"StartAfter": after} if after else {}
            return sorted(found["Key"] for page in self._pages(prefix, **start) for found in page.get("Contents", ()))

        return self._read(read, f"listing {prefix}")

    def folders(self, prefix: str) -> list[str]:
        def read() -> list[str]:
            parts = [part["Prefix"] for page in self._pages(prefix, Delimiter="/") for part in _common(page)]
            return sorted(part.removeprefix(prefix).strip("/") for part in parts)

        return self._read(read, f"listing {prefix}")

    def ages(self, prefix: str) -> dict[str, float]:
        return self._read(
            lambda: {key: age for page in self._pages(prefix) for key, age in _ages(page)}, f"listing {prefix}"
        )

    def _pages(self, prefix: str, **start: str) -> Iterator[dict[str, Any]]:
        begun, pages = time.monotonic(), self._s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix, **start):
            yield page
            if time.monotonic() - begun > _LISTING:
                raise Unavailable(f"listing {prefix} in bucket {self._bucket}: no end of it within {_LISTING:g} s")

    def _put(self, key: str, body: bytes, **condition: str) -> str:
        """The version that it became, "" where none are kept."""
        sent = {"Bucket": self._bucket, "Key": key, "Body": body, "ContentType": "application/json", **condition}
        return str(self._s3.put_object(**sent).get("VersionId", ""))

    def _take_back(self, key: str, ours: str) -> None:
        """The condition may have been ignored: where another was first, what it has written is what is to be read."""

        def undo() -> None:
            listed = self._s3.list_object_versions(Bucket=self._bucket, Prefix=key).get("Versions", ())
            versions = [found["VersionId"] for found in listed if found["Key"] == key]  # the newest first
            if versions[-1:] != [ours]:
                self._s3.delete_object(Bucket=self._bucket, Key=key, VersionId=ours)

        with suppress(BluegreenError):
            self._asked(undo, f"taking {key} back")

    def _read(self, call: Callable[[], T], doing: str) -> T:
        """Reading may be repeated: a connection that died while the process was frozen costs nothing."""
        try:
            return self._asked(call, doing)
        except Unavailable:
            return self._asked(call, doing)

    def _asked(self, call: Callable[[], T], doing: str) -> T:
        """Runs a call; errors come back by meaning, without the store's message: it may repeat what was sent."""
        where = self._redaction.text(f"{doing} in bucket {self._bucket}")
        try:
            return call()
        except ClientError as error:
            raise self._error(error, where) from None
        except BluegreenError:
            raise
        except Exception as error:  # noqa: BLE001 - botocore lets through what a header or a body makes its parts raise
            distrusted = distrust(error)
            if distrusted:
                raise Misconfigured(f"{where}: {self._host} was not asked, as {distrusted}") from None
            raise Unavailable(f"{where}: {type(error).__name__}") from None

    def _error(self, error: ClientError, where: str) -> Later | Never:
        code = str(error.response.get("Error", {}).get("Code", ""))
        answered = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        status = _STATUS.get(code, answered)
        says = f"{where}: {self._redaction.text(code) or answered}"
        if code == "NoSuchBucket":
            return Misconfigured(f"{says} (does the bucket exist, in this region?)")
        if code == "RequestTimeTooSkewed":
            return Misconfigured(f"{says} (the key is not what is wrong: {_clock(error)})")
        if status in (401, 403):
            says = f"{says} (are the Spaces key and its grant for this bucket right?)"
        return error_for(status, says, 2.0 if status == 429 else 5.0, conditional=True)


def _clock(error: ClientError) -> str:
    """How far ours is from the store's, by the answer's own date."""
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    ours, theirs = _signed_at(headers.get(bounded_s3.SIGNED_AT, "")), moment(headers.get("date", ""))
    if ours is None or theirs is None:
        return "the clock here is off"
    off = round((ours - theirs).total_seconds())
    return f"the clock here is {spoken(abs(off))} {'ahead of' if off > 0 else 'behind'} the store's"


def _signed_at(written: str | bytes) -> datetime | None:
    text = written.decode() if isinstance(written, bytes) else written
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _common(page: dict[str, Any]) -> list[dict[str, str]]:
    return list(page.get("CommonPrefixes", ()))


def _ages(page: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """A page of a listing names the store's time in its `Date`, to the second; without it the newest is new."""
    objects = page.get("Contents", ())
    date = moment(page.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", ""))
    now = date or max((found["LastModified"] for found in objects), default=None)
    for found in objects:
        yield found["Key"], max((now - found["LastModified"]).total_seconds(), 0.0)


@cache
def _session() -> Any:
    """One for all buckets: a second would read S3's description once more, 12 MB of memory."""
    return botocore.session.get_session()
