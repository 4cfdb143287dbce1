"""Refusals in the words and the XML of Ceph's gateway."""

from werkzeug.wrappers import Response


class S3Error(Exception):
    """The gateway says no: an S3 error code and its HTTP status."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(f"{status} {code}")
        self.code = code
        self.status = status


def as_response(refusal: S3Error, method: str, bucket: str, request_id: str) -> Response:
    """The error as the gateway words it: no message, which clients show as `None`; a HEAD has no body at all."""
    if method == "HEAD":
        return Response(status=refusal.status)
    named = f"<BucketName>{bucket}</BucketName>" if bucket else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<Error><Code>{refusal.code}</Code><Message></Message>{named}"
        f"<RequestId>{request_id}</RequestId><HostId>emulated-fra1</HostId></Error>"
    )
    return Response(text, refusal.status, content_type="application/xml")
