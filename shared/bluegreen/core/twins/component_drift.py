"""Drift where both environments are components of one app: they are compared, and the rest of the app is looked at too.

What was written to the app but does not run (a deployment of it failed) is reported, as the next release leaves it out.
"""

from dataclasses import dataclass
from typing import Any

from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.twins.comparing import OF_THE_RELEASE, Allowed, differences
from bluegreen.core.twins.components import Spec, component, paths_not_running, spec_to_deploy, with_component
from bluegreen.core.twins.drift import equalised
from bluegreen.core.twins.identity import Names

_ROOT = "component"  # where paths begin: the idle component has another name after each release
_SIZE = f"{_ROOT}.instance_count"
_RELEASED = frozenset({f"{_ROOT}.name", *(f"{_ROOT}.image.{field}" for field in OF_THE_RELEASE)})


@dataclass(frozen=True)
class _OfComponents(Allowed):
    idle_instances: int

    def may_differ(self, path: str, active: Any, idle: Any) -> bool:
        """The idle component may have been made smaller by us."""
        sizes = path == _SIZE and isinstance(active, int) and isinstance(idle, int)
        return (sizes and min(active, idle) <= self.idle_instances) or super().may_differ(path, active, idle)


class ComponentDrift:
    """The component of `active` is the model, as it runs, whatever was written since."""

    def __init__(self, service: Service, traffic: AppIngress, active: Environment, newest: Spec, running: Spec) -> None:
        names = (traffic.components[active], traffic.components[active.other])
        self._active, self._idle_name = active, names[1]
        self._app = spec_to_deploy(newest, running, names[1])
        self._model, self._idle = _alone(running, names[0]), _alone(self._app, names[1])
        ignored = tuple(_of_component(pattern, names) for pattern in service.drift.ignore)
        own = Names((names, (active.value, active.other.value)))
        by_themselves = (
            {_SIZE} if all(each[_ROOT].get("autoscaling") for each in (self._model, self._idle) if each) else set()
        )
        self._allowed = _OfComponents(own, _RELEASED | by_themselves, ignored, traffic.idle_instances)
        self._not_running = tuple(paths_not_running(newest, running, names[1]))

    def warnings(self) -> list[str]:
        """All that a person has to know before a deployment."""
        lost = (f"{path}: what was written last does not run, and is not deployed" for path in self._not_running)
        return [*differences(self._active, self._model, self._idle, self._allowed), *lost]

    def equalised(self) -> Spec:
        """The app's spec with the idle component made equal to the model; `Refused` where that would do harm."""
        if not self._idle:
            raise Refused(f"the app has no service {self._idle_name}")
        spec = equalised(self._active, self._model, self._idle, self._allowed)
        return with_component(self._app, spec[_ROOT])


def _alone(app: Spec, name: str) -> Spec:
    spec = component(app, name)
    return {_ROOT: spec} if spec else {}


def _of_component(pattern: str, names: tuple[str, str]) -> str:
    """`services.api-green.envs.X`, as in the app's spec, for either of the two."""
    kind, _, rest = pattern.partition(".")
    name, dot, below = rest.partition(".")
    return f"{_ROOT}{dot}{below}" if kind == "services" and name in ("*", *names) else pattern
