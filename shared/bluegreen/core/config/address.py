"""Addresses as bluegreen.yml gives them."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def checked_url(value: str) -> str:
    """`ValueError` where it is none, or has a query."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[^\s?#]*)?", value):
        raise ValueError("a URL such as https://example.com is wanted, without query")
    return value.rstrip("/")


Url = Annotated[str, AfterValidator(checked_url)]


def is_address(text: str) -> bool:
    """Whether it names a host to be asked over HTTP. Unlike a `Url` it may have a query, as webhooks do."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a port or an IPv6 address
        return False
