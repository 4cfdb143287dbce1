"""What is said of a value of a spec: the words go into notices and the journal.

A text is shown where its field is known to hold no secret, a number where nothing around it speaks of one. Of all else
it is only said that there is one: a token may stand anywhere, under any name.
"""

import re
from collections.abc import Iterator
from typing import Any

from bluegreen.core.credentials import hidden
from bluegreen.core.twins.components import ENCRYPTED
from bluegreen.core.twins.pairing import ABSENT

ANOTHER = "another value"
_LONGEST = 40  # characters of a value
_SHORTEST = 6  # characters of a text that is taken out of others: shorter ones stand in ordinary words
_SECRET = re.compile(
    r"secret|token|passw|pwd|credential|private|auth(?!or)|signature|cookie|session|webhook|dsn|salt|cert"
    r"|(?:api|access|secret|encryption|license|write|ingest|service|master|account)[-_ .]?(?:key|id)|^key$|^pin$",
    re.IGNORECASE,
)
# The fields of DigitalOcean's description whose texts people choose from a list, or show to everybody anyway.
_PLAIN = re.compile(
    "branch|catchall_document|cluster_name|cron|db_name|digest|domain|dockerfile_path|engine|environment_slug"
    "|error_document|exact|http_path|index_document|instance_size_slug|kind|max_age|minimum_tls_version|name|operator"
    "|output_dir|prefix|protocol|redirect_code|region|registry|registry_type|repo|repository|rule|scheme|scope|size"
    "|slug|source_dir|tag|time_zone|type|version|window"
)

_SAYING = ("name", "key", "type", "kind")  # fields whose text says what stands beside them
_BESIDE_PLAIN_ONES = ("key", "registry_credentials")  # of an image, whose tag is no secret


def shown(path: str, value: Any, around: tuple[Any, ...] = ()) -> str:
    """`around`: the objects that the value stands in, on either side."""
    if value is ABSENT:
        return "none"
    if isinstance(value, dict | list):
        many = f" ({len(value)} {'fields' if isinstance(value, dict) else 'entries'})"
        return "one" if ".envs." in f".{path}" else f"one{many}"
    text = str(value)
    if _is_guarded(path, value, around) or text.startswith(ENCRYPTED) or hidden(text) != text:
        return ANOTHER
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def secrets_in(spec: Any, path: str = "", around: tuple[Any, ...] = ()) -> Iterator[str]:
    """The texts of a spec whose name or neighbours speak of a secret."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            yield from secrets_in(value, f"{path}.{key}", (spec,))
    elif isinstance(spec, list):
        for value in spec:
            yield from secrets_in(value, path, around)
    elif isinstance(spec, str) and len(spec) >= _SHORTEST:
        steps = path.split(".")
        if _speaks_of_a_secret(steps, around) and not _PLAIN.fullmatch(steps[-1]):
            yield spec


def _is_guarded(path: str, value: Any, around: tuple[Any, ...]) -> bool:
    steps = path.split(".")
    return _speaks_of_a_secret(steps, around) or (isinstance(value, str) and not _PLAIN.fullmatch(steps[-1]))


def _speaks_of_a_secret(steps: list[str], around: tuple[Any, ...]) -> bool:
    if {"envs", "log_destinations"} & {*steps} or any(map(_SECRET.search, steps)):
        return True
    beside = [pair for each in around if isinstance(each, dict) for pair in each.items()]
    if any(_SECRET.search(str(name)) for name, _ in beside if name not in _BESIDE_PLAIN_ONES):
        return True
    return any(_SECRET.search(said) for name, said in beside if name in _SAYING and isinstance(said, str))
