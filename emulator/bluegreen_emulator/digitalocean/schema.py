"""Turns an OpenAPI 3.0 schema into a flat JSON Schema that refuses unknown properties and says so in plain words."""

from typing import Any

from bluegreen_emulator.digitalocean.narrower import EXTRA_PROPERTIES, EXTRA_VALUES, NOT_REQUIRED

Schema = dict[str, Any]
_KEPT = ("type", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "required")


class Flattener:
    """References are put in place, `allOf` is merged, and the branches of a choice between objects are joined."""

    def __init__(self, components: Schema, closed: bool = True, corrected: bool = True) -> None:
        """`closed`: unknown properties are refused; `corrected`: what the live API takes beyond them is taken."""
        self._components = components
        self._closed = closed
        self._corrected = corrected

    def flat(self, schema: Schema) -> Schema:
        return self._close(self._merged(schema))

    def _merged(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            return self._named(schema["$ref"].rsplit("/", 1)[-1])
        out: Schema = {key: schema[key] for key in _KEPT if key in schema}
        for part in schema.get("allOf", []):
            out = _both(out, self._merged(part))
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                out = _both(out, self._chosen([self._merged(branch) for branch in schema[choice]]))
        if "properties" in schema:
            own = {name: self._merged(part) for name, part in schema["properties"].items()}
            out["properties"] = out.get("properties", {}) | own
        if "items" in schema:
            out["items"] = self._merged(schema["items"])
        if isinstance(schema.get("additionalProperties"), dict):
            out["additionalProperties"] = self._merged(schema["additionalProperties"])
        return _nullable(out) if schema.get("nullable") else out

    def _named(self, name: str) -> Schema:
        out = self._merged(self._components[name])
        if self._corrected and name in EXTRA_PROPERTIES:
            out["properties"] = out.get("properties", {}) | EXTRA_PROPERTIES[name]
        if self._corrected and name in EXTRA_VALUES:
            out["enum"] = out["enum"] + EXTRA_VALUES[name]
        if self._corrected and name in NOT_REQUIRED:
            out["required"] = [wanted for wanted in out.get("required", []) if wanted not in NOT_REQUIRED[name]]
        return out

    def _chosen(self, branches: list[Schema]) -> Schema:
        """Branches of objects become one object that asks for what all of them ask for."""
        if not all("properties" in branch for branch in branches):
            return {"anyOf": [branch for branch in branches if branch]} if all(branches) else {}
        out: Schema = {"properties": {}}
        for branch in branches:
            out["properties"] |= branch["properties"]
        out["required"] = sorted(set.intersection(*(set(branch.get("required", [])) for branch in branches)))
        return out

    def _close(self, schema: Schema) -> Schema:
        out = dict(schema)
        if "properties" in out:
            out["properties"] = {name: self._close(part) for name, part in out["properties"].items()}
            out.setdefault("type", "object")
            if self._closed:
                out.setdefault("additionalProperties", False)
        for within in ("items", "additionalProperties"):
            if isinstance(out.get(within), dict):
                out[within] = self._close(out[within])
        if "anyOf" in out:
            out["anyOf"] = [self._close(branch) for branch in out["anyOf"]]
        return out


def resolved(document: Schema, one: Schema) -> Schema:
    """What a reference to a shared parameter or answer stands for; anything else is itself."""
    if "$ref" not in one:
        return one
    _, _, kind, name = one["$ref"].split("/")
    found: Schema = document["components"][kind][name]
    return found


def _both(one: Schema, other: Schema) -> Schema:
    out = one | other
    if "properties" in one and "properties" in other:
        shared = one["properties"].keys() & other["properties"].keys()
        twice = {name: _both(one["properties"][name], other["properties"][name]) for name in shared}
        out["properties"] = one["properties"] | other["properties"] | twice
    if "required" in one and "required" in other:
        out["required"] = sorted({*one["required"], *other["required"]})
    return out


def _nullable(schema: Schema) -> Schema:
    out = dict(schema)
    if isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
    if "enum" in out:
        out["enum"] = [*out["enum"], None]
    return out
