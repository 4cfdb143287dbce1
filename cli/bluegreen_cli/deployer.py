"""What DigitalOcean's deployer sends, for clouds where the real one cannot go: it knows one address for triggers.

Requests and bodies are those of github.com/digitalocean/functions-deployer 5.0.19 (src/deploy.ts, src/triggers.ts).
"""

import base64
import getpass
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from bluegreen_cli import archive, project
from bluegreen_cli.faults import Faulty
from bluegreen_cli.project import Function, Package, Project, Trigger

_BUILDS = ("build.sh", "build.cmd", "package.json", ".include", ".source")
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)


class Deployed(NamedTuple):
    functions: tuple[str, ...]
    triggers: tuple[str, ...]


def deploy(
    build: Path,
    env: Mapping[str, str],
    api_host: str,
    namespace_key: str,
    digitalocean_api: str,
    token: str,
    namespace: str,
) -> Deployed:
    """Deploys a staged tree; `Faulty` when it, `env` or the platform does not allow it. Without `token` no triggers."""
    read = project.read((build / "project.yml").read_text(encoding="utf-8"), env)
    folders = _folders(build, read)
    host = api_host if "://" in api_host else f"https://{api_host}"
    user, _, secret = namespace_key.partition(":")
    with (
        httpx.Client(base_url=host, auth=(user, secret), timeout=_TIMEOUT, trust_env=False) as functions,
        httpx.Client(
            base_url=digitalocean_api,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
            trust_env=False,
        ) as digitalocean,
    ):
        _check_target(functions, read, namespace)
        for package in read.packages:
            _put_package(functions, read, package)
            for function in package.functions:
                name = package.full_name(function)
                _put_function(functions, name, function, folders[name])
                for trigger in function.triggers if token else ():
                    _put_trigger(digitalocean, namespace, name, trigger)
    triggers = [t.name for p in read.packages for f in p.functions for t in f.triggers if token]
    return Deployed(tuple(folders), tuple(triggers))


def _folders(build: Path, read: Project) -> dict[str, Path]:
    folders = {p.full_name(f): build / "packages" / p.name / f.name for p in read.packages for f in p.functions}
    faults = [
        f"function '{name}' is named in the config but does not exist in the project"
        for name, folder in folders.items()
        if not (folder / "__main__.py").is_file()
    ]
    faults += [
        f"function '{name}' would be built because of {build_file}; stage it instead"
        for name, folder in folders.items()
        for build_file in _BUILDS
        if (folder / build_file).exists()
    ]
    if faults:
        raise Faulty(faults)
    return folders


def _check_target(functions: httpx.Client, read: Project, namespace: str) -> None:
    offered = _taken(functions.get("/api/v1"), "runtimes").json()["runtimes"]
    kinds = {described["kind"] for language in offered.values() for described in language}
    wanted = {function.runtime for package in read.packages for function in package.functions}
    if wanted - kinds:
        raise Faulty([f"'{runtime}' is not a valid runtime value" for runtime in sorted(wanted - kinds)])
    if _taken(functions.get("/api/v1/namespaces"), "namespaces").json() != [namespace]:
        said = f"Supplied credentials do not match target namespace '{namespace}'; deployment aborted"
        raise Faulty([said])


def _put_package(functions: httpx.Client, read: Project, package: Package) -> None:
    if package.name == "default":
        return
    url = f"/api/v1/namespaces/_/packages/{package.name}"
    parameters = _bound({**read.parameters, **package.parameters}, {**read.environment, **package.environment})
    annotations = _former(functions, url) | package.annotations | {"deployer": {"user": getpass.getuser()}}
    body = {"parameters": parameters, "annotations": _pairs(annotations), "publish": package.shared}
    _taken(functions.put(url, params={"overwrite": "true"}, json=body), f"package '{package.name}'")


def _put_function(functions: httpx.Client, name: str, function: Function, folder: Path) -> None:
    url = f"/api/v1/namespaces/_/actions/{name}"
    code = archive.packed(folder)
    deployer = {"user": getpass.getuser(), "digest": hashlib.sha256(code).hexdigest()[:8], "zipped": True}
    annotations = _former(functions, url) | function.annotations | {"deployer": deployer} | _web(function)
    exec_ = {"kind": function.runtime, "code": base64.b64encode(code).decode(), "binary": True}
    body = {
        "annotations": _pairs(annotations),
        "parameters": _bound(function.parameters, function.environment),
        "exec": exec_ | ({"main": function.main} if function.main else {}),
    }
    limits = function.limits.model_dump(exclude_none=True)
    body |= {"limits": limits} if limits else {}
    _taken(functions.put(url, params={"overwrite": "true"}, json=body), f"action '{name}'")


def _web(function: Function) -> dict[str, Any]:
    return {
        "final": True,
        "web-export": bool(function.web),
        "raw-http": function.web == "raw",
        "require-whisk-auth": function.web_secure,
    }


def _former(functions: httpx.Client, url: str) -> dict[str, Any]:
    """Annotations from before stay: a redeployment only overwrites those that it names."""
    found = functions.get(url, params={"code": "false"} if "/actions/" in url else None)
    return {pair["key"]: pair["value"] for pair in found.json().get("annotations", ())} if found.is_success else {}


def _put_trigger(digitalocean: httpx.Client, namespace: str, function: str, trigger: Trigger) -> None:
    """There is no replacing: it is deleted, whatever the answer, and made anew."""
    url = f"/v2/functions/namespaces/{namespace}/triggers"
    digitalocean.delete(f"{url}/{trigger.name}")
    body = {
        "name": trigger.name,
        "function": function,
        "is_enabled": trigger.enabled,
        "type": trigger.type,
        "scheduled_details": trigger.scheduled.model_dump(exclude_none=True),
    }
    _taken(digitalocean.post(url, json=body), f"trigger '{trigger.name}'")


def _bound(parameters: Mapping[str, Any], environment: Mapping[str, str]) -> list[dict[str, Any]]:
    return _pairs(parameters) + [{**pair, "init": True} for pair in _pairs(environment)]


def _pairs(named: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in named.items()]


def _taken(response: httpx.Response, what: str) -> httpx.Response:
    if response.is_success:
        return response
    raise Faulty([f"{what}: the platform answered {response.status_code}: {response.text[:300]}"])
