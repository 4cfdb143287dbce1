"""Two specs side by side: where they differ, and one made equal to the other.

`model` is the spec to compare with, `twin` the one that is meant to be equal to it. What may differ is decided by the
caller's rule: it gets a path such as `services.web.instance_count` and both values, of which one may be `ABSENT`.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.twins.components import ENCRYPTED

Spec = dict[str, Any]
MayDiffer = Callable[[str, Any, Any], bool]
ABSENT = object()
_NAMED_BY = ("name", "key", "rule", "domain")
_SHOWN = 40  # characters of a value


class Difference(NamedTuple):
    """`active` and `idle` describe the two values in words."""

    path: str
    active: str
    idle: str

    def in_words(self, active: Environment) -> str:
        return f"{self.path}: {active.value} has {self.active}, {active.other.value} has {self.idle}"


class Merged(NamedTuple):
    """`missing` are paths of encrypted values that the twin has not got: they cannot be copied."""

    spec: Spec
    missing: list[str]


def differences(model: Spec, twin: Spec, may_differ: MayDiffer) -> list[Difference]:
    return list(_differ("", model, twin, may_differ))


def merged(model: Spec, twin: Spec, may_differ: MayDiffer) -> Merged:
    """The model, with the twin's own values wherever the two may differ."""
    missing: list[str] = []
    spec: Spec = _merge("", model, twin, may_differ, missing)
    return Merged(spec, missing)


def is_encrypted(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(ENCRYPTED)


def _differ(path: str, ours: Any, theirs: Any, may_differ: MayDiffer) -> Iterator[Difference]:
    if may_differ(path, ours, theirs):
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*ours, *theirs)):
            yield from _differ(_below(path, key), ours.get(key, ABSENT), theirs.get(key, ABSENT), may_differ)
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield from _differ(path, _by_name(ours), _by_name(theirs), may_differ)
    elif ours != theirs:
        yield Difference(path, _shown(path, ours), _shown(path, theirs))


def _merge(path: str, ours: Any, theirs: Any, may_differ: MayDiffer, missing: list[str]) -> Any:
    if may_differ(path, ours, theirs):
        return theirs if theirs is ABSENT else copy.deepcopy(theirs)
    if ours is ABSENT:
        return ABSENT
    if isinstance(ours, dict) and (isinstance(theirs, dict) or theirs is ABSENT):
        below = theirs if isinstance(theirs, dict) else {}
        values = {
            key: _merge(_below(path, key), ours.get(key, ABSENT), below.get(key, ABSENT), may_differ, missing)
            for key in dict.fromkeys((*ours, *below))
        }
        return {key: value for key, value in values.items() if value is not ABSENT}
    if isinstance(ours, list) and (isinstance(theirs, list) or theirs is ABSENT):
        named = _by_name(theirs) if isinstance(theirs, list) else {}
        return list(_merge(path, _by_name(ours), named, may_differ, missing).values())
    if is_encrypted(ours):
        missing.append(path.removesuffix(".value"))
    return copy.deepcopy(ours)


def _by_name(items: list[Any]) -> dict[Any, Any]:
    """Lists of named things are compared by name, others by position."""
    return {_name(item, position): item for position, item in enumerate(items)}


def _name(item: Any, position: int) -> str:
    name = next((item[key] for key in _NAMED_BY if key in item), None) if isinstance(item, dict) else None
    return str(position if name is None else name)


def _below(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _shown(path: str, value: Any) -> str:
    """In words. Values of environment variables are not shown: the words go into notices and the journal."""
    if value is ABSENT:
        return "none"
    if ".envs." in f".{path}":
        return "one" if isinstance(value, dict) else "another value"
    text = f"one ({len(value)} fields)" if isinstance(value, dict) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
