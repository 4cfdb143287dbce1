"""DigitalOcean's published API description as a contract: what is wrong with a request, in words.

The facts are in contract.yml and insights.yml; what the live API takes beyond them is in narrower.py.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from bluegreen_emulator.digitalocean.contract_reader import INSIGHTS, document, joined, read
from bluegreen_emulator.digitalocean.narrower import EXTRA_QUERY, UNCHECKED_BODIES
from bluegreen_emulator.digitalocean.schema import Flattener, Schema

NO_BODY = object()


@dataclass
class Operation:
    """One method of one path, with the checks of its parameters and its body, made when first needed."""

    method: str
    template: str
    described: Schema
    schemas: Schema = field(repr=False)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        escaped = re.sub(r"\\{(\w+)\\}", _segment, re.escape(self.template))
        return re.compile(escaped)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        wanted = {scope for entry in self.described["security"] for scope in entry["bearer_auth"]}
        return tuple(sorted(wanted))

    @cached_property
    def query(self) -> dict[str, Schema]:
        return self._parameters("query")

    @cached_property
    def path(self) -> dict[str, Schema]:
        """Only what is more than a string."""
        return self._parameters("path")

    @cached_property
    def body(self) -> Draft202012Validator | None:
        content = self.described.get("requestBody", {}).get("content", {})
        if "application/json" not in content or (self.method, self.template) in UNCHECKED_BODIES:
            return None
        return Draft202012Validator(Flattener(self.schemas).flat(content["application/json"]["schema"]))

    def answer_problems(self, status: int, body: Any) -> list[str]:
        """What the description has against a good answer of ours, leniently: the live API says more than it."""
        answers = self.described["responses"]
        if str(status) not in answers:
            return [f"answer {status} is unknown; known: {', '.join(answers)}"]
        schema = answers[str(status)].get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return []
        checked = Draft202012Validator(Flattener(self.schemas, closed=False).flat(schema))
        return [_in_words(error) for error in checked.iter_errors(body)]

    def _parameters(self, place: str) -> dict[str, Schema]:
        flat = Flattener(self.schemas).flat
        return {p["name"]: p | {"schema": flat(p["schema"])} for p in self.described["parameters"] if p["in"] == place}


class Contract:
    """The operations of an API description, as contract_reader makes it from a table."""

    def __init__(self, description: Schema) -> None:
        self._operations: dict[str, list[Operation]] = {}
        for template in sorted(description["paths"], key=lambda path: path.count("{")):
            for method, described in description["paths"][template].items():
                made = Operation(method.upper(), template, described, description["components"]["schemas"])
                self._operations.setdefault(method.upper(), []).append(made)

    def __iter__(self) -> Iterator[Operation]:
        return (operation for operations in self._operations.values() for operation in operations)

    def find(self, method: str, path: str) -> Operation | None:
        return next((o for o in self._operations.get(method, []) if o.pattern.fullmatch(path)), None)

    def problems(self, method: str, path: str, query: Mapping[str, Iterable[str]], body: Any = NO_BODY) -> list[str]:
        """What the description has against a request; empty when it agrees."""
        operation = self.find(method, path)
        if operation is None:
            return [f"{method} {path} is not in DigitalOcean's API description"]
        return _path_problems(operation, path) + _query_problems(operation, query) + _body_problems(operation, body)


@cache
def published_contract() -> Contract:
    """One for all clouds of a process: it never changes."""
    return Contract(document(joined(read(), read(INSIGHTS))))


def _segment(found: re.Match[str]) -> str:
    """A repository's name may hold slashes, which arrive decoded."""
    return f"(?P<{found[1]}>{'.+?' if found[1] == 'repository_name' else '[^/]+'})"


def _path_problems(operation: Operation, path: str) -> list[str]:
    found = operation.pattern.fullmatch(path)
    given = found.groupdict() if found else {}
    return [
        p for n, o in operation.path.items() for p in _value_problems(f"path parameter {n}", o["schema"], [given[n]])
    ]


def _query_problems(operation: Operation, query: Mapping[str, Iterable[str]]) -> list[str]:
    given = {name.removesuffix("[]"): list(values) for name, values in query.items()}
    missing = [n for n, p in operation.query.items() if p.get("required") and n not in given]
    problems = [f"query parameter {name} is missing" for name in missing]
    for name, values in given.items():
        if name in operation.query:
            problems += _value_problems(f"query parameter {name}", operation.query[name]["schema"], values)
        elif name not in EXTRA_QUERY:
            problems.append(f"query parameter {name} is unknown; known: {', '.join(operation.query) or 'none'}")
    return problems


def _value_problems(name: str, schema: Schema, values: list[str]) -> list[str]:
    if schema.get("type") == "array":
        return [p for value in values for p in _value_problems(name, schema["items"], value.split(","))]
    return [f"{name}: {why}" for value in values if (why := _value_problem(schema, value))]


def _value_problem(schema: Schema, value: str) -> str:
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is not one of {', '.join(schema['enum'])}"
    if schema.get("type") == "boolean" and value not in ("true", "false"):
        return f"{value!r} is not a boolean"
    if len(value) > schema.get("maxLength", len(value)):
        return f"{value[:20]!r}… is longer than {schema['maxLength']} characters"
    if not re.search(schema.get("pattern", ""), value):
        return f"{value!r} does not match {schema['pattern']}"
    if schema.get("type") != "integer":
        return ""
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        return f"{value[:40]!r} is not an integer"
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
