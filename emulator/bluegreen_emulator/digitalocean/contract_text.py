"""How contract.yml is laid out: a line a field, so that a change of one fact is a change of one line."""

import textwrap
from collections.abc import Iterator
from typing import Any

import yaml

_WIDTH = 118
_HEAD = """\
# What DigitalOcean's API takes and answers, of the calls that Bluegreen makes or the emulator serves: facts of its
# published description (github.com/digitalocean/openapi, Apache-2.0, at 7c1300c4 of 2026-08-07) and no text of it.
# Made and compared by `python -m bluegreen_emulator.digitalocean.contract_table DESCRIPTION`. What the live API takes
# beyond it is in narrower.py.
#
# The words are those of JSON Schema, but for: `name!` is required; `[x]` is a list of x; a type that is not one of
# JSON Schema's stands below `types`. An object that has properties takes no others. `path` has only those parameters
# that are more than a string. An answer without content is null.
"""


def text(table: dict[str, Any]) -> str:
    lines = ["operations:"]
    for entry in table["operations"]:
        lines += [("- " if number == 0 else "  ") + line for number, line in enumerate(_operation(entry))]
    lines += ["", "types:"]
    for name, notation in table["types"].items():
        lines += _block(name, notation, 2) if isinstance(notation, dict) else [f"  {name}: {_flow(notation)}"]
    return _HEAD + "\n".join(lines) + "\n"


def _operation(entry: dict[str, Any]) -> Iterator[str]:
    yield from ["calls:", *(f"- {call}" for call in entry["calls"])]
    yield f"scopes: [{', '.join(entry['scopes'])}]"
    for key, value in entry.items():
        if key not in ("calls", "scopes"):
            yield from _node(key, value, 0)


def _node(key: str, node: Any, indent: int) -> list[str]:
    """On one line where it fits there and has no more than one field."""
    line = f"{' ' * indent}{key}: {_flow(node)}"
    if not isinstance(node, (dict, list)) or (len(line) <= _WIDTH and _fields({key: node}) <= 1):
        return [line]
    return _block(key, node, indent)


def _block(key: str, node: dict[str, Any] | list[Any], indent: int) -> list[str]:
    pad = " " * indent
    if isinstance(node, dict):
        return [f"{pad}{key}:", *(line for name, part in node.items() for line in _node(name, part, indent + 2))]
    if all(not isinstance(item, (dict, list)) for item in node):
        values = textwrap.wrap(_flow(node), _WIDTH - indent - 2, break_long_words=False, break_on_hyphens=False)
        return [f"{pad}{key}:", *(f"{pad}  {line}" for line in values)]
    lines = [f"{pad}{key}:"]
    for item in node:
        first, *rest = _item(item, indent + 2)
        lines += [f"{pad}- {first.lstrip()}", *rest]
    return lines


def _item(item: Any, indent: int) -> list[str]:
    if not isinstance(item, dict):
        return [_flow(item)]
    return [line for name, part in item.items() for line in _node(name, part, indent)]


def _fields(node: Any) -> int:
    """How many properties or parameters there are in it, at any depth."""
    if isinstance(node, list):
        return sum(map(_fields, node))
    if not isinstance(node, dict):
        return 0
    own = sum(len(part) for key, part in node.items() if key in ("properties", "query") and isinstance(part, dict))
    return own + sum(map(_fields, node.values()))


def _flow(node: Any) -> str:
    dumped = yaml.safe_dump(node, default_flow_style=True, width=10**9, sort_keys=False, allow_unicode=True)
    return dumped.removesuffix("\n").removesuffix("\n...")
