"""The components of an app that holds both environments: is one fit to take over, may one be smaller?"""

from collections.abc import Iterator

from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.twins.components import (
    Spec,
    at_digest,
    component,
    full_size,
    instances,
    with_component,
)


class IngressComponents:
    def __init__(self, settings: AppIngress) -> None:
        self._settings = settings

    def ready(self, spec: Spec, environment: Environment, digest: str) -> Spec:
        """The spec with the environment's component as production needs it: at its image, at full size.

        The very spec where it is so already. `digest`: of the image, "" where that is not known.
        """
        ours = self._of(spec, environment)
        image = ours.get("image")
        if digest and image and image.get("digest") != digest:
            spec = with_component(spec, {**ours, "image": at_digest(image, digest)})
        return full_size(spec, self._settings, environment)

    def idle_oversized(self, newest: Spec, running: Spec, idle: Environment) -> bool:
        """More instances run than the idle component may keep. False where scaling it down has failed before."""
        ours, written = self._of(running, idle), self._of(newest, idle)
        most = self._settings.idle_instances
        wanted = bool(most) and "autoscaling" not in ours and instances(ours) > most
        return wanted and instances(written) == instances(ours)

    def alike(self, spec: Spec, environment: Environment) -> Spec:
        """Both components run what production goes to: one that no longer starts fails each deployment of the app."""
        ours, other = self._of(spec, environment), self._of(spec, environment.other)
        return with_component(spec, {**other, "image": ours["image"]}) if "image" in ours else spec

    def are_alike(self, spec: Spec) -> bool:
        blue, green = (self._of(spec, environment) for environment in Environment)
        return "image" in blue and blue["image"] == green.get("image")

    def trimmed(self, spec: Spec, idle: Environment) -> Spec:
        return with_component(spec, {**self._of(spec, idle), "instance_count": self._settings.idle_instances})

    def same(self, one: Spec, other: Spec, environment: Environment) -> bool:
        return self._of(one, environment) == self._of(other, environment)

    def smaller(self, one: Spec, other: Spec, environment: Environment) -> bool:
        return instances(self._of(one, environment)) < instances(self._of(other, environment))

    def changes(self, running: Spec, coming: Spec, environment: Environment) -> str:
        """What makes the component ready, in words; "" where nothing does."""
        return ", ".join(_changes(self._of(running, environment), self._of(coming, environment)))

    def doubts(self, spec: Spec) -> list[str]:
        pushed = [name for name in self._settings.components.values() if _deploys_on_push(component(spec, name))]
        return [f"{name} deploys on push: whoever pushes its tag deploys to it, active or not" for name in pushed]

    def _of(self, spec: Spec, environment: Environment) -> Spec:
        return component(spec, self._settings.components[environment])


def _changes(runs: Spec, comes: Spec) -> Iterator[str]:
    if instances(comes) > instances(runs):
        yield f"from {instances(runs)} to {instances(comes)} instances"
    if comes.get("image") != runs.get("image"):
        yield "another image"


def _deploys_on_push(component: Spec) -> bool:
    return bool(((component.get("image") or {}).get("deploy_on_push") or {}).get("enabled"))
