"""A token for the page, made here: shown once, and known to bluegreen.yml by its hash alone."""

import json
import secrets

from bluegreen.core.inbound.bearers import PREFIX, Right, hash_of


def lines(name: str, rights: list[Right]) -> tuple[str, str]:
    """The token, and what bluegreen.yml gets."""
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    given = ", ".join(right.value for right in rights)
    return token, f'tokens:\n  {json.dumps(name)}: {{ rights: [{given}], hash: "{hash_of(token)}" }}'
