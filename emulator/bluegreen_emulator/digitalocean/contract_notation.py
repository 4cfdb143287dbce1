"""The notation of contract.yml: JSON Schema's own words, with short forms for what is said most often.

`string` is a type of JSON Schema or the name of a shared type, `[x]` is a list of x, and `name!` among properties is a
required one.
"""

from typing import Any

Schema = dict[str, Any]
Notation = str | list[Any] | dict[str, Any]
PLAIN = frozenset({"string", "integer", "number", "boolean", "object"})
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
_FACTS = ("type", "nullable", "enum", "pattern", *_BOUNDS)
_CHOICES = ("allOf", "oneOf", "anyOf")
_WORDS = frozenset({*_FACTS, *_CHOICES, "properties", "required", "items", "additionalProperties"})
# What an API description says that no check of a request reads.
_UNREAD = frozenset({"title", "description", "example", "examples", "default", "format", "readOnly", "writeOnly"}) | {
    "deprecated",
    "discriminator",
}
_NAMED = "#/components/schemas/"


def expanded(notation: Notation) -> Schema:
    """The schema that `notation` stands for. Raises ValueError for a word that the notation does not have."""
    if isinstance(notation, str):
        return {"type": notation} if notation in PLAIN else {"$ref": _NAMED + notation}
    if isinstance(notation, list):
        (items,) = notation
        return {"type": "array", "items": expanded(items)}
    _refuse(notation.keys() - _WORDS, notation)
    out: Schema = {key: notation[key] for key in _FACTS if key in notation}
    out |= {choice: [expanded(part) for part in notation[choice]] for choice in _CHOICES if choice in notation}
    out |= {key: expanded(notation[key]) for key in ("items", "additionalProperties") if key in notation}
    named = notation.get("properties", {})
    if "properties" in notation:
        out["properties"] = {name.removesuffix("!"): expanded(part) for name, part in named.items()}
    if required := [*notation.get("required", []), *(name[:-1] for name in named if name.endswith("!"))]:
        out["required"] = required
    return out


def shortened(schema: Schema) -> Notation:
    """The notation of `schema`; the reverse of `expanded`. Raises ValueError where it has no word for a fact."""
    if "$ref" in schema:
        return str(schema["$ref"].removeprefix(_NAMED))
    _refuse(schema.keys() - _WORDS - _UNREAD, schema)
    out: dict[str, Any] = {key: schema[key] for key in _FACTS if key in schema}
    for choice in _CHOICES:
        if parts := [part for part in map(shortened, schema.get(choice, [])) if part != {} or choice != "allOf"]:
            out[choice] = parts
    if isinstance(schema.get("additionalProperties"), dict):
        out["additionalProperties"] = shortened(schema["additionalProperties"])
    if "items" in schema:
        out["items"] = shortened(schema["items"])
    _shorten_properties(schema, out)
    return _shortest(out)


def _shorten_properties(schema: Schema, out: dict[str, Any]) -> None:
    named, required = schema.get("properties", {}), schema.get("required", [])
    if named:
        out["properties"] = {name + "!" * (name in required): shortened(part) for name, part in named.items()}
        if not out.get("nullable"):
            out.pop("type", None)
    if elsewhere := [name for name in required if name not in named]:
        out["required"] = elsewhere


def _shortest(out: dict[str, Any]) -> Notation:
    if out.keys() == {"type", "items"}:
        return [out["items"]]
    if out.keys() == {"type"} and out["type"] in PLAIN:
        return str(out["type"])
    if out.keys() == {"allOf"} and len(out["allOf"]) == 1:
        return out["allOf"][0]  # type: ignore[no-any-return]
    return out


def _refuse(unknown: set[str], where: dict[str, Any]) -> None:
    if unknown:
        raise ValueError(f"the notation has no word for {', '.join(sorted(unknown))} of {str(where)[:200]}")


def named(schema: Any) -> set[str]:
    """The names of the shared types that a schema, or whatever holds schemas, refers to."""
    if isinstance(schema, list):
        return set().union(*map(named, schema))
    if not isinstance(schema, dict):
        return set()
    if isinstance(schema.get("$ref"), str):
        return {schema["$ref"].removeprefix(_NAMED)}
    return set().union(*(named(part) for part in schema.values()))
