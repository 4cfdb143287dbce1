"""How contract.yml comes from DigitalOcean's published API description (an OpenAPI 3.0 file), and where the two differ.

    python -m bluegreen_emulator.digitalocean.contract_table DESCRIPTION [--write] [--add 'DELETE /v2/apps/{id}']

prints the differences, with exit status 1 when there are any; `--write` makes the table anew for the calls that it has
and for those that are added.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from bluegreen_emulator.digitalocean.contract_differences import differences
from bluegreen_emulator.digitalocean.contract_notation import Notation, Schema, named, shortened
from bluegreen_emulator.digitalocean.contract_reader import TABLE, Table, calls_of, document, operation, read
from bluegreen_emulator.digitalocean.contract_text import text
from bluegreen_emulator.digitalocean.schema import resolved


def described(description: Schema, calls: Iterable[str]) -> Table:
    """The table of these calls (`GET /v2/apps`). Raises KeyError for one that the description does not have."""
    entries: dict[str, Table] = {}
    for call in sorted(set(calls), key=_by_path):
        method, path = call.split()
        found = description["paths"].get(path, {}).get(method.lower())
        if found is None:
            raise KeyError(f"the description does not have {call}")
        entry = _entry(description, found)
        entries.setdefault(json.dumps(entry), {"calls": [], **entry})["calls"].append(call)
    schemas = description["components"]["schemas"]
    types = {name: shortened(schemas[name]) for name in sorted(_named(schemas, list(entries.values())))}
    return {"operations": list(entries.values()), "types": types}


def _by_path(call: str) -> list[str]:
    return call.split()[::-1]


def _entry(description: Schema, one: Schema) -> Table:
    out: Table = {"scopes": sorted({scope for entry in one["security"] for scope in entry["bearer_auth"]})}
    parameters = [resolved(description, parameter) for parameter in one.get("parameters", [])]
    paths = {p["name"]: shortened(p["schema"]) for p in parameters if p["in"] == "path"}
    out["path"] = {name: notation for name, notation in paths.items() if notation != "string"}
    queries = [p for p in parameters if p["in"] == "query"]
    out["query"] = {p["name"] + "!" * p.get("required", False): shortened(p["schema"]) for p in queries}
    if body := one.get("requestBody"):
        out["body" + "!" * body.get("required", False)] = _content(body)
    answers = {int(s): resolved(description, answer) for s, answer in one["responses"].items() if s.startswith("2")}
    out["answers"] = {status: _content(answer) for status, answer in answers.items()}
    return {key: value for key, value in out.items() if value}


def _content(described: Schema) -> Notation | None:
    content = described.get("content", {})
    return shortened(content["application/json"]["schema"]) if "application/json" in content else None


def _named(schemas: Schema, entries: list[Table]) -> set[str]:
    """The names of the types that the entries use, and of those that these use."""
    seen: set[str] = set()
    new = named([operation(entry) for entry in entries])
    while new:
        seen |= new
        new = named([schemas[name] for name in new]) - seen
    return seen


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compares contract.yml with DESCRIPTION.")
    parser.add_argument("description", type=Path)
    parser.add_argument("--write", action="store_true", help="make the table anew")
    parser.add_argument("--add", action="append", default=[], metavar="CALL", help="a call that it does not have yet")
    parser.add_argument("--table", type=Path, default=TABLE)
    given = parser.parse_args(arguments)
    description, table = json.loads(given.description.read_text(encoding="utf-8")), read(given.table)
    if given.write:
        given.table.write_text(text(described(description, [*calls_of(table), *given.add])))
        return 0
    found = differences(document(table), description)
    print("\n".join(found) or f"{given.table.name} agrees with {given.description}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
