"""Where two API descriptions say different things of the same calls."""

from collections.abc import Iterator
from typing import Any

from bluegreen_emulator.digitalocean.schema import Flattener, Schema, resolved

Facts = dict[str, Any]  # what is said, by where it is said


def differences(table: Schema, description: Schema) -> list[str]:
    """What one says and the other does not, of every call of the table; a difference of several calls is told once."""
    where: dict[str, list[str]] = {}
    for path, methods in table["paths"].items():
        for method in methods:
            call, theirs = f"{method.upper()} {path}", description["paths"].get(path, {}).get(method)
            for difference in _between(table, methods[method], description, theirs):
                where.setdefault(difference, []).append(call)
    return [f"{_in_short(calls)}: {difference}" for difference, calls in where.items()]


def _in_short(calls: list[str]) -> str:
    return calls[0] if len(calls) == 1 else f"{calls[0]} and {len(calls) - 1} more"


def _between(table: Schema, ours: Schema, description: Schema, theirs: Schema | None) -> Iterator[str]:
    if theirs is None:
        yield "the description does not have this call"
        return
    one, other = _facts(table, ours), _facts(description, theirs)
    for where in sorted(one.keys() | other.keys()):
        if where not in other:
            yield f"{where}: only the table says so ({one[where]})"
        elif where not in one:
            yield f"{where}: only the description says so ({other[where]})"
        elif one[where] != other[where]:
            yield f"{where}: {one[where]} in the table, {other[where]} in the description"


def _facts(document: Schema, operation: Schema) -> Facts:
    flattener = Flattener(document["components"]["schemas"], corrected=False)
    facts: Facts = {f"scope {scope}": True for entry in operation["security"] for scope in entry["bearer_auth"]}
    for one in operation.get("parameters", []):
        facts |= dict(_parameter(resolved(document, one), flattener))
    if "requestBody" in operation:
        facts["body required"] = operation["requestBody"].get("required", False)
        facts |= dict(_content("body", operation["requestBody"], flattener))
    for status, one in operation["responses"].items():
        if status.startswith("2"):
            facts |= dict(_content(f"answer {status}", resolved(document, one), flattener))
    return facts


def _parameter(parameter: Schema, flattener: Flattener) -> Iterator[tuple[str, Any]]:
    """Any segment of a path is a string, and has to be there."""
    where, schema = f"{parameter['in']}.{parameter['name']}", flattener.flat(parameter["schema"])
    if parameter["in"] == "query":
        yield where, "required" if parameter.get("required") else "optional"
    if parameter["in"] == "query" or (parameter["in"] == "path" and schema != {"type": "string"}):
        yield from _said(where, schema)


def _content(where: str, described: Schema, flattener: Flattener) -> Iterator[tuple[str, Any]]:
    content = described.get("content", {}).get("application/json")
    yield where, "with content" if content else "without content"
    if content:
        yield from _said(where, flattener.flat(content["schema"]))


def _said(where: str, schema: Schema) -> Iterator[tuple[str, Any]]:
    """Each fact of a flat schema; a field is named even where nothing is said of it."""
    for key, value in schema.items():
        if key == "properties":
            for name, part in value.items():
                yield f"{where}.{name}", "a field"
                yield from _said(f"{where}.{name}", part)
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            yield from _said(where + ("[]" if key == "items" else ".*"), value)
        elif key == "anyOf":
            for number, part in enumerate(value):
                yield from _said(f"{where}|{number}", part)
        elif key in ("enum", "required"):
            yield from ((f"{where} {key} {item}", True) for item in value)
        else:
            yield f"{where} {key}", value
