"""Is a spec fit to be deployed with a release? It runs the tag in every component, and nobody else deploys the app."""

from typing import Any

from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.twins import origins
from bluegreen.core.twins.comparing import paths_of_the_release

Spec = dict[str, Any]


def why_unfit(service: Service, target: Environment, spec: Spec, other: Spec | None = None) -> str:
    """ "" where it is fit. `other` is the spec of the other environment's app, where it is known."""
    ours = f"services.{service.component(target)}." if service.component(target) else ""
    set_anew = {path for path in paths_of_the_release(service, spec) if path.startswith(ours)}
    own = [path for path in origins.self_deploying(spec) if path not in set_anew]
    pushed = {target.value: own} | ({target.other.value: origins.self_deploying(other)} if other else {})
    if service.app(target) == service.app(target.other):
        pushed = {"the app": own}
    by_itself = [_deploys_by_itself(who, paths) for who, paths in pushed.items() if paths]
    return "; ".join(by_itself) or origins.why_not_built(spec, service, target)


def foreign(service: Service, spec: Spec) -> tuple[str, ...]:
    """What of the spec does not come with the release, in words."""
    return tuple(origins.foreign(spec, service))


def _deploys_by_itself(who: str, paths: list[str]) -> str:
    what = f"{who} has {', '.join(paths)}: App Platform would deploy by itself whatever is pushed"
    return f"{what}; set it to false there"
