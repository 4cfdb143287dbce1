"""The ingress rules of an app's spec that are production: which component they name, and another one in its place."""

import copy
from typing import Any
from urllib.parse import urlsplit

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.traffic import AppIngress

Spec = dict[str, Any]


class Rules:
    """Production: the rules for its prefixes, for every host or for the public one, that name either component."""

    def __init__(self, settings: AppIngress) -> None:
        self._components = settings.components
        self._prefixes = settings.prefixes
        self._hosts = ("", urlsplit(settings.url).hostname or "")
        self._idle_instances = settings.idle_instances

    def live(self, spec: Spec) -> str:
        """The component that production goes to; where the rules disagree, all of them."""
        return " and ".join(sorted({rule["component"]["name"] for rule in self._production(spec)})) or "none"

    def flipped(self, spec: Spec, environment: Environment) -> Spec:
        """The spec with production at another component; everything else as it was read."""
        spec, name = copy.deepcopy(spec), self._components[environment]
        doubts = self.doubts(spec)
        if doubts:
            raise Refused("; ".join(doubts))
        for rule in self._production(spec):
            rule["component"]["name"] = name
        if self._idle_instances:
            self._scale(spec, environment)
        return spec

    def doubts(self, spec: Spec) -> list[str]:
        there = {part.get("name") for part in spec.get("services") or ()}
        missing = [name for name in self._components.values() if name not in there]
        doubts = [f"the app has no service {name}" for name in missing]
        if not self._production(spec):
            doubts.append(f"no ingress rule for {', '.join(self._prefixes)} names {self._either}")
        return doubts

    @property
    def _either(self) -> str:
        return " or ".join(self._components.values())

    def _production(self, spec: Spec) -> list[dict[str, Any]]:
        rules = (spec.get("ingress") or {}).get("rules") or ()
        return [rule for rule in rules if self._is_production(rule)]

    def _is_production(self, rule: dict[str, Any]) -> bool:
        match = rule.get("match") or {}
        prefix = (match.get("path") or {}).get("prefix") or "/"
        host = (match.get("authority") or {}).get("exact") or ""
        named = (rule.get("component") or {}).get("name")
        return named in self._components.values() and prefix in self._prefixes and host in self._hosts

    def _scale(self, spec: Spec, live: Environment) -> None:
        """The live one as large as the larger of the two was. Components that scale by themselves are left alone."""
        named = {part["name"]: part for part in spec["services"]}
        up, down = (named[self._components[one]] for one in (live, live.other))
        if "autoscaling" in up or "autoscaling" in down:
            return
        most = max(int(part.get("instance_count") or 1) for part in (up, down))
        up["instance_count"], down["instance_count"] = most, min(self._idle_instances, most)


def parts(spec: Spec) -> Spec:
    """What a spec runs, apart from where requests go and how many instances there are."""
    services = [{k: v for k, v in part.items() if k != "instance_count"} for part in spec.get("services") or ()]
    return {**{k: v for k, v in spec.items() if k != "ingress"}, "services": services}
