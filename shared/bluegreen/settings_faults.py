"""Faults in bluegreen.yml, in words: where, what is allowed, and the name that was probably meant."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from bluegreen.core.credentials import hidden

_A_NUMBER = ("int_type", "int_parsing", "int_from_float", "float_type", "float_parsing", "finite_number")
_A_SECTION = ("dict_type", "model_type", "model_attributes_type", "mapping_type")
_A_TIME = ("time_type", "time_parsing")
_A_DAY = ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact")
_WANTED = {
    "missing": "is wanted",
    "union_tag_not_found": "`kind` is wanted in it",
    "string_type": "a text is wanted",
    **dict.fromkeys(_A_TIME, 'a time such as "16:00" is wanted, in quotes'),
    **dict.fromkeys(_A_DAY, 'a day such as "2026-12-19" is wanted'),
    **dict.fromkeys(("list_type", "tuple_type", "set_type"), "a list is wanted"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false is wanted"),
    **dict.fromkeys(_A_NUMBER, "a number is wanted"),
    **dict.fromkeys(_A_SECTION, "a section is wanted: names, and a value for each"),
}
_LIMITS = {
    "greater_than": "more than {gt} is wanted",
    "greater_than_equal": "{ge} or more is wanted",
    "less_than": "less than {lt} is wanted",
    "less_than_equal": "{le} or less is wanted",
    "string_too_short": "a text of {min_length} or more characters is wanted",
    "string_too_long": "at most {max_length} characters are allowed",
    "too_short": "at least {min_length} items are wanted",
    "too_long": "at most {max_length} are allowed",
    "string_pattern_mismatch": "it has to match {pattern}",
    "enum": "allowed is {expected}",
    "literal_error": "allowed is {expected}",
    "union_tag_invalid": "kind {tag!r} is not known; allowed is {expected_tags}",
}


_NAME = r"^[a-z][a-z0-9-]{0,30}$"  # of a service, a set, a person
NAME = "small letters, digits, hyphens between are wanted, at most 31, a letter first"
_MOST_NAMED = 2  # a name that stands in more sections tells nobody where it was meant to stand
Section = tuple[str, ...]  # the names that lead to it; `*` is one that is chosen
Names = Mapping[str, Collection[Section]]  # of all settings, each with the sections that have it


class Fault(NamedTuple):
    at: tuple[str, ...]  # the names that lead there; a number is a place in a list
    says: str

    def line(self, file: str) -> str:
        """Where a name such as `tokens` would let what is said behind it be hidden as a secret, it comes last."""
        name = ".".join(self.at)
        told = f"{file} {name}: {self.says}" if name else f"{file} {self.says}"
        return told if hidden(told) == told else f"{file} {self.says}, in {name}"


def is_name(text: str) -> bool:
    """Of a service, a set, or a person."""
    return re.fullmatch(_NAME.removesuffix("$"), text) is not None


def fault(found: Mapping[str, Any], names: Names) -> Fault:
    """Of what pydantic found."""
    at = tuple(str(part) for part in found["loc"] if part != "[key]")
    return Fault(at, _said(found, at, names))


def names_in(model: type[BaseModel], at: Section = ()) -> Iterator[tuple[str, Section]]:
    """Every setting of a model and of the sections in it, with its section."""
    for name, field in model.model_fields.items():
        yield field.alias or name, at
        for below, chosen in _models(field.annotation, ()):
            yield from names_in(below, (*at, field.alias or name, *chosen))


def _models(annotation: Any, chosen: Section) -> Iterator[tuple[type[BaseModel], Section]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, chosen
    elif get_origin(annotation) is dict:
        yield from _models(get_args(annotation)[1], (*chosen, "*"))
    else:
        for part in get_args(annotation):
            yield from _models(part, chosen)


def _said(found: Mapping[str, Any], at: tuple[str, ...], names: Names) -> str:
    kind, context = found["type"], found.get("ctx") or {}
    if kind == "extra_forbidden":
        return f"is no setting here{_meant(at, names)}"
    if kind == "string_pattern_mismatch" and context.get("pattern") == _NAME:
        return NAME
    if kind == "too_short" and context.get("min_length") == 1:
        return "at least one item is wanted"
    if kind in _LIMITS:
        return _LIMITS[kind].format(**context)
    if kind == "value_error" and context.get("error"):
        return str(context["error"])
    return _WANTED.get(kind, str(found["msg"]))


def _meant(at: tuple[str, ...], names: Names) -> str:
    """A name of this section that is much like it; else the section that has the very word; else nothing."""
    *above, word = at or ("",)
    here = [name for name, sections in names.items() if any(_is(section, above, names) for section in sections)]
    if near := [each for each in get_close_matches(word, here, 2) if each != word]:
        return f"; was {near[0]} meant?"
    elsewhere = sorted({".".join(section) for section in names.get(word, ()) if section})
    if not elsewhere or len(elsewhere) > _MOST_NAMED:
        return ""
    return f"; it is one of {' and of '.join(each.replace('*', '<name>') for each in elsewhere)}"


def _is(section: Section, above: Collection[str], names: Names) -> bool:
    """Whether these steps lead to that section: places in lists, and the kind of a section, are steps between."""
    left, passed = [*section], tuple[str, ...]()
    for step in above:
        if left and left[0] in (step, "*"):
            passed = (*passed, left.pop(0))
        elif passed in names.get(step, ()):
            return False
    return not left
