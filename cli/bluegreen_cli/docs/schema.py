"""Every setting of bluegreen.yml, from the models that read it and the comments in them."""

import ast
import inspect
import io
import tokenize
from collections.abc import Iterator
from datetime import date, time
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bluegreen.core.config.address import Url
from bluegreen.core.config.service import Service
from bluegreen.core.config.units import Duration, Percent
from bluegreen.core.environment import Environment
from bluegreen.settings import File

_MARKS = {get_args(Duration)[1]: "duration", get_args(Url)[1]: "URL", get_args(Percent)[1]: "share"}
_WORDS: dict[Any, str] = {str: "text", bool: "true or false", int: "whole number", float: "number", Any: "anything"}
_WORDS |= {time: "time such as 16:00", date: "date such as 2026-12-19"}
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
_IS_THE_KEY = (Service, "name")  # `services: {web: …}`
Section = tuple[str, type[BaseModel]]


def sections(path: str = "", model: type[BaseModel] = File, beside: str = "") -> Iterator[Section]:
    """A model and where it stands in the file, then those of its fields; where there is a choice, one for each kind."""
    yield path + beside, model
    seen: list[type[BaseModel]] = []
    for name, field in fields(model):
        for part in models_in(field.annotation):
            if part in seen:
                continue
            seen.append(part)
            alike = [other for other, f in fields(model) if other != name and part in models_in(f.annotation)]
            below = f"{path}.{name}".lstrip(".") + _key(field.annotation)
            yield from sections(below, part, "".join(f", {other}" for other in alike))


def _key(annotation: Any) -> str:
    if get_origin(annotation) is not dict:
        return ""
    return ".blue, green" if get_args(annotation)[0] is Environment else ".<name>"


def description(model: type[BaseModel]) -> list[str]:
    text = ast.get_docstring(ast.parse(inspect.getsource(model)).body[0])  # type: ignore[arg-type]
    return [text.replace("`…`", "…"), ""] if text and model is not File else []


def fields(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    return [(f.alias or name, f) for name, f in model.model_fields.items() if (model, name) != _IS_THE_KEY]


def attribute(model: type[BaseModel], name: str) -> str:
    return next(own for own, f in model.model_fields.items() if name in (f.alias, own))


def kind_of(model: type[BaseModel]) -> str:
    field = model.model_fields.get("kind")
    return str(get_args(field.annotation)[0]) if field else ""


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def comments(model: type[BaseModel]) -> dict[str, str]:
    """Field → what is said beside it, or in lines of their own right above it."""
    source = inspect.getsource(model)
    found = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    alone = {number for number in found if source.splitlines()[number - 1].lstrip().startswith("#")}
    said: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.end_lineno:
            first = node.lineno
            while first - 1 in alone:
                first -= 1
            said[node.target.id] = " ".join(found[n] for n in range(first, node.end_lineno + 1) if n in found)
    return said


def value_of(annotation: Any, marks: list[Any]) -> str:
    named = next((_MARKS[mark] for mark in marks if mark in _MARKS), None)
    unit = "" if get_origin(annotation) is dict else " long"
    return ", ".join([named or _type(annotation), *_bounds(marks, unit)])


def _type(annotation: Any) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return value_of(parts[0], list(parts[1:]))
    if origin is Literal:
        return " or ".join(f"`{part}`" if part != "" else '""' for part in parts)
    if origin is dict:
        key = _type(parts[0])
        return f"{'for each name' if key == _WORDS[str] else key}: {_type(parts[1])}"
    if origin is tuple:
        return f"list of: {_type(parts[0])}"
    if models_in(annotation):
        return " or ".join(f"`{kind_of(model)}`" if kind_of(model) else "see below" for model in models_in(annotation))
    if origin in (Union, type(int | str)):
        return " or ".join(_type(part) for part in parts if part is not type(None))
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        return " or ".join(f"`{member.value}`" for member in annotation)
    return _WORDS[annotation]


def _bounds(marks: list[Any], unit: str) -> Iterator[str]:
    words = {
        "ge": "at least {}",
        "gt": "more than {}",
        "le": "at most {}",
        "min_length": f"at least {{}}{unit}",
        "pattern": "`{}`",
    }
    for mark in marks:
        for name, text in words.items():
            bound = getattr(mark, name, None)
            if bound is not None:
                yield text.format(bound)


def default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "has to be given"
    value = field.get_default(call_default_factory=True)
    return _shown(value, any(mark == get_args(Duration)[1] for mark in field.metadata))


def _shown(value: Any, is_duration: bool = False) -> str:
    if is_duration:
        return _duration(value)
    if isinstance(value, BaseModel):
        given = [
            f"{name} {_shown(getattr(value, name), _lasts(value, name))}"
            for name in type(value).model_fields
            if name in value.model_fields_set
        ]
        return kind_of(type(value)) or ", ".join(given) or "see below"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dict):
        return ", ".join(f"{_shown(key)}: {_shown(part)}" for key, part in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "none"
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lasts(model: BaseModel, name: str) -> bool:
    return get_args(Duration)[1] in type(model).model_fields[name].metadata


def _duration(seconds: float) -> str:
    unit, size = next(((u, s) for u, s in _UNITS if seconds >= s and seconds % s == 0), ("s", 1))
    return f"{seconds / size:g}{unit}"
