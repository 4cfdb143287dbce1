"""A token for the page, made here: shown once, and known to bluegreen.yml by its hash alone."""

import json
import secrets

from bluegreen.core.inbound.bearers import PREFIX, Right, hash_of
from bluegreen.settings_faults import NAME, is_name
from bluegreen_cli.faults import Faulty


def lines(name: str, rights: list[Right]) -> tuple[str, str]:
    """The token, and what bluegreen.yml gets; `Faulty` where it would not take the name."""
    if not is_name(name):
        raise Faulty([f"{name[:40]!r} cannot be the name of a token: {NAME}"])
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    given = ", ".join(right.value for right in rights)
    return token, f'tokens:\n  {json.dumps(name)}: {{ rights: [{given}], hash: "{hash_of(token)}" }}'
