"""DigitalOcean's published API description as a contract: what is wrong with a request, in words."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from bluegreen_emulator.digitalocean.narrower import EXTRA_QUERY, UNCHECKED_BODIES
from bluegreen_emulator.digitalocean.schema import Flattener, Schema

_BESIDE = Path(__file__).parents[3] / "../shared/reference/openapi/digitalocean-subset.json"
NO_BODY = object()


@dataclass
class Operation:
    """One method of one path, with the checks of its parameters and its body, made when first needed."""

    method: str
    template: str
    described: Schema
    document: Schema = field(repr=False)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        escaped = re.sub(r"\\{(\w+)\\}", _segment, re.escape(self.template))
        return re.compile(escaped)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        wanted = {scope for entry in self.described.get("security", []) for scope in entry.get("bearer_auth", [])}
        return tuple(sorted(wanted))

    @cached_property
    def query(self) -> dict[str, Schema]:
        named = self.document["components"]["parameters"]
        parameters = [named[p["$ref"].rsplit("/", 1)[-1]] if "$ref" in p else p for p in self.parameters]
        return {p["name"]: p for p in parameters if p["in"] == "query"}

    @property
    def parameters(self) -> list[Schema]:
        listed: list[Schema] = self.described.get("parameters", [])
        return listed

    @cached_property
    def body(self) -> Draft202012Validator | None:
        content = self.described.get("requestBody", {}).get("content", {})
        if "application/json" not in content or (self.method, self.template) in UNCHECKED_BODIES:
            return None
        flattener = Flattener(self.document["components"]["schemas"])
        return Draft202012Validator(flattener.flat(content["application/json"]["schema"]))

    def answer(self, status: int) -> Draft202012Validator | None:
        """Checks an answer of ours, leniently: the live API says more than its description."""
        described = self.described["responses"].get(str(status), self.described["responses"]["default"])
        if "$ref" in described:
            described = self.document["components"]["responses"][described["$ref"].rsplit("/", 1)[-1]]
        schema = described.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return None
        return Draft202012Validator(Flattener(self.document["components"]["schemas"], closed=False).flat(schema))


class Contract:
    """The operations of an API description (an OpenAPI 3.0 file)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _operations(self) -> dict[str, list[Operation]]:
        document = json.loads(self._path.read_text())
        found: dict[str, list[Operation]] = {}
        for template in sorted(document["paths"], key=lambda p: p.count("{")):
            for method, described in document["paths"][template].items():
                found.setdefault(method.upper(), []).append(Operation(method.upper(), template, described, document))
        return found

    def find(self, method: str, path: str) -> Operation | None:
        return next((o for o in self._operations.get(method, []) if o.pattern.fullmatch(path)), None)

    def problems(self, method: str, path: str, query: Mapping[str, Iterable[str]], body: Any = NO_BODY) -> list[str]:
        """What the description has against a request; empty when it agrees."""
        operation = self.find(method, path)
        if operation is None:
            return [f"{method} {path} is not in DigitalOcean's API description"]
        return _query_problems(operation, query) + _body_problems(operation, body)


def find_contract(beside: Path = _BESIDE) -> Contract | None:
    """The contract in BLUEGREEN_OPENAPI, or `beside` the repository; None where it is not at hand.

    Raises FileNotFoundError where BLUEGREEN_OPENAPI names a file that does not exist.
    """
    named = os.environ.get("BLUEGREEN_OPENAPI")
    if named or beside.is_file():
        return _contract(Path(named) if named else beside)
    return None


@cache
def _contract(path: Path) -> Contract:
    """One for all clouds of a process: it is large, and never changes."""
    return Contract(path)


def _segment(found: re.Match[str]) -> str:
    """A repository's name may hold slashes, which arrive decoded."""
    return ".+?" if found[1] == "repository_name" else "[^/]+"


def _query_problems(operation: Operation, query: Mapping[str, Iterable[str]]) -> list[str]:
    given = {name.removesuffix("[]"): list(values) for name, values in query.items()}
    missing = [n for n, p in operation.query.items() if p.get("required") and n not in given]
    problems = [f"query parameter {name} is missing" for name in missing]
    for name, values in given.items():
        if name in operation.query:
            problems += _value_problems(name, operation.query[name]["schema"], values)
        elif name not in EXTRA_QUERY:
            problems.append(f"query parameter {name} is unknown; known: {', '.join(operation.query) or 'none'}")
    return problems


def _value_problems(name: str, schema: Schema, values: list[str]) -> list[str]:
    if schema.get("type") == "array":
        return [p for value in values for p in _value_problems(name, schema["items"], value.split(","))]
    return [f"query parameter {name}: {why}" for value in values if (why := _value_problem(schema, value))]


def _value_problem(schema: Schema, value: str) -> str:
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is not one of {', '.join(schema['enum'])}"
    if schema.get("type") == "boolean" and value not in ("true", "false"):
        return f"{value!r} is not a boolean"
    if schema.get("type") != "integer":
        return ""
    if not re.fullmatch(r"-?\d+", value):
        return f"{value!r} is not an integer"
    low, high = schema.get("minimum", int(value)), schema.get("maximum", int(value))
    return "" if low <= int(value) <= high else f"{value} is not between {low} and {high}"


def _body_problems(operation: Operation, body: Any) -> list[str]:
    if body is NO_BODY:
        required = operation.described.get("requestBody", {}).get("required")
        return ["the request body is missing"] if required and operation.body else []
    if operation.body is None:
        return []
    return [_in_words(error) for error in operation.body.iter_errors(body)]


def _in_words(error: ValidationError) -> str:
    where = ".".join(str(part) for part in error.absolute_path) or "body"
    return f"{where}: {error.message[:300]}"
