"""What stands before the objects: signatures, grants, conditions as Ceph's gateway understands them, ordered faults."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from email.utils import format_datetime
from typing import Any, Literal

from werkzeug.wrappers import Request, Response

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.faults import Fault, Faults
from bluegreen_emulator.spaces.errors import S3Error, as_response
from bluegreen_emulator.spaces.signature import authenticate
from bluegreen_emulator.spaces.store import Store, error_code

Grants = dict[str, Literal["read", "readwrite", "fullaccess"]]  # bucket → permission; bucket "" with fullaccess: all

# https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
# fmt: off
UNSUPPORTED = frozenset([
    "accelerate", "analytics", "attributes", "encryption", "intelligent-tiering", "inventory", "legal-hold", "metrics",
    "notification", "object-lock", "ownershipControls", "publicAccessBlock", "replication", "requestPayment", "restore",
    "retention", "select", "tagging", "torrent",
])
# fmt: on


CEPH_IGNORES_WHERE = frozenset(["Enabled"])  # seen with 16.2; S3 ignores no condition
LONGEST_KEY = 1024  # bytes


class Spaces:
    """One region's Spaces. `app` is the WSGI application; keys are access key → (secret, grants).

    `ignores_where`: the states of a bucket's versioning ("Enabled", "Suspended") in which no condition is read.
    """

    def __init__(
        self,
        keys: Mapping[str, tuple[str, Grants]],
        buckets: Iterable[str] = (),
        region: str = "fra1",
        honours_conditions: bool = True,
        clock: Clock | None = None,
        ignores_where: Collection[str] = CEPH_IGNORES_WHERE,
    ) -> None:
        self.keys = dict(keys)
        self.honours_conditions = honours_conditions  # False: a store that answers 200 and overwrites
        self.ignores_where = frozenset(ignores_where)
        self._faults = Faults()
        self._clock = clock or Clock()  # signatures are made by the callers' wall clocks
        self._store = Store(region)
        for name in buckets:
            self._store.create_bucket(name)

    def refuse_next(
        self,
        code: str = "SlowDown",
        status: int = 503,
        times: int = 1,
        method: str = ".*",
        path: str = ".*",
        after_effect: bool = False,
    ) -> None:
        """The next matching requests (see `faults`) get this S3 error; `after_effect`: after doing the work."""
        self._faults.add(Fault(method, path, status, code, times=times, after_effect=after_effect))

    def clear_refusals(self) -> None:
        self._faults.clear()

    def app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        bucket, _, key = request.path.lstrip("/").partition("/")
        request_id = f"tx{uuid.uuid4().hex[:21]}-fra1"
        try:
            answer = self._ordered(request, bucket, key)
        except S3Error as refusal:
            answer = as_response(refusal, request.method, bucket, request_id)
        answer.headers["x-amz-request-id"] = request_id
        answer.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)
        return answer(environ, start_response)

    def _ordered(self, request: Request, bucket: str, key: str) -> Response:
        body = request.get_data()  # read in full: a refusal with a body still in flight resets the connection
        fault = self._faults.take(request.method, request.full_path.rstrip("?"))
        if fault is None:
            return self._serve(request, body, bucket, key)
        if fault.after_effect:
            self._serve(request, body, bucket, key)
        raise S3Error(str(fault.message), fault.status)

    def _serve(self, request: Request, body: bytes, bucket: str, key: str) -> Response:
        _refuse_streaming(request)
        secrets = {access: secret for access, (secret, _) in self.keys.items()}
        access_key = authenticate(request, body, secrets, self._clock.now())
        self._authorise(request, self.keys[access_key][1], bucket, key)
        if UNSUPPORTED & set(request.args):
            raise S3Error("NotImplemented", 501)
        if len(key.encode()) > LONGEST_KEY:
            raise S3Error("InvalidObjectName", 400)
        if _makes_a_bucket(request, bucket, key):
            return self._make(bucket, request.headers.get("x-amz-bucket-object-lock-enabled", "").lower() == "true")
        with self._store.lock:
            self._meet_conditions(request, bucket, key)
            answer = self._store.answer(request.environ, body)
        code = error_code(answer) if answer.status_code >= 400 else ""
        if code:
            raise S3Error(code, answer.status_code)
        return answer

    def _make(self, bucket: str, locks: bool) -> Response:
        """Where the endpoint is: no constraint is wanted. One's own, made again, is taken (Ceph)."""
        with self._store.lock:
            if not self._store.has_bucket(bucket):
                self._store.create_bucket(bucket)
                if locks:
                    self._store.keep_versions(bucket)  # what is locked is a version
        return Response(status=200)

    def _authorise(self, request: Request, grants: Grants, bucket: str, key: str) -> None:
        if grants.get("") == "fullaccess":
            return
        asks = [(bucket, _needed(request, key))]
        source = request.headers.get("x-amz-copy-source", "").lstrip("/").partition("/")[0]
        if source:
            asks.append((source, "read"))
        for name, needed in asks:
            if needed != "fullaccess" and name and not self._store.has_bucket(name):
                raise S3Error("NoSuchBucket", 404)
            held = grants.get(name)
            if held is None or _RANK[held] < _RANK[needed]:
                raise S3Error("AccessDenied", 403)

    def _meet_conditions(self, request: Request, bucket: str, key: str) -> None:
        """Only a plain PUT of an object knows conditions; elsewhere they are dropped unread, reads excepted."""
        environ = request.environ
        if request.method in ("GET", "HEAD"):
            _quote_for_reading(environ)
            return
        if_match = environ.pop("HTTP_IF_MATCH", None)
        if_none_match = environ.pop("HTTP_IF_NONE_MATCH", None)
        if (
            not (key and _writes_whole_object(request))
            or not self.honours_conditions
            or not (if_match or if_none_match)
            or self._store.versioning(bucket) in self.ignores_where
        ):
            return
        etag = self._store.etag(bucket, key)
        # The gateway compares the header's text with the bare MD5, so the standard's quoted form never matches.
        lost = if_match and (etag is None or if_match not in ("*", etag))
        if lost or (if_none_match and etag is not None and if_none_match in ("*", etag)):
            raise S3Error("PreconditionFailed", 412)


