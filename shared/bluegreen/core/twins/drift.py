"""Drift: blue and green are meant to be equal but for what makes them blue and green. Where do their specs differ?

Two specs are compared, of two apps or of two components of one app. The active environment's is the model; the idle
one's can be made equal to it. Values count as equal where they differ by the environments' own names only, such as
`deploy/blue` and `deploy/green`. Encrypted values (`EV[…]`) cannot be compared, and one that is valid in one app may
not be in another: only their presence counts.
"""

import copy
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.twins.components import ENCRYPTED, Spec

OF_THE_RELEASE = ("digest", "tag", "deploy_on_push")  # fields of an image that every release sets anew
_KINDS = ("services", "static_sites", "workers", "jobs", "functions")
_OWN = ("name", "domains")
_NAMED_BY = ("name", "key", "rule", "domain")
_SHOWN = 40  # characters of a value
_ABSENT = object()

MayDiffer = Callable[[str, Any, Any], bool]  # of a path such as `services.web.instance_count`, and the two values


class Allowed(NamedTuple):
    """What may differ between blue and green."""

    names: tuple[tuple[str, str], ...]  # the environments' own names: the active one's, the idle one's
    released: frozenset[str]  # paths that a release sets
    ignored: tuple[str, ...]  # patterns of `drift.ignore`

    def may_differ(self, path: str, active: Any, idle: Any) -> bool:
        if path in _OWN or path in self.released or any(_fits(path, pattern) for pattern in self.ignored):
            return True
        if not isinstance(active, str) or not isinstance(idle, str):
            return False
        if active.startswith(ENCRYPTED) and idle.startswith(ENCRYPTED):
            return True
        return self._nameless(active, 0) == self._nameless(idle, 1)

    def _nameless(self, value: str, side: int) -> str:
        for names in self.names:
            value = value.replace(names[side], "\0")
        return value


class Drift:
    """Between the specs of two apps."""

    def __init__(self, service: Service, active: Environment, model: Spec, idle: Spec) -> None:
        self._active, self._model, self._idle = active, model, idle
        released = frozenset((*_of_the_release(service, model), *_of_the_release(service, idle)))
        self._allowed = Allowed(((active.value, active.other.value),), released, service.drift.ignore)

    def warnings(self) -> list[str]:
        """All that a person has to know before a deployment."""
        return differences(self._active, self._model, self._idle, self._allowed.may_differ)

    def equalised(self) -> Spec:
        """The idle app's spec made equal to the model; `Refused` where secrets would be missing."""
        return equalised(self._active, self._model, self._idle, self._allowed.may_differ)


def differences(active: Environment, model: Spec, idle: Spec, may_differ: MayDiffer) -> list[str]:
    """In words, such as `services.web.instance_count: blue has 3, green has 2`."""
    return [
        f"{path}: {active.value} has {_shown(path, ours)}, {active.other.value} has {_shown(path, theirs)}"
        for path, ours, theirs in _differ("", model, idle, may_differ)
    ]


def equalised(active: Environment, model: Spec, idle: Spec, may_differ: MayDiffer) -> Spec:
    """The model, with the idle one's values wherever the two may differ."""
    missing: list[str] = []
    spec: Spec = _merge("", model, idle, may_differ, missing)
    if missing:
        where = f"{active.other.value} has not got {', '.join(missing)}"
        raise Refused(f"{where}: secrets are set by a person, as encrypted values may be good in one place only")
    return spec


def _differ(path: str, ours: Any, theirs: Any, may_differ: MayDiffer) -> Iterator[tuple[str, Any, Any]]:
    if may_differ(path, ours, theirs):
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*ours, *theirs)):
            yield from _differ(_below(path, key), ours.get(key, _ABSENT), theirs.get(key, _ABSENT), may_differ)
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield from _differ(path, _by_name(ours), _by_name(theirs), may_differ)
    elif ours != theirs:
        yield path, ours, theirs


def _merge(path: str, ours: Any, theirs: Any, may_differ: MayDiffer, missing: list[str]) -> Any:
    """`missing` collects the paths of encrypted values that would have to be copied."""
    if may_differ(path, ours, theirs):
        return theirs if theirs is _ABSENT else copy.deepcopy(theirs)
    if ours is _ABSENT:
        return _ABSENT
    if isinstance(ours, dict) and (isinstance(theirs, dict) or theirs is _ABSENT):
        below = theirs if isinstance(theirs, dict) else {}
        values = {
            key: _merge(_below(path, key), ours.get(key, _ABSENT), below.get(key, _ABSENT), may_differ, missing)
            for key in dict.fromkeys((*ours, *below))
        }
        return {key: value for key, value in values.items() if value is not _ABSENT}
    if isinstance(ours, list) and (isinstance(theirs, list) or theirs is _ABSENT):
        named = _by_name(theirs) if isinstance(theirs, list) else {}
        return list(_merge(path, _by_name(ours), named, may_differ, missing).values())
    if isinstance(ours, str) and ours.startswith(ENCRYPTED):
        missing.append(path.removesuffix(".value"))
    return copy.deepcopy(ours)


def _of_the_release(service: Service, spec: Spec) -> Iterator[str]:
    """Paths in the image that a release of the service sets."""
    if not isinstance(service.source, Image):
        return
    for kind in _KINDS:
        for component in spec.get(kind) or ():
            if (component.get("image") or {}).get("repository") == service.source.repository:
                yield from (f"{kind}.{component.get('name')}.image.{field}" for field in OF_THE_RELEASE)


def _by_name(items: list[Any]) -> dict[Any, Any]:
    """Lists of named things are compared by name, others by position."""
    return {_name(item, position): item for position, item in enumerate(items)}


def _name(item: Any, position: int) -> str:
    name = next((item[key] for key in _NAMED_BY if key in item), None) if isinstance(item, dict) else None
    return str(position if name is None else name)


def _below(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _fits(path: str, pattern: str) -> bool:
    """A pattern without a dot is the name of an environment variable; else it is a path, and all that lies below."""
    if "." not in pattern:
        return f".envs.{pattern}." in f".{path}."
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*")


def _shown(path: str, value: Any) -> str:
    """In words. Values of environment variables are not shown: the words go into notices and the journal."""
    if value is _ABSENT:
        return "none"
    if ".envs." in f".{path}":
        return "one" if isinstance(value, dict) else "another value"
    text = f"one ({len(value)} fields)" if isinstance(value, dict) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
