"""Lists in pages, with the links and totals that DigitalOcean gives."""

from typing import Any
from urllib.parse import urlencode

from flask import request

from bluegreen_emulator.digitalocean.errors import unprocessable


def page(name: str, items: list[Any]) -> dict[str, Any]:
    """`{name: [...], links, meta}` for the `page` and `per_page` of the present request (20, at most 200)."""
    number, size = _number("page", 1, 1_000_000), _number("per_page", 20, 200)
    last = max(1, -(-len(items) // size))
    wanted = {"first": 1, "prev": number - 1} if number > 1 else {}
    wanted |= {"next": number + 1, "last": last} if number < last else {}
    pages = {rel: _link(to, size) for rel, to in wanted.items()}
    shown = items[(number - 1) * size : number * size]
    return {name: shown, "links": {"pages": pages} if pages else {}, "meta": {"total": len(items)}}


def _number(name: str, default: int, most: int) -> int:
    given = request.args.get(name, str(default))
    if not given.isdecimal() or not 1 <= int(given) <= most:
        raise unprocessable(f"query parameter {name}: {given!r} is not between 1 and {most}")
    return int(given)


def _link(number: int, size: int) -> str:
    return f"{request.base_url}?{urlencode({**request.args.to_dict(), 'page': number, 'per_page': size})}"
