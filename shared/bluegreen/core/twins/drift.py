"""Drift between the specs of two apps; and the idle environment's spec made equal to the active one's.

It gets nothing that is the active one's own. Refused where a secret would have to be copied, and where something would
go that cannot be had back.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.twins.comparing import Allowed, allowed_of, below, differences
from bluegreen.core.twins.components import ENCRYPTED, Spec
from bluegreen.core.twins.identity import Names
from bluegreen.core.twins.pairing import ABSENT, paired

_DEDICATED = "DEDICATED_IP"
_NOBODY = Names(())
_OF_A_DATABASE = ("name", "engine", "production", "cluster_name")


class Drift:
    """Between the specs of two apps."""

    def __init__(self, service: Service, active: Environment, model: Spec, idle: Spec) -> None:
        self._active, self._model, self._idle = active, model, idle
        self._allowed = allowed_of(service, active, model, idle)

    def warnings(self) -> list[str]:
        """All that a person has to know before a deployment."""
        return differences(self._active, self._model, self._idle, self._allowed)

    def equalised(self) -> Spec:
        """The idle app's spec made equal to the model; `Refused` where that would do harm."""
        return equalised(self._active, self._model, self._idle, self._allowed)


def equalised(active: Environment, model: Spec, idle: Spec, allowed: Allowed) -> Spec:
    """The model, with the idle one's values wherever the two may differ."""
    merge = _Merge(allowed)
    spec: Spec = merge.of("", model, idle)
    why = merge.why_not(active)
    if why:
        raise Refused(why)
    return spec


@dataclass
class _Merge:
    allowed: Allowed
    missing: list[str] = field(default_factory=list)  # paths of encrypted values that would have to be copied
    unclear: list[str] = field(default_factory=list)  # paths of hosts that may be the active one's own
    lost: list[str] = field(default_factory=list)  # what the idle one has, and nobody can give it again
    clear: list[str] = field(default_factory=list)  # paths of what is encrypted in the active one only

    def why_not(self, active: Environment) -> str:
        """Names come last: what stands behind the name of a secret and a colon is hidden wherever it is told."""
        idle = active.other.value
        if self.missing or self.clear:
            says = "a secret is set by a person, as an encrypted value may be good in one place only"
            absent = f", and {idle} has not got {', '.join(self.missing)}" if self.missing else ""
            plain = f", and {idle} has in the clear what {active.value} has encrypted, {', '.join(self.clear)}"
            return f"{says}{absent}{plain if self.clear else ''}"
        if self.unclear:
            says = f"a host with {active.value} in its name may be {active.value}'s own; set {idle}'s by hand"
            return f"{says}, or name it in `drift.ignore`: {', '.join(self.unclear)}"
        if self.lost:
            kept = "what cannot be had back is kept (`drift.ignore`) or taken away by a person"
            return f"{kept}: {idle} would lose {', '.join(self.lost)}"
        return ""

    def of(self, path: str, ours: Any, theirs: Any) -> Any:
        if self.allowed.may_differ(path, ours, theirs):
            return theirs if theirs is ABSENT else copy.deepcopy(theirs)
        if ours is ABSENT:
            return self._left_over(path, theirs)
        if isinstance(ours, dict):
            return self._object(path, ours, theirs)
        if isinstance(ours, list):
            return self._list(path, ours, theirs)
        if theirs is not ABSENT and theirs != ours:
            self.lost += _precious(path, theirs)
        if not isinstance(ours, str):
            return ours
        if ours.startswith(ENCRYPTED):
            (self.missing if theirs is ABSENT else self.clear).append(path.removesuffix(".value"))
        if self.allowed.is_as_written(path):
            return ours
        if theirs != ours and self.allowed.names.is_unclear(ours):
            self.unclear.append(path.removesuffix(".value"))
        return self.allowed.names.translated(ours)

    def _left_over(self, path: str, theirs: Any) -> Any:
        """What only the idle one has goes, but for what may differ in it."""
        if isinstance(theirs, dict):
            return self._object(path, {}, theirs) or ABSENT
        if isinstance(theirs, list):
            return self._list(path, [], theirs) or ABSENT
        self.lost += _precious(path, theirs)
        return ABSENT

    def _object(self, path: str, ours: dict[str, Any], theirs: Any) -> dict[str, Any]:
        other = self._same_kind(path, theirs, dict) or {}
        found = {
            key: self.of(below(path, key), ours.get(key, ABSENT), other.get(key, ABSENT))
            for key in dict.fromkeys((*ours, *other))
        }
        merged = {key: value for key, value in found.items() if value is not ABSENT}
        if _is_dev_database(path, other) and any(other.get(key) != merged.get(key) for key in _OF_A_DATABASE):
            self.lost.append(f"the contents of {path}")
        return merged

    def _list(self, path: str, ours: list[Any], theirs: Any) -> list[Any]:
        other = self._same_kind(path, theirs, list) or []
        found = [self._entry(below(path, each.name), *each[1:]) for each in paired(ours, other, self.allowed.names)]
        return [value for value in found if value is not ABSENT]

    def _entry(self, path: str, ours: Any, theirs: Any) -> Any:
        """Half a component is none: one that goes goes as a whole."""
        if ours is not ABSENT or self.allowed.may_differ(path, ours, theirs):
            return self.of(path, ours, theirs)
        self.lost += (found if path in found else f"{found} with {path}" for found in _precious(path, theirs))
        return ABSENT

    def _same_kind(self, path: str, theirs: Any, kind: type) -> Any:
        if theirs is not ABSENT and not isinstance(theirs, kind):
            self.lost += _precious(path, theirs)
            return None
        return theirs if theirs is not ABSENT else None


def _precious(path: str, value: Any) -> Iterator[str]:
    """What of a value cannot be had back, where the value goes."""
    if isinstance(value, str) and value.startswith(ENCRYPTED):
        yield f"the secret {path.removesuffix('.value')}"
    elif value == _DEDICATED:
        yield f"its dedicated addresses ({path})"
    elif isinstance(value, dict):
        if _is_dev_database(path, value):
            yield f"the contents of {path}"
        for key, inside in value.items():
            yield from _precious(below(path, key), inside)
    elif isinstance(value, list):
        for each in paired(value, [], _NOBODY):
            yield from _precious(below(path, each.name), each.active)


def _is_dev_database(path: str, value: dict[str, Any]) -> bool:
    """One that lives and dies with the app: a cluster is only attached to it."""
    parts = path.split(".")
    return len(parts) == 2 and parts[0] == "databases" and bool(value) and not value.get("cluster_name")
