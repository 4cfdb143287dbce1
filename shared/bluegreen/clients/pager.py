"""Systems that page people; what each of them wants stands in notify/pager.py."""

from collections.abc import Mapping

import httpx

from bluegreen.clients.posting import post
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction


class Pager:
    """`key`: what the system knows its caller by, or what a webhook is signed with. `address`: of a webhook."""

    def __init__(self, key: str, address: str, http: httpx.Client, redaction: Redaction = NOTHING_SECRET) -> None:
        self.key = key
        self.address = address
        self._http = http
        self._redaction = redaction

    def post(self, name: str, url: str, content: bytes, headers: Mapping[str, str]) -> None:
        """`name` is what people call the system; `content` is JSON, as it is signed."""
        post(self._http, self._redaction, name, url, content, headers, own=url == self.address)
