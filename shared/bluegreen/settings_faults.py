"""A fault in bluegreen.yml in words: where it is, what was allowed, and the name that was probably meant."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

_A_NUMBER = ("int_type", "int_parsing", "int_from_float", "float_type", "float_parsing", "finite_number")
_A_SECTION = ("dict_type", "model_type", "model_attributes_type", "mapping_type")
_WANTED = {
    "missing": "is wanted",
    "union_tag_not_found": "`kind` is wanted in it",
    "string_type": "a text is wanted",
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


class Fault(NamedTuple):
    at: tuple[str, ...]  # the names that lead there; a number is a place in a list
    says: str


def fault(found: Mapping[str, Any], names: Collection[str]) -> Fault:
    """Of what pydantic found; `names` are those of all settings."""
    at = tuple(str(part) for part in found["loc"] if part != "[key]")
    return Fault(at, _said(found, at, names))


def _said(found: Mapping[str, Any], at: tuple[str, ...], names: Collection[str]) -> str:
    kind, context = found["type"], found.get("ctx") or {}
    if kind == "extra_forbidden":
        meant = get_close_matches(at[-1], names, 1) if at else []
        return "is no setting here" + (f"; was {meant[0]} meant?" if meant else "")
    if kind in _LIMITS:
        return _LIMITS[kind].format(**context)
    if kind == "value_error" and context.get("error"):
        return str(context["error"])
    return _WANTED.get(kind, str(found["msg"]))
