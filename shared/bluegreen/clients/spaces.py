"""Objects in Spaces, DigitalOcean's S3-compatible store (docs.digitalocean.com/products/spaces/reference)."""

import threading
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bluegreen.core.errors import Later, Misconfigured, Never, NotFound, RateLimited, Refused, Stale, Unavailable

T = TypeVar("T")

# Third-party S3 refuses the checksum trailers that botocore sends over https by default (boto/boto3#4392). Retries are
# off: a conditional write that is sent twice answers 412 for its own first copy, and only the journal can tell.
_CONFIG = Config(
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    connect_timeout=3,
    read_timeout=8,
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    max_pool_connections=20,
)
_CREATING = threading.Lock()  # a session may be used by one thread at a time, the clients that it makes by many
_CONFLICT = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}
_DENIED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403", "401"}
_SLOW = {"SlowDown", "429", "TooManyRequests", "RequestLimitExceeded"}


class Spaces:
    """One bucket. `endpoint` as in https://fra1.digitaloceanspaces.com."""

    def __init__(self, endpoint: str, region: str, bucket: str, key: str, secret: str) -> None:
        self._bucket = bucket
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

    def get(self, key: str) -> bytes | None:
        def read() -> bytes:
            body: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            return body

        try:
            return self._read(read, f"reading {key}")
        except NotFound:
            return None

    def create(self, key: str, body: bytes) -> None:
        self._tell(lambda: self._put(key, body, IfNoneMatch="*"), f"creating {key}")

    def put(self, key: str, body: bytes) -> None:
        self._tell(lambda: self._put(key, body), f"writing {key}")

    def keys(self, prefix: str) -> list[str]:
        def read() -> list[str]:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return sorted(found["Key"] for page in pages for found in page.get("Contents", ()))

        return self._read(read, f"listing {prefix}")

    def ages(self, prefix: str) -> dict[str, float]:
        def read() -> dict[str, float]:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return {key: age for page in pages for key, age in _ages(page)}

        return self._read(read, f"listing {prefix}")

    def _put(self, key: str, body: bytes, **condition: str) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json", **condition)

    def _read(self, call: Callable[[], T], doing: str) -> T:
        """Reading may be repeated: a connection that died while the process was frozen costs nothing."""
        try:
            return self._tell(call, doing)
        except Unavailable:
            return self._tell(call, doing)

    def _tell(self, call: Callable[[], T], doing: str) -> T:
        """Runs a call; errors come back by meaning, without the store's message: it may repeat what was sent."""
        where = f"{doing} in bucket {self._bucket}"
        try:
            return call()
        except ClientError as error:
            raise _meaning(error, where) from None
        except BotoCoreError as error:
            raise Unavailable(f"{where}: {type(error).__name__}") from None


def _ages(page: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """A page of a listing names the store's time in its `Date`, to the second; without it the newest is new."""
    found = page.get("Contents", ())
    told = page.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    now = parsedate_to_datetime(told) if told else max((one["LastModified"] for one in found), default=None)
    for one in found:
        yield one["Key"], max((now - one["LastModified"]).total_seconds(), 0.0)


@cache
def _session() -> Any:
    """One for all buckets: a second would read S3's description once more, 12 MB of memory."""
    return botocore.session.get_session()


def _meaning(error: ClientError, where: str) -> Later | Never:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    what = f"{where}: {code or status}"
    if code in _CONFLICT or status in (409, 412):
        return Stale(what)
    if code == "NoSuchBucket":
        return Misconfigured(f"{what} (does the bucket exist, in this region?)")
    if code in _MISSING or status == 404:
        return NotFound(what)
    if code in _DENIED or status in (401, 403):
        return Misconfigured(f"{what} (are the Spaces key and its grant for this bucket right?)")
    if code in _SLOW or status == 429:
        return RateLimited(what, delay=2.0)
    if status >= 500:
        return Unavailable(what)
    return Refused(what)
