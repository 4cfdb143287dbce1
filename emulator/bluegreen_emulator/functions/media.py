"""Media types as the platform sorts them: JSON, text, and binary, which travels in base64."""

from urllib.parse import parse_qsl

_TEXT = {
    "application/atom+xml",
    "application/javascript",
    "application/json",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/problem+json",
    "application/rss+xml",
    "application/soap+xml",
    "application/x-www-form-urlencoded",
    "application/xhtml+xml",
    "application/xml",
}


def is_json(mimetype: str) -> bool:
    return mimetype == "application/json" or mimetype.endswith("+json")


def is_binary(mimetype: str) -> bool:
    """A missing type counts as application/octet-stream."""
    return not (mimetype in _TEXT or mimetype.startswith("text/"))


def form(body: bytes) -> dict[str, str]:
    """The fields of a form; of repeated ones the last."""
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
