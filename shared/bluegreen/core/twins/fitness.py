"""Is a spec fit to be deployed with a release? It runs the tag in every component, and nobody else deploys the app.

App Platform builds each component from a branch of its own choice, and by itself where `deploy_on_push` is set. A
component of another repository is none of the release's.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image, PointerBranch
from bluegreen.core.environment import Environment
from bluegreen.core.twins.comparing import paths_of_the_release
from bluegreen.core.twins.components import KINDS

Spec = dict[str, Any]
_GIT = ("github", "gitlab", "bitbucket", "git")


def why_unfit(service: Service, target: Environment, spec: Spec, other: Spec | None = None) -> str:
    """Empty where it is fit. `other` is the spec of the other environment's app, where it is known."""
    ours = f"services.{service.component(target)}." if service.component(target) else ""
    set_anew = {path for path in paths_of_the_release(service, spec) if path.startswith(ours)}
    own = [path for path in self_deploying(spec) if path not in set_anew]
    pushed = {target.value: own} | ({target.other.value: self_deploying(other)} if other else {})
    if service.app(target) == service.app(target.other):
        pushed = {"the app": own}
    by_itself = [_deploys_by_itself(who, paths) for who, paths in pushed.items() if paths]
    return "; ".join(by_itself) or why_not_built(spec, service, target)


def foreign(service: Service, spec: Spec) -> tuple[str, ...]:
    """What does not come with the release, in words: it is said, and nothing else."""
    held = {origin.path for origin in released(spec, service)}
    return tuple(f"{each.path} is built from {each.repository}" for each in git_origins(spec) if each.path not in held)


def _deploys_by_itself(who: str, paths: list[str]) -> str:
    what = f"{who} has {', '.join(paths)}: App Platform would deploy by itself whatever is pushed"
    return f"{what}; set it to false there"


class Origin(NamedTuple):
    """A component that is built from Git."""

    path: str  # such as `jobs.migrate`
    name: str
    repository: str  # owner/name
    branch: str


def git_origins(spec: Spec) -> Iterator[Origin]:
    for kind in KINDS:
        for component in spec.get(kind) or ():
            source = next((component[git] for git in _GIT if component.get(git)), None)
            if source:
                name = str(component.get("name", ""))
                yield Origin(f"{kind}.{name}", name, _repository(source), str(source.get("branch", "")))


def released(spec: Spec, service: Service) -> list[Origin]:
    """What is built from the service's repository. Where nothing is, it was renamed: then all is taken to be."""
    found = [origin for origin in git_origins(spec) if origin.name not in service.source.apart]
    return [origin for origin in found if _is_ours(origin, service)] or found


def why_not_built(spec: Spec, service: Service, environment: Environment) -> str:
    """Why a deployment of the spec would run something else than the tag, "" where it would not."""
    if isinstance(service.source, PointerBranch):
        wanted = f"{service.source.prefix}{environment.value}"
        stray = [origin for origin in released(spec, service) if origin.branch != wanted]
        built = "; ".join(f"{each.path} is built from branch {each.branch or '(none)'}" for each in stray)
        what = f"{built}, but a release is put on branch {wanted}: set it in {environment.value}'s spec"
    else:
        built = "; ".join(f"{each.path} is built from Git" for each in _beside_the_image(spec, service))
        what = f"{built}, so it would stay at old code: run it from the image that is released"
    return f"{what}, or name it in `source.apart`, where it is released apart" if built else ""


def why_built_otherwise(spec: Spec, service: Service, built: dict[str, str], commit: str) -> str | None:
    """Why a deployment is not the tag; None when it is. `built`: the commits of its components, by path."""
    held = [(origin.path, built.get(origin.path, "")) for origin in released(spec, service)]
    if not held and not service.source.apart:
        held = list(built.items())
    wrong = [(path, found) for path, found in held if found and found != commit]
    if not wrong and any(found for _, found in held):
        return None
    commits = ", ".join(sorted({found[:12] for _, found in wrong})) or "an unknown commit"
    where = f" ({', '.join(path for path, _ in wrong)})" if wrong else ""
    return f"DigitalOcean built {commits}, but the tag is commit {commit[:12]}{where}"


def self_deploying(spec: Spec) -> list[str]:
    """Paths of what App Platform deploys by itself, whenever something is pushed."""
    found = []
    for kind in KINDS:
        for component in spec.get(kind) or ():
            for source in (*_GIT, "image"):
                on_push = (component.get(source) or {}).get("deploy_on_push")
                if on_push is True or (isinstance(on_push, dict) and on_push.get("enabled")):
                    found.append(f"{kind}.{component.get('name', '')}.{source}.deploy_on_push")
    return found


def _beside_the_image(spec: Spec, service: Service) -> list[Origin]:
    """Of one app that holds both environments, what is beside their components is nobody's."""
    if not isinstance(service.source, Image) or service.component(Environment.BLUE):
        return []
    return [each for each in git_origins(spec) if each.name not in service.source.apart and _is_ours(each, service)]


def _is_ours(origin: Origin, service: Service) -> bool:
    return origin.repository.lower() == service.repository.lower()


def _repository(source: dict[str, Any]) -> str:
    named = source.get("repo") or "/".join(str(source.get("repo_clone_url") or "").replace(":", "/").split("/")[-2:])
    return str(named).removesuffix("/").removesuffix(".git")
