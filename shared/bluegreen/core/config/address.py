"""Addresses as bluegreen.yml gives them."""

import re
from typing import Annotated

from pydantic import AfterValidator


def _url(value: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[^\s?#]*)?", value):
        raise ValueError("a URL such as https://example.com is wanted, without query")
    return value.rstrip("/")


Url = Annotated[str, AfterValidator(_url)]
