"""docs/settings.md: every setting of bluegreen.yml, as `bluegreen docs` knows them."""

from pydantic import BaseModel

from bluegreen_cli.docs.schema import (
    attribute,
    comments,
    default_of,
    description,
    fields,
    kind_of,
    sections,
    value_of,
)
from bluegreen_cli.stage import ROOT

PAGE = ROOT / "docs" / "settings.md"
_HEAD = """# Every setting of bluegreen.yml

Generated from the code that reads them: `make house ARGS=--write`. [`bluegreen.yml`](../bluegreen.yml) is a commented
example; [`.env.example`](../.env.example) has the secrets. `bluegreen doctor` names every fault of yours; a name
that is not listed here is one.

A *duration* is written 500ms, 30s, 5m, 1h or 2d; a bare number is seconds. `<name>` is one that you choose.
"""


def written() -> str:
    return "\n".join([_HEAD, *(_section(path, model) for path, model in sections())])


def _section(path: str, model: type[BaseModel]) -> str:
    kind = kind_of(model)
    title = f"## `{path}`{f', kind `{kind}`' if kind else ''}" if path else "## The file"
    lines = [title, "", *description(model), "| setting | value | default | |", "|---|---|---|---|"]
    said = comments(model)
    for name, field in fields(model):
        cells = value_of(field.annotation, field.metadata), default_of(field), said.get(attribute(model, name), "")
        lines.append(f"| `{name}` | {' | '.join(map(_cell, cells))} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
