"""A section as commented YAML: each setting with its default, its type, what is allowed, and what it is for."""

import textwrap
from collections.abc import Iterator
from difflib import get_close_matches
from enum import Enum
from typing import Any, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bluegreen_cli.docs.schema import (
    Section,
    attribute,
    comments,
    default_of,
    description,
    fields,
    kind_of,
    models_in,
    sections,
    value_of,
)
from bluegreen_cli.screen import WIDEST

_OF_A_SERVICE = "services.<name>"
_WIDE = 34  # columns before the comment


def names() -> dict[str, list[Section]]:
    """By what a person types: `watch` for `services.<name>.watch`. One of several kinds is a section of its own."""
    found: dict[str, list[Section]] = {}
    for path, model in sections():
        for name in _names(path):
            found.setdefault(name, []).append((path, model))
    return found


def _names(path: str) -> list[str]:
    """A section that is there twice (`checks.health, smoke`) has both names."""
    if path in ("", _OF_A_SERVICE):
        return ["services" if path else "file"]
    parts = path.removeprefix(f"{_OF_A_SERVICE}.").replace(".<name>", "").replace(".blue, green", "").split(", ")
    before = parts[0].rpartition(".")[0]
    return [parts[0], *(f"{before}.{other}".lstrip(".") for other in parts[1:])]


def listing() -> Iterator[str]:
    known = names()
    column = indent()
    for name, found in known.items():
        said = " ".join(description(found[0][1])[:1]).split(". ")[0].split("\n")[0].rstrip(".")
        kinds = " or ".join(filter(None, (kind_of(model) for _, model in found)))
        yield f"{name:<{column - 1}} {said or (f'kind {kinds}' if kinds else '')}".rstrip()


def indent() -> int:
    """Columns before the words of the listing."""
    return max(map(len, names())) + 1


def nearest(name: str) -> str:
    known = {each.rpartition(".")[2]: each for each in names()} | {each: each for each in names()}
    close = get_close_matches(name.lower(), known, 1, 0.5)
    return known[close[0]] if close else ""


def printed(name: str) -> str:
    """Valid YAML; where there are several kinds, a document for each."""
    return "\n---\n".join("\n".join(_document(path, model, name)) for path, model in names()[name])


def _document(path: str, model: type[BaseModel], name: str) -> Iterator[str]:
    for row in "\n".join(description(model)).strip().splitlines():
        yield from (f"# {part}" for part in textwrap.wrap(row, WIDEST - 2, break_on_hyphens=False) or [""])
    where = _where(path, name)
    yield from (f"{'  ' * depth}{step}:" for depth, step in enumerate(where))
    said, begin = comments(model), "- " if _is_listed(path) else ""
    for own, field in fields(model):
        text = f"{'  ' * len(where)}{begin}{own}: {_default(model, own, field)}".rstrip()
        begin = " " * len(begin)
        yield from _beside(text, "; ".join(_said(field, said.get(attribute(model, own), ""))))


def _beside(text: str, comment: str) -> Iterator[str]:
    """The comment in as many rows as 80 columns ask for."""
    most = WIDEST - max(_WIDE, len(text)) - 4
    first, *others = textwrap.wrap(comment, most, break_on_hyphens=False, break_long_words=False)
    yield f"{text:<{_WIDE}} # {first}"
    yield from (f"{'':<{max(_WIDE, len(text))}} # {row}" for row in others)


def _where(path: str, name: str) -> list[str]:
    """The sections around a setting; a name that one chooses stands as in the example."""
    if not path:
        return []
    whole = path.replace(".blue, green", ".blue").replace("<name>", "web").split(", ")[0].split(".")
    return [*whole[:-1], whole[-1] if whole[-1] in ("web", "blue") else name.rpartition(".")[2]]


def _is_listed(path: str) -> bool:
    above, _, last = path.split(", ")[0].rpartition(".")
    around = [model for at, model in sections() if at.split(", ")[0] == above]
    found = [field for model in around for own, field in fields(model) if own == last]
    return any(get_origin(field.annotation) is tuple for field in found)


def _default(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    if name == "kind" and kind_of(model):
        return kind_of(model)
    if field.is_required() or models_in(field.annotation):
        return ""
    value = field.get_default(call_default_factory=True)
    if isinstance(value, (dict, tuple, str, Enum)):
        return yaml.safe_dump(_plain(value), default_flow_style=True, width=1000).removesuffix("...\n").strip()
    return default_of(field) or ("" if value is None else '""')


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value


def _said(field: FieldInfo, comment: str) -> Iterator[str]:
    yield value_of(field.annotation, field.metadata).replace("`", "").replace("see below", "a section")
    if field.is_required():
        yield "has to be given"
    elif models_in(field.annotation) and default_of(field) not in ("see below", "none", ""):
        yield f"without it: {default_of(field)}"
    if comment:
        yield comment
