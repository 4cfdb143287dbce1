"""App specs for the two environments: equal but for their name, their branch and DEPLOYMENT_ENV."""

from copy import deepcopy
from typing import Any

from bluegreen_cli.init.answers import Answers

_SIZE = "apps-s-1vcpu-2gb"
SOURCES = ("github", "gitlab", "git", "bitbucket")
COMPONENTS = ("services", "static_sites", "workers", "jobs", "functions")
# The numbers of one that is neither impatient nor slow to see a crash, in seconds.
_HEALTH = {
    "initial_delay_seconds": 30,
    "period_seconds": 10,
    "timeout_seconds": 5,
    "success_threshold": 1,
    "failure_threshold": 3,
}


def fresh(answers: Answers, environment: str) -> dict[str, Any]:
    """An app of its own for an environment."""
    service = _service(answers, answers.name, environment)
    spec = {"name": f"{answers.name}-{environment}", "region": answers.region, "services": [service]}
    return spec | _around(answers)


def of_both(answers: Answers) -> dict[str, Any]:
    """One app with a component for each environment; production is the ingress rule for `/`."""
    names = {environment: f"{answers.name}-{environment}" for environment in ("blue", "green")}
    services = [_service(answers, name, environment) for environment, name in names.items()]
    paths = {"/": names["blue"], "/__blue": names["blue"], "/__green": names["green"]}
    rules = [{"match": {"path": {"prefix": path}}, "component": {"name": name}} for path, name in paths.items()]
    spec = {"name": answers.name, "region": answers.region, "services": services, "ingress": {"rules": rules}}
    return spec | {"disable_edge_cache": True} | _around(answers)


def like(existing: dict[str, Any], answers: Answers, environment: str) -> dict[str, Any]:
    """The spec of an app that is there, as that of an environment. Its domains stay where they are until the router
    takes them."""
    spec = as_environment(existing, f"{answers.name}-{environment}", environment, answers.repository)
    if environment == "green":
        spec.pop("domains", None)
    return spec


def as_environment(existing: dict[str, Any], name: str, environment: str, repository: str) -> dict[str, Any]:
    """A spec with what makes it an environment: name, branch, no deployments by pushes, DEPLOYMENT_ENV."""
    spec = deepcopy(existing)
    spec["name"] = name
    for component in (each for kind in COMPONENTS for each in spec.get(kind) or ()):
        _follow(component, environment, repository)
    for component in spec.get("services") or ():
        envs = [each for each in component.get("envs") or () if each.get("key") != "DEPLOYMENT_ENV"]
        component["envs"] = [*envs, _marker(environment)]
    return spec


def _follow(component: dict[str, Any], environment: str, repository: str) -> None:
    """Its branch is the environment's, and pushes to it deploy nothing by themselves."""
    for source in (component[kind] for kind in SOURCES if isinstance(component.get(kind), dict)):
        if str(source.get("repo", "")).lower() == repository.lower():
            source["branch"] = f"deploy/{environment}"
        source.pop("deploy_on_push", None)


def _service(answers: Answers, name: str, environment: str) -> dict[str, Any]:
    source = {"repo": answers.repository, "branch": f"deploy/{environment}", "deploy_on_push": False}
    image = {"registry_type": "DOCR", "repository": answers.name, "tag": "latest"}
    commands = {"build_command": answers.build, "run_command": answers.run}
    envs = [_marker(environment)]
    if answers.database:
        envs.append({"key": "DATABASE_URL", "scope": "RUN_TIME", "type": "SECRET", "value": "${db.DATABASE_URL}"})
    return {
        "name": name,
        **({"image": image} if answers.one_app else {"github": source}),
        **({} if answers.one_app else {key: value for key, value in commands.items() if value}),
        "instance_count": 2,
        "instance_size_slug": _SIZE,
        "http_port": answers.port,
        "health_check": {"http_path": answers.health, **_HEALTH},
        "envs": envs,
    }


def _around(answers: Answers) -> dict[str, Any]:
    """Alerts, and the database that both environments share."""
    database = {"name": "db", "engine": "PG", "production": True, "cluster_name": f"{answers.name}-db"}
    shared = {"databases": [database]} if answers.database else {}
    return {"alerts": [{"rule": "DEPLOYMENT_FAILED"}, {"rule": "DOMAIN_FAILED"}], **shared}


def _marker(environment: str) -> dict[str, str]:
    return {"key": "DEPLOYMENT_ENV", "scope": "RUN_TIME", "value": environment}
