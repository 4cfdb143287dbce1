"""contract.yml, our table of the part of DigitalOcean's API that is called here, as an API description."""

from pathlib import Path
from typing import Any

import yaml

from bluegreen_emulator.digitalocean.contract_notation import Schema, expanded

TABLE = Path(__file__).with_name("contract.yml")
INSIGHTS = Path(__file__).with_name("insights.yml")  # of what the published description does not have yet
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it was built
Table = dict[str, Any]


def read(path: Path = TABLE) -> Table:
    table: Table = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    return table


def document(table: Table) -> Schema:
    """The table as an API description, which says no more than the table."""
    paths: Schema = {}
    for entry in table["operations"]:
        for call in entry["calls"]:
            method, path = call.split()
            paths.setdefault(path, {})[method.lower()] = operation(entry)
    return {"paths": paths, "components": {"schemas": {name: expanded(n) for name, n in table["types"].items()}}}


def joined(*tables: Table) -> Table:
    """One table of several, which share no name."""
    types = {name: notation for table in tables for name, notation in table["types"].items()}
    return {"operations": [entry for table in tables for entry in table["operations"]], "types": types}


def calls_of(table: Table) -> list[str]:
    return [call for entry in table["operations"] for call in entry["calls"]]


def operation(entry: Table) -> Schema:
    """One entry of the table, as what a description says of each of its calls."""
    out: Schema = {"security": [{"bearer_auth": entry["scopes"]}], "responses": {}}
    out["parameters"] = [
        {"in": place, "name": name.removesuffix("!"), "required": name.endswith("!"), "schema": expanded(notation)}
        for place in ("path", "query")
        for name, notation in entry.get(place, {}).items()
    ]
    for name in entry.keys() & {"body", "body!"}:
        out["requestBody"] = {"required": name.endswith("!"), **_content(entry[name])}
    for status, notation in entry["answers"].items():
        out["responses"][str(status)] = {} if notation is None else _content(notation)
    return out


def _content(notation: Any) -> Schema:
    return {"content": {"application/json": {"schema": expanded(notation)}}}
