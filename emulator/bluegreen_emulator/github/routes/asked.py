"""Reading a request's body and cutting a long answer into pages, as every part of the API does it."""

import json
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request

from bluegreen_emulator.github.errors import GitHubError


def body() -> dict[str, Any]:
    """The JSON object sent; an empty body is an empty object."""
    text = request.get_data(as_text=True)
    try:
        sent = json.loads(text or "{}")
    except ValueError:
        raise GitHubError(400, "Problems parsing JSON") from None
    if not isinstance(sent, dict):
        raise GitHubError(400, "Body should be a JSON object")
    return sent


def page_of(items: list[Any], default: int = 30) -> tuple[list[Any], dict[str, str]]:
    """The page asked for, and the Link header when there is another."""
    size = max(1, min(100, request.args.get("per_page", default, type=int)))
    number = max(1, request.args.get("page", 1, type=int))
    last = max(1, -(-len(items) // size))
    places = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    links = [
        f'<{_with_page(place)}>; rel="{name}"'
        for name, place in places.items()
        if 1 <= place <= last and (name in ("prev", "next") or (name == "last") == (number < last))
    ]
    return items[(number - 1) * size : number * size], {"Link": ", ".join(links)} if last > 1 else {}


def paged(items: list[Any]) -> Response:
    page, headers = page_of(items)
    answer = jsonify(page)
    answer.headers.update(headers)
    return answer


def _with_page(number: int) -> str:
    return f"{request.base_url}?{urlencode({**request.args.to_dict(), 'page': number})}"
