"""botocore's requests over our own bounded connections: a total time and a size for whatever a store answers.

botocore's limits begin anew with every byte that comes, in headers as in a body. It makes and signs the request and
reads the answer as ever; its event `before-send` lets another carry both.
"""

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
from botocore.awsrequest import AWSResponse

from bluegreen.clients.bounded import Bounded
from bluegreen.clients.http import asking

_LARGEST = 4 * 1024 * 1024  # bytes: a version has less than 96 KB, a page of a listing less than 1 MB
_LIMITS = {"connect": 3.0, "read": 8.0, "write": 8.0, "pool": 8.0}  # seconds; `read` is that of the whole answer
SIGNED_AT = "signed-at"  # beside an answer's headers: our clock, as the store was told it
_NOT_SENT = ("expect",)  # nobody waits for the permission to send a few KB


class _Body(io.BytesIO):
    """As botocore reads it: in a stream, or at once."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def send(request: Any, **_: Any) -> AWSResponse:
    """Answers botocore's `before-send`."""
    body = request.body.read() if hasattr(request.body, "read") else request.body
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_SENT}
    with asking():
        sent = httpx.Request(
            request.method, request.url, headers=headers, content=body or b"", extensions={"timeout": _LIMITS}
        )
        answer = _connections().handle_request(sent)
        try:
            content = b"".join(answer.iter_raw())
        finally:
            answer.close()
    answered = {**answer.headers, SIGNED_AT: request.headers.get("X-Amz-Date", "")}
    return AWSResponse(request.url, answer.status_code, answered, _Body(content))


@cache
def _connections() -> Bounded:
    """Those of all buckets: the certificates that are trusted are read once."""
    return Bounded(_LARGEST)
