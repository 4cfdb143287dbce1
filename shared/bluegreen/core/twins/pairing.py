"""Two lists of a spec, entry by entry: named things are paired by name, texts that are equal wherever they stand,
others by position.

A name may stand twice (two alerts of one rule): then what is equal is paired first, the rest in its order, and no
entry is lost. What only the environments' own names tell apart (`web-blue`, `web-green`) is paired as well.
"""

from collections import Counter
from typing import Any, NamedTuple

from bluegreen.core.twins.identity import Names

ABSENT: Any = object()
_NAMED_BY = ("name", "key", "rule", "domain")


class Pair(NamedTuple):
    """`name` is unique in its list; `ABSENT` stands on the side that has no such entry."""

    name: str
    active: Any
    idle: Any


def paired(active: list[Any], idle: list[Any], names: Names) -> list[Pair]:
    """In the active one's order; what only the idle one has follows."""
    left = list(enumerate(idle))
    found: dict[int, Any] = {}
    for fits in (_same, lambda ours, theirs, _: _name(*ours) == _name(*theirs), _nameless_alike):
        for position, ours in enumerate(active):
            if position not in found:
                at = next((n for n, (there, its) in enumerate(left) if fits((position, ours), (there, its), names)), -1)
                if at >= 0:
                    found[position] = left.pop(at)[1]
    taken: Counter[str] = Counter()
    pairs = [Pair(_unique(_name(*each), taken), each[1], found.get(each[0], ABSENT)) for each in enumerate(active)]
    return pairs + [Pair(_unique(_name(position, its), taken), ABSENT, its) for position, its in left]


def _same(ours: tuple[int, Any], theirs: tuple[int, Any], names: Names) -> bool:
    """Of plain texts (`features`, addresses of an alert) the order says nothing; nor of an ingress's rules, of which
    the longest prefix wins: such a rule is known by what it matches."""
    both = isinstance(ours[1], dict) and isinstance(theirs[1], dict)
    if both and "match" in ours[1]:
        return bool(ours[1]["match"] == theirs[1].get("match"))
    same_place = _name(*ours) == _name(*theirs) or isinstance(ours[1], str)
    return same_place and bool(ours[1] == theirs[1])


def _nameless_alike(ours: tuple[int, Any], theirs: tuple[int, Any], names: Names) -> bool:
    """Components, not variables: code that is the same on both sides asks for the same ones."""
    both = isinstance(ours[1], dict) and "name" in ours[1] and isinstance(theirs[1], dict)
    return both and names.alike(_name(*ours), _name(*theirs))


def _name(position: int, entry: Any) -> str:
    name = next((entry[key] for key in _NAMED_BY if key in entry), None) if isinstance(entry, dict) else None
    return str(position if name is None else name)


def _unique(name: str, taken: Counter[str]) -> str:
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}#{taken[name]}"