def _makes_a_bucket(request: Request, bucket: str, key: str) -> bool:
    return request.method == "PUT" and bool(bucket) and not key and not request.args


_RANK = {"read": 1, "readwrite": 2, "fullaccess": 3}


def _needed(request: Request, key: str) -> Literal["read", "readwrite", "fullaccess"]:
    if request.path == "/":
        return "fullaccess"
    if request.method in ("GET", "HEAD"):
        return "read"
    several = request.method == "POST" and "delete" in request.args
    return "readwrite" if key or several else "fullaccess"


def _writes_whole_object(request: Request) -> bool:
    """A plain PUT: neither a copy nor a part nor a subresource such as ?acl."""
    asked = [name for name in request.args if name != "x-id" and not name.startswith("X-Amz-")]
    return request.method == "PUT" and not asked and "x-amz-copy-source" not in request.headers


def _refuse_streaming(request: Request) -> None:
    """Bodies in aws-chunked pieces, boto3's default over https since 1.36, are not taken."""
    streamed = request.headers.get("X-Amz-Content-Sha256", "").startswith("STREAMING-")
    chunked = "aws-chunked" in request.headers.get("Content-Encoding", "")
    unmeasured = request.method in ("PUT", "POST") and request.content_length is None
    if streamed or chunked or unmeasured:
        raise S3Error("MissingContentLength", 411)


def _quote_for_reading(environ: dict[str, Any]) -> None:
    """Reads take an entity tag with or without quotes; moto knows the quoted form."""
    for name in ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"):
        text = environ.get(name, "")
        if text and text != "*" and not text.startswith('"'):
            environ[name] = f'"{text}"'
