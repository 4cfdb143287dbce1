"""Are blue and green equal but for what makes them so? And the idle one made like the other.

Compared are the specs of two apps, or two components of one. Values are equal where they differ by the environments'
own names only (`deploy/blue`, `deploy/green`). Encrypted values (`EV[…]`) cannot be compared, and nothing says that one
is good in another place: only their presence counts.
"""

import copy
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.twins.components import ENCRYPTED

Spec = dict[str, Any]
_KINDS = ("services", "static_sites", "workers", "jobs", "functions")
_OWN = ("name", "domains")
OF_THE_RELEASE = ("digest", "tag", "deploy_on_push")
_NAMED_BY = ("name", "key", "rule", "domain")
_SHOWN = 40  # characters of a value
_NOTHING = object()


class Difference(NamedTuple):
    """`path` as in `services.web.instance_count`; what the two have, in words."""

    path: str
    active: str
    idle: str

    def said(self, active: Environment) -> str:
        return f"{self.path}: {active.value} has {self.active}, {active.other.value} has {self.idle}"


class Drift:
    """`active` is the environment whose app is the model."""

    def __init__(self, service: Service, active: Environment, model: Spec, idle: Spec) -> None:
        self._ignored = service.drift.ignore
        self._names = [(active.value, active.other.value)]
        self._idle_name = active.other.value
        self._model = model
        self._idle = idle
        self._released = {*_of_the_release(service, model), *_of_the_release(service, idle)}
        self.missing: list[str] = []  # encrypted values that the idle one has not got

    def differences(self) -> list[Difference]:
        return list(self._differ("", self._model, self._idle))

    def said(self, active: Environment) -> list[str]:
        """All that a person has to know before a deployment."""
        return [found.said(active) for found in self.differences()]

    def copied(self) -> Spec:
        """The model for the idle app, which keeps what is its own; `Refused` where secrets would be missing."""
        self.missing = []
        made: Spec = self._merged("", self._model, self._idle)
        if self.missing:
            names = ", ".join(self.missing)
            where = f"{self._idle_name} has not got {names}"
            raise Refused(f"{where}: secrets are set by a person, as encrypted values may be good in one place only")
        return made

    def _differ(self, path: str, one: Any, other: Any) -> Iterator[Difference]:
        if self._own(path, one, other):
            return
        if isinstance(one, dict) and isinstance(other, dict):
            for key in dict.fromkeys((*one, *other)):
                yield from self._differ(_below(path, key), one.get(key, _NOTHING), other.get(key, _NOTHING))
        elif isinstance(one, list) and isinstance(other, list):
            yield from self._differ(path, _by_name(one), _by_name(other))
        elif one != other:
            yield Difference(path, _shown(path, one), _shown(path, other))

    def _merged(self, path: str, one: Any, other: Any) -> Any:
        if self._own(path, one, other):
            return other if other is _NOTHING else copy.deepcopy(other)
        if one is _NOTHING:
            return _NOTHING
        if isinstance(one, dict) and (isinstance(other, dict) or other is _NOTHING):
            theirs = other if isinstance(other, dict) else {}
            keys = dict.fromkeys((*one, *theirs))
            pairs = ((k, self._merged(_below(path, k), one.get(k, _NOTHING), theirs.get(k, _NOTHING))) for k in keys)
            return {key: value for key, value in pairs if value is not _NOTHING}
        if isinstance(one, list) and (isinstance(other, list) or other is _NOTHING):
            theirs = _by_name(other) if isinstance(other, list) else {}
            return list(self._merged(path, _by_name(one), theirs).values())
        if _encrypted(one):
            self.missing.append(path.removesuffix(".value"))
        return copy.deepcopy(one)

    def _in_common(self, value: str, side: int) -> str:
        """Without the environments' own names; `side`: 0 for the model's, 1 for the idle one's."""
        for names in self._names:
            value = value.replace(names[side], "\0")
        return value

    def _own(self, path: str, one: Any, other: Any) -> bool:
        """What may differ: it is what makes the two blue and green, or nobody can tell."""
        if path in _OWN or path in self._released or any(_fits(path, pattern) for pattern in self._ignored):
            return True
        if not isinstance(one, str) or not isinstance(other, str):
            return False
        if _encrypted(one) and _encrypted(other):
            return True
        return self._in_common(one, 0) == self._in_common(other, 1)


def _of_the_release(service: Service, spec: Spec) -> Iterator[str]:
    if not isinstance(service.source, Image):
        return
    for kind in _KINDS:
        for found in spec.get(kind) or ():
            if (found.get("image") or {}).get("repository") == service.source.repository:
                yield from (f"{kind}.{found.get('name')}.image.{field}" for field in OF_THE_RELEASE)


def _by_name(items: list[Any]) -> dict[Any, Any]:
    """Lists of named things are compared by name, others by place."""
    return {_name(item, place): item for place, item in enumerate(items)}


def _name(item: Any, place: int) -> str:
    named = next((item[key] for key in _NAMED_BY if key in item), None) if isinstance(item, dict) else None
    return str(place if named is None else named)


def _below(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _fits(path: str, pattern: str) -> bool:
    """A pattern without a dot is the name of an environment variable; else it is a path, and all that lies below."""
    if "." not in pattern:
        return f".envs.{pattern}." in f".{path}."
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*")


def _encrypted(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(ENCRYPTED)


def _shown(path: str, value: Any) -> str:
    """In words. Values of environment variables stay where they are: they go into notices and the journal."""
    if value is _NOTHING:
        return "none"
    if ".envs." in f".{path}":
        return "one" if isinstance(value, dict) else "another value"
    text = f"one ({len(value)} fields)" if isinstance(value, dict) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
