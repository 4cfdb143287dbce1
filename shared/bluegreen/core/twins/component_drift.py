"""Drift between two components of one app; what was written to that app and does not run belongs to it."""

from typing import Any

from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.twins.components import (
    Spec,
    left_out,
    part,
    to_deploy,
    with_part,
)
from bluegreen.core.twins.drift import OF_THE_RELEASE, Drift

_PART = "component"  # where paths begin: the idle one's name is another after each release


class ComponentDrift(Drift):
    """`active` is the environment whose component is the model, as it runs, whatever was written since."""

    def __init__(self, service: Service, traffic: AppIngress, active: Environment, newest: Spec, running: Spec) -> None:
        names = (traffic.components[active], traffic.components[active.other])
        self._whole = to_deploy(newest, running, names[1])
        super().__init__(service, active, _alone(running, names[0]), _alone(self._whole, names[1]))
        self._names.insert(0, names)
        self._released = {f"{_PART}.name", *(f"{_PART}.image.{field}" for field in OF_THE_RELEASE)}
        self._ignored = tuple(_of_component(pattern, names) for pattern in self._ignored)
        self._small = traffic.idle_instances
        self._left_out = tuple(left_out(newest, running, names[1]))

    def said(self, active: Environment) -> list[str]:
        lost = (f"{path}: what was written last does not run, and is not deployed" for path in self._left_out)
        return [*super().said(active), *lost]

    def copied(self) -> Spec:
        """The whole app's spec; nothing but the idle component is another."""
        if not self._idle:
            raise Refused(f"the app has no service {self._names[0][1]}")
        return with_part(self._whole, super().copied()[_PART])

    def _own(self, path: str, one: Any, other: Any) -> bool:
        if path == f"{_PART}.instance_count" and isinstance(one, int) and isinstance(other, int):
            return min(one, other) <= self._small
        return super()._own(path, one, other)


def _alone(spec: Spec, name: str) -> Spec:
    found = part(spec, name)
    return {_PART: found} if found else {}


def _of_component(pattern: str, names: tuple[str, str]) -> str:
    """`services.api-green.envs.X`, as in the app's spec, for either of the two."""
    kind, _, rest = pattern.partition(".")
    name, dot, below = rest.partition(".")
    return f"{_PART}{dot}{below}" if kind == "services" and name in ("*", *names) else pattern
