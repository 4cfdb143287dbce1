"""The schema of a journal's entries, and how an entry of an older one is read. Pure.

SCHEMA goes up when what was written before means something else: a field that counted seconds counts minutes. A field
more does not raise it, for what lacks the field has its default. An older entry is made one of this schema while it is
read, step by step; nothing is written for that, and the next version of the journal is of this schema. A newer entry is
refused: nobody knows here what it means, and a version that is written over it would lose that.

Example. SCHEMA is 3, and STEPS has 1 and 2. An entry of schema 1 goes through both; one of schema 4 is refused.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

SCHEMA = 1
Step = Callable[[dict[str, Any]], dict[str, Any]]  # an entry of one schema as one of the next
STEPS: Mapping[int, Step] = {}  # by the schema that they begin with: one for each below SCHEMA
_AS_WE_WRITE_IT = f'{{"schema_version":{SCHEMA},'.encode()


def migrated(body: bytes, steps: Mapping[int, Step] = STEPS) -> bytes:
    """An entry as one of this schema; as it is where it is of this schema, of a newer one, or no entry at all."""
    if body.startswith(_AS_WE_WRITE_IT):
        return body
    entry = _parsed(body)
    schema = entry.get("schema_version")
    if type(schema) is not int or schema not in range(min(steps, default=SCHEMA), SCHEMA):
        return body
    for step in range(schema, SCHEMA):
        entry = {**steps[step](entry), "schema_version": step + 1}
    return json.dumps(entry).encode()


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
