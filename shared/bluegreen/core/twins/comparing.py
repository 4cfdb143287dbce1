"""Comparing: blue and green are meant to be equal but for what makes them blue and green. Where do their specs differ?

Two specs are compared, of two apps or of two components of one app. The active environment's is the model; the idle
one's can be made equal to it (`drift`). Encrypted values (`EV[…]`) cannot be compared, and one that is valid in
one app may not be in another: only their presence counts.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image
from bluegreen.core.credentials import hidden
from bluegreen.core.environment import Environment
from bluegreen.core.twins.components import ENCRYPTED, KINDS, Spec
from bluegreen.core.twins.identity import Names, names_of
from bluegreen.core.twins.pairing import ABSENT, paired
from bluegreen.core.twins.shown import ANOTHER, shown

OF_THE_RELEASE = ("digest", "tag", "deploy_on_push")  # fields of an image that every release sets anew
_OWN = ("name", "domains")
# What App Platform takes where a spec says nothing, by DigitalOcean's description of its API. Terraform and the control
# panel write some of it out, and people leave it out.
_DEFAULTS: tuple[tuple[str, Any], ...] = (
    ("*.envs.*.scope", "RUN_AND_BUILD_TIME"),
    ("*.envs.*.type", "GENERAL"),
    ("*.instance_count", 1),
    ("*.instance_size_slug", "apps-s-1vcpu-0.5gb"),
    ("*.http_port", 8080),
    ("*.protocol", "HTTP"),
    ("*.image.tag", "latest"),
    ("*.index_document", "index.html"),
    ("*.error_document", "404.html"),
    ("*.termination.grace_period_seconds", 120),
    ("*.log_destinations.*.open_search.index_name", "logs"),
    ("*.redirect.scheme", "https"),
    ("*.redirect.redirect_code", 302),
    ("*.egress.type", "AUTOASSIGN"),
)
_SHARED = ("repo", "repo_clone_url", "repository", "registry", "cluster_name", "db_name", "db_user")


@dataclass(frozen=True)
class Allowed:
    """What may differ between blue and green."""

    names: Names  # the environments' own
    released: frozenset[str]  # paths that a release sets, or an autoscaler
    ignored: tuple[str, ...]  # patterns of `drift.ignore`

    def may_differ(self, path: str, active: Any, idle: Any) -> bool:
        if path in _OWN or path in self.released or any(_fits(path, pattern) for pattern in self.ignored):
            return True
        if not isinstance(active, str) or not isinstance(idle, str):
            return False
        if active.startswith(ENCRYPTED) and idle.startswith(ENCRYPTED):
            return True
        return self.names.alike(active, idle)

    def is_as_written(self, path: str) -> bool:
        """What both sides share; and a variable that is named for one, `BLUE_URL`, means that one on both sides."""
        if path.rpartition(".")[2] in _SHARED:
            return True
        _, is_variable, rest = f".{path}".partition(".envs.")
        return bool(is_variable) and self.names.misplaced(rest.partition(".")[0]) is not None

    def is_misplaced(self, path: str, value: Any) -> bool:
        """Both have it, though it is one environment's own."""
        return isinstance(value, str) and self.names.misplaced(value) is not None and not self.is_as_written(path)


def allowed_of(service: Service, active: Environment, model: Spec, idle: Spec) -> Allowed:
    """Between the specs of two apps."""
    names = names_of(service, active)
    released = {*paths_of_the_release(service, model), *paths_of_the_release(service, idle)}
    sizes = {
        f"{kind}.{name}.instance_count"
        for kind in KINDS
        for name, *both in paired(model.get(kind) or [], idle.get(kind) or [], names)
        if all(each is not ABSENT and each.get("autoscaling") for each in both)
    }
    return Allowed(names, frozenset(released | sizes), service.drift.ignore)


def paths_of_the_release(service: Service, spec: Spec) -> Iterator[str]:
    """Paths in the image that a release of the service sets."""
    if not isinstance(service.source, Image):
        return
    for kind in KINDS:
        for component in spec.get(kind) or ():
            if (component.get("image") or {}).get("repository") == service.source.repository:
                yield from (f"{kind}.{component.get('name')}.image.{field}" for field in OF_THE_RELEASE)


def differences(active: Environment, model: Spec, idle: Spec, allowed: Allowed) -> list[str]:
    """In words, such as `services.web.instance_count: blue has 3, green has 2`."""
    sides = (active.value, active.other.value)
    return [_told(found, sides, allowed.names) for found in _differ("", (model, idle), (), allowed)]


def fingerprint(told: Iterable[str]) -> str:
    """Of differences. They are the same whichever side is active, and so in whatever order the sides are told."""
    parts = sorted(sorted(re.split(": |, ", line)) for line in told)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


Difference = tuple[str, tuple[Any, Any], tuple[Any, ...]]  # path, both values, the objects that they stand in


def _told(found: Difference, sides: tuple[str, str], names: Names) -> str:
    path, (ours, theirs), around = found
    if ours == theirs:
        side = names.misplaced(ours) or 0
        value = shown(path, ours, around)
        said = f"{sides[side]} has {'a value' if value == ANOTHER else value} that names {sides[1 - side]}"
    else:
        said = f"{sides[0]} has {shown(path, ours, around)}, {sides[1]} has {shown(path, theirs, around)}"
    told = f"{path}: {said}"
    # What stands behind the name of a secret and a colon is hidden wherever it is told.
    return told if hidden(told) == told else f"{path} differs: {said}"


def _differ(path: str, both: tuple[Any, Any], around: tuple[Any, ...], allowed: Allowed) -> Iterator[Difference]:
    ours, theirs = both
    if all(_says_nothing(path, each) for each in both):
        return
    if allowed.may_differ(path, ours, theirs):
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*ours, *theirs)):
            yield from _differ(below(path, key), (ours.get(key, ABSENT), theirs.get(key, ABSENT)), both, allowed)
    elif isinstance(ours, list) and isinstance(theirs, list):
        for name, mine, other in paired(ours, theirs, allowed.names):
            yield from _differ(below(path, name), (mine, other), around, allowed)
    elif ours != theirs or allowed.is_misplaced(path, ours):
        yield path, both, around


def _says_nothing(path: str, value: Any) -> bool:
    """Left out, empty or off, or what would be taken without it; so is an object that holds nothing else."""
    if value is ABSENT or (not value and not isinstance(value, dict)):
        return True
    if isinstance(value, dict):
        return bool(value) and all(_says_nothing(f"{path}.{key}", each) for key, each in value.items())
    return any(value == known and fnmatchcase(f".{path}", pattern) for pattern, known in _DEFAULTS)


def below(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _fits(path: str, pattern: str) -> bool:
    """A pattern without a dot is the name of an environment variable; else it is a path, and all that lies below."""
    if "." not in pattern:
        return f".envs.{pattern}." in f".{path}."
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*")
