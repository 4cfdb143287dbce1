"""The ingress rules of an app's spec that are production: which component they name, and another one in its place."""

import copy
from typing import Any
from urllib.parse import urlsplit

from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.twins.components import component

Spec = dict[str, Any]
Rule = dict[str, Any]
# docs.digitalocean.com/products/app-platform/reference/app-spec, `ingress.rules[].match`
_KNOWN = {"path": {"prefix"}, "authority": {"exact"}}


class Rules:
    """Production: the rules for its prefixes, for every host or for the public one, that name either component.

    A rule under any other condition is somebody else's and is kept, whatever it names.
    """

    def __init__(self, service: Service, settings: AppIngress) -> None:
        self._components = settings.components
        self._prefixes = [_prefix(written) for written in settings.prefixes]
        self._hosts = ("", urlsplit(settings.url).hostname or "")
        self._own = {environment: urlsplit(service.url(environment)) for environment in Environment}

    def live(self, spec: Spec) -> str:
        """The component that production goes to; where the rules disagree, all of them."""
        return " and ".join(sorted({rule["component"]["name"] for rule in self._production(spec)})) or "none"

    def flipped(self, spec: Spec, environment: Environment) -> Spec:
        """The spec with production at another component; everything else as it was read."""
        spec = copy.deepcopy(spec)
        for rule in self._production(spec):
            rule["component"]["name"] = self._components[environment]
        return spec

    def check(self, spec: Spec) -> None:
        """`Refused` where production cannot be led by this spec."""
        faults = self.faults(spec)
        if faults:
            raise Refused("; ".join(faults))

    def faults(self, spec: Spec) -> list[str]:
        faults = [f"the app has no service {name}" for name in self._components.values() if not component(spec, name)]
        if not self._production(spec):
            either = " or ".join(self._components.values())
            faults.append(f"no ingress rule for {', '.join(self._prefixes)} names {either}")
        return faults

    def doubts(self, spec: Spec) -> list[str]:
        """What works, and not as it looks."""
        named = [rule for rule in _rules(spec) if _name(rule) in self._components.values()]
        kept = [rule for rule in named if not self._is_production(rule) and not self._is_check(rule)]
        doubts = [f"{_said(rule)} names {_name(rule)} and is kept when production moves" for rule in kept]
        return doubts + [doubt for environment in Environment for doubt in self._unchecked(spec, environment)]

    def _unchecked(self, spec: Spec, environment: Environment) -> list[str]:
        """Checks of one environment that another component answers."""
        own, wanted = self._own[environment], self._components[environment]
        path, hosts = _prefix(own.path), ("", own.hostname or "")
        found = [rule for rule in _rules(spec) if _plain(rule) and _path(rule) == path and _host(rule) in hosts]
        names = {_name(rule) for rule in found if not self._is_production(rule)}
        if names == {wanted}:
            return []
        leads = f"leads to {' and '.join(sorted(names))}, not {wanted}" if names else f"has no rule that names {wanted}"
        return [f"{own.geturl()}, where {environment.value} is checked, {leads}"]

    def _production(self, spec: Spec) -> list[Rule]:
        return [rule for rule in _rules(spec) if self._is_production(rule)]

    def _is_production(self, rule: Rule) -> bool:
        ours = _name(rule) in self._components.values() and _plain(rule)
        return ours and _path(rule) in self._prefixes and _host(rule) in self._hosts

    def _is_check(self, rule: Rule) -> bool:
        """The address by which an idle component is checked."""
        return _plain(rule) and any(
            _path(rule) == _prefix(own.path) and _host(rule) in ("", own.hostname or "") for own in self._own.values()
        )


def _rules(spec: Spec) -> list[Rule]:
    return list((spec.get("ingress") or {}).get("rules") or ())


def _name(rule: Rule) -> str:
    return str((rule.get("component") or {}).get("name") or "")


def _plain(rule: Rule) -> bool:
    """No condition that is not known."""
    match = rule.get("match") or {}
    return all(set(condition or ()) <= _KNOWN.get(name, set()) for name, condition in match.items())


def _path(rule: Rule) -> str:
    return _prefix(((rule.get("match") or {}).get("path") or {}).get("prefix") or "/")


def _host(rule: Rule) -> str:
    return str(((rule.get("match") or {}).get("authority") or {}).get("exact") or "").lower()


def _prefix(written: str) -> str:
    return written.rstrip("/") or "/"


def _said(rule: Rule) -> str:
    under = "" if _plain(rule) else " under a condition that is not known here"
    host = f" of {_host(rule)}" if _host(rule) else ""
    return f"the rule for {_path(rule)}{host}{under}"


def parts(spec: Spec) -> Spec:
    """What a spec runs, apart from where requests go and how many instances there are."""
    services = [{k: v for k, v in one.items() if k != "instance_count"} for one in spec.get("services") or ()]
    return {**{k: v for k, v in spec.items() if k != "ingress"}, "services": services}
