"""Drift: blue and green are meant to be equal but for what makes them blue and green. Where do their specs differ?

Values count as equal where they differ by the environments' own names only (`deploy/blue`, `deploy/green`). Encrypted
values (`EV[…]`) cannot be compared, and one that is valid in one app may not be in another: only their presence counts.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.twins.comparison import Difference, Spec, differences, is_encrypted, merged

OF_THE_RELEASE = ("digest", "tag", "deploy_on_push")  # fields of an image that every release sets anew
_KINDS = ("services", "static_sites", "workers", "jobs", "functions")
_OWN = ("name", "domains")


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
        if is_encrypted(active) and is_encrypted(idle):
            return True
        return self._nameless(active, 0) == self._nameless(idle, 1)

    def _nameless(self, value: str, side: int) -> str:
        for names in self.names:
            value = value.replace(names[side], "\0")
        return value


class Drift:
    """Between the specs of two apps, of which the active one is the model."""

    def __init__(self, service: Service, active: Environment, model: Spec, idle: Spec) -> None:
        self._active, self._model, self._idle = active, model, idle
        released = frozenset((*_of_the_release(service, model), *_of_the_release(service, idle)))
        self._allowed = Allowed((names_of(active),), released, service.drift.ignore)

    def differences(self) -> list[Difference]:
        return differences(self._model, self._idle, self._allowed.may_differ)

    def warnings(self) -> list[str]:
        """All that a person has to know before a deployment."""
        return [difference.in_words(self._active) for difference in self.differences()]

    def equalised(self) -> Spec:
        """The idle app's spec made equal to the model; `Refused` where secrets would be missing."""
        spec, missing = merged(self._model, self._idle, self._allowed.may_differ)
        refuse_missing(self._active.other, missing)
        return spec


def names_of(active: Environment) -> tuple[str, str]:
    return active.value, active.other.value


def refuse_missing(idle: Environment, missing: list[str]) -> None:
    if missing:
        where = f"{idle.value} has not got {', '.join(missing)}"
        raise Refused(f"{where}: secrets are set by a person, as encrypted values may be good in one place only")


def _of_the_release(service: Service, spec: Spec) -> Iterator[str]:
    if not isinstance(service.source, Image):
        return
    for kind in _KINDS:
        for component in spec.get(kind) or ():
            if (component.get("image") or {}).get("repository") == service.source.repository:
                yield from (f"{kind}.{component.get('name')}.image.{field}" for field in OF_THE_RELEASE)


def _fits(path: str, pattern: str) -> bool:
    """A pattern without a dot is the name of an environment variable; else it is a path, and all that lies below."""
    if "." not in pattern:
        return f".envs.{pattern}." in f".{path}."
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*")
