"""App specs as App Platform keeps them: checked, secrets sealed, defaults filled in, routes as ingress rules."""

import copy
import re
from collections.abc import Iterator
from typing import Any

from bluegreen_emulator.digitalocean.errors import bad_request
from bluegreen_emulator.digitalocean.secrets import Vault

Spec = dict[str, Any]
Component = dict[str, Any]
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")
_KINDS = ("services", "static_sites", "workers", "jobs", "functions")
_SOURCES = ("git", "github", "gitlab", "bitbucket", "image")
_REGIONS = ("atl", "nyc", "sfo", "tor", "ams", "fra", "lon", "blr", "sgp", "syd")
DEFAULT_SIZE = "apps-s-1vcpu-0.5gb"


def normalised(given: Spec, vault: Vault) -> Spec:
    """The spec as a GET shows it. Raises a 400 in App Platform's words where it refuses the spec."""
    spec = copy.deepcopy(given)
    _check(spec)
    for where, env in _envs(spec):
        if env.get("type") == "SECRET" and env.get("value"):
            env["value"] = vault.seal(env["value"], where)
    for component in components(spec):
        credentials = component.get("image", {}).get("registry_credentials")
        if credentials:
            component["image"]["registry_credentials"] = vault.seal(credentials, f"{component['name']}.image")
    for service in spec.get("services", []):
        service.setdefault("instance_size_slug", DEFAULT_SIZE)
        service.setdefault("http_port", 8080)
        if "autoscaling" not in service:
            service.setdefault("instance_count", 1)
    spec.setdefault("region", "nyc")
    _routes_to_ingress(spec)
    return spec


def components(spec: Spec) -> Iterator[Component]:
    """Every component, services first."""
    for kind in _KINDS:
        yield from spec.get(kind, [])


def front(spec: Spec) -> str:
    """The component that the ingress sends `/` to; empty when there is none."""
    for rule in spec.get("ingress", {}).get("rules", []):
        if rule.get("match", {}).get("path", {}).get("prefix", "/") == "/" and "component" in rule:
            return str(rule["component"]["name"])
    return ""


def routed(spec: Spec, host: str, path: str) -> tuple[str, str]:
    """The component that a request goes to, and the path that it sees there; "" when no rule takes it.

    The longest prefix wins, and among equals a rule for the host; the matched prefix is trimmed where nothing else is
    said (docs.digitalocean.com/products/app-platform/reference/app-spec, `ingress`).
    """
    fitting = [rule for rule in spec.get("ingress", {}).get("rules", []) if _fits(rule, host, path)]
    if not fitting:
        return "", path
    rule = max(fitting, key=lambda rule: (len(_prefix(rule)), "authority" in rule.get("match", {})))
    component, rest = rule["component"], path[len(_prefix(rule).rstrip("/")) :]
    if component.get("preserve_path_prefix") in (True, "true"):
        return component["name"], path
    return component["name"], component.get("rewrite", "").rstrip("/") + rest or "/"


def _prefix(rule: dict[str, Any]) -> str:
    return str(rule.get("match", {}).get("path", {}).get("prefix") or "/")


def _fits(rule: dict[str, Any], host: str, path: str) -> bool:
    prefix = _prefix(rule).rstrip("/")
    wanted = rule.get("match", {}).get("authority", {}).get("exact", host)
    return "component" in rule and wanted == host and (path == prefix or path.startswith(prefix + "/"))


def environment(spec: Spec, component: Component, vault: Vault, known: dict[str, str]) -> dict[str, str]:
    """What a running component finds in its environment; `known` fills `${APP_URL}` and its like."""
    listed = [*spec.get("envs", []), *component.get("envs", [])]
    run_time = [env for env in listed if env.get("scope", "RUN_AND_BUILD_TIME") != "BUILD_TIME"]
    return {env["key"]: _bound(vault.open(env.get("value", "")), known) for env in run_time}


def _bound(value: str, known: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: known.get(found[1], found[0]), value)


def _check(spec: Spec) -> None:
    if not _NAME.fullmatch(spec.get("name", "")):
        raise _invalid("name", "must match ^[a-z][a-z0-9-]{0,30}[a-z0-9]$")
    if spec.get("region", "nyc").rstrip("123456789") not in _REGIONS:
        raise _invalid("region", f"must be one of {', '.join(_REGIONS)}")
    names = [component.get("name", "") for component in components(spec)]
    if not names:
        raise _invalid("services", "an app needs at least one component")
    if len(set(names)) < len(names):
        raise _invalid("services", "component names must be unique")
    for component in components(spec):
        _check_component(component)
    known = {*names}
    for rule in spec.get("ingress", {}).get("rules", []):
        target = rule.get("component", {}).get("name")
        if target is not None and target not in known:
            raise _invalid("ingress.rules", f'component "{target}" does not exist')
        if ("component" in rule) == ("redirect" in rule):
            raise _invalid("ingress.rules", "a rule needs exactly one of component and redirect")
    if sum(domain.get("type") == "PRIMARY" for domain in spec.get("domains", [])) > 1:
        raise _invalid("domains", "only one domain may be PRIMARY")


def _check_component(component: Component) -> None:
    name = component["name"]
    if len([source for source in _SOURCES if source in component]) != 1:
        raise _invalid(name, f"needs exactly one source of {', '.join(_SOURCES)}")
    image = component.get("image", {})
    if image.get("tag") and image.get("digest"):
        raise _invalid(f"{name}.image", "tag and digest exclude each other")
    if image.get("deploy_on_push", {}).get("enabled") and (image.get("digest") or image.get("registry_type") != "DOCR"):
        raise _invalid(f"{name}.image", "deploy_on_push needs a DOCR image with a tag")
    if "autoscaling" in component and "instance_count" in component:
        raise _invalid(name, "instance_count and autoscaling exclude each other")


def _routes_to_ingress(spec: Spec) -> None:
    """Component-level routes are deprecated and come back as ingress rules (Terraform provider, PR 1053)."""
    rules: list[dict[str, Any]] = []
    for component in components(spec):
        for route in component.pop("routes", []):
            target = {"name": component["name"]}
            if route.get("preserve_path_prefix"):
                target["preserve_path_prefix"] = True
            rules.append({"match": {"path": {"prefix": route.get("path", "/")}}, "component": target})
    present = spec.get("ingress", {}).get("rules", [])
    if not rules and not present and spec.get("services"):
        rules = [{"match": {"path": {"prefix": "/"}}, "component": {"name": spec["services"][0]["name"]}}]
    if rules:
        spec.setdefault("ingress", {})["rules"] = present + rules


def _envs(spec: Spec) -> Iterator[tuple[str, dict[str, Any]]]:
    for env in spec.get("envs", []):
        yield f"envs.{env.get('key')}", env
    for component in components(spec):
        for env in component.get("envs", []):
            yield f"{component['name']}.envs.{env.get('key')}", env


def _invalid(field: str, why: str) -> Exception:
    return bad_request(f'error validating app spec field "{field}": {why}')
