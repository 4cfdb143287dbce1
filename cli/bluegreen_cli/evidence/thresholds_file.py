"""thresholds.yml: section `thresholds` of bluegreen.yml in a file of its own, for judging again by it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bluegreen.core.config.thresholds import Level, Thresholds
from bluegreen.settings_bounds import PERCENT, allowed, levels
from bluegreen.settings_faults import Fault, fault, names_in
from bluegreen_cli import config
from bluegreen_cli.faults import Faulty

_ALLOWED = ", ".join(Thresholds.model_fields)
_NAMES = {name: {at} for name, at in names_in(Thresholds)} | {name: {("*",)} for name in Level.model_fields}
_LEVELS = ", ".join(Level.model_fields)


def read(path: Path) -> dict[str, Any]:
    """Field → value, of those that are written. `Faulty` names each fault, its line, and what is allowed."""
    if path.is_dir():
        raise Faulty([f"{path} is a folder: a file with the section `thresholds` of a bluegreen.yml is wanted"])
    if not path.is_file():
        raise Faulty([f"{path} is not there: write the section `thresholds` of a bluegreen.yml into it"])
    written = config.as_json(path)
    inside = isinstance(written, dict) and set(written) == {"thresholds"}
    section, at = (written["thresholds"], ("thresholds",)) if inside else (written, ())
    if not isinstance(section, dict) or not section:
        raise Faulty([f"{path.name}:1 holds no thresholds; allowed are: {_ALLOWED}"])
    faults = [*_faults(section)]
    if faults:
        place = config.places(path)
        raise Faulty([f"{path.name}{place((*at, *each.at))} {'.'.join(each.at)}: {each.says}" for each in faults])
    found = Thresholds.model_validate(section)
    return {name: getattr(found, name) for name in section}


def _faults(section: dict[str, Any]) -> Iterator[Fault]:
    try:
        found = Thresholds.model_validate(section, strict=True)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            made = fault(each, _NAMES)
            yield made._replace(says=f"{made.says}{_allowed(made.at, each['type'])}")
        return
    yield from (Fault(each.at[1:], each.says) for each in levels(found) if each.at[1] in section)


def _allowed(at: tuple[str, ...], kind: str) -> str:
    if kind not in ("extra_forbidden", "missing", "dict_type", "model_type"):
        return f"; {allowed(100 if at and at[0] in PERCENT else None)}" if kind.startswith("float") else ""
    whole = kind != "extra_forbidden" or len(at) > 1
    return f"; allowed are: {_LEVELS if whole else _ALLOWED}"
