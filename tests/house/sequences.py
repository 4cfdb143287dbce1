"""A walk as Mermaid's sequence diagram: which function calls which floor."""

from itertools import groupby
from pathlib import Path

from tests.house.walks import Function, Walk

# The columns, and the floors that each holds. Floors that are missing here only hand things on.
_COLUMNS = {
    "entrypoints": ("entrypoints", "watch", "invocation"),
    "ordering": ("ordering",),
    "steps": ("steps",),
    "core": ("core",),
    "families": ("traffic", "sources", "signals", "notify"),
    "clients": ("clients",),
}
_DEPTH = {name: depth for depth, name in enumerate(_COLUMNS)}
_TITLES = {"families": "traffic, sources, notify"}


def sequence(who: str, does: str, found: Walk) -> str:
    """Each call down to another column, where it is first made; properties and constructors are left out."""
    first = next(callee for _, callee in found.calls if callee.floor == "entrypoints")
    arrows = {("who", "entrypoints", f"{does}: {_called(first)}"): None}
    for caller, callee in found.calls:
        start, end = _column(caller), _column(callee)
        if start and end and _DEPTH[start] < _DEPTH[end] and _worth_drawing(callee):
            arrows[start, end, _called(callee)] = None
    used = [name for name in _COLUMNS if any(name in arrow[:2] for arrow in arrows)]
    columns = [f"    participant {name} as {_TITLES.get(name, name)}" for name in used]
    drawn = [
        f"    {start}->>{end}: {'<br/>'.join(says for _, _, says in together)}"
        for (start, end), together in groupby(arrows, key=lambda arrow: arrow[:2])
    ]
    return "\n".join(["sequenceDiagram", f"    actor who as {who}", *columns, *drawn])


def _column(function: Function | None) -> str:
    return next((name for name, floors in _COLUMNS.items() if function and function.floor in floors), "")


def _worth_drawing(callee: Function) -> bool:
    """Not what is private, local or a fact of a record."""
    last = callee.name.rpartition(".")[2]
    fact = callee.floor == "core" and "." in callee.name
    return not last.startswith("_") and "<locals>" not in callee.name and not fact


def _called(callee: Function) -> str:
    file, last = Path(callee.path).stem, callee.name.rpartition(".")[2]
    return last if file == "__init__" else f"{file}.{last}"
