"""doctl, as far as the pages use it: the requests that it makes, by its own source; any other word or flag is refused.

Run as a program: `DOCTL_API` is where DigitalOcean's API is, `DOCTL_TOKEN` what is sent to it.
"""

import os
import sys
from typing import Any

import httpx
import yaml

_SPACES = "/v2/functions/namespaces"


def _api(method: str, path: str, body: Any = None) -> Any:
    sent = {"Authorization": f"Bearer {os.environ['DOCTL_TOKEN']}"}
    with httpx.Client(base_url=os.environ["DOCTL_API"], headers=sent, trust_env=False, timeout=60) as http:
        answer = http.request(method, path, json=body)
        if answer.is_error:
            sys.exit(f"Error: {method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else {}


def _say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")


def _spec(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return {"spec": found}


def _grants(text: str) -> list[dict[str, str]]:
    return [dict(part.split("=", 1) for part in grant.split(";")) for grant in text.split(",")]


def _list_apps(of: list[str], flags: dict[str, str]) -> None:
    for app in _api("GET", "/v2/apps").get("apps", ()):
        shown = {"ID": app["id"], "Spec.Name": app["spec"]["name"], "DefaultIngress": app["default_ingress"]}
        _say(*(shown[column] for column in flags["format"].split(",")))


def _key(of: list[str], flags: dict[str, str]) -> None:
    made = _api("POST", f"{_SPACES}/{flags['namespace']}/keys", {"name": flags["name"]})["access_key"]
    _say(made["secret"] if ":" in made["secret"] else f"{made['id']}:{made['secret']}")


def _connect(of: list[str], flags: dict[str, str]) -> None:
    key, host = flags["access-key"], _api("GET", f"{_SPACES}/{of[0]}")["namespace"]["api_host"]
    with httpx.Client(auth=tuple(key.split(":")), trust_env=False) as http:  # type: ignore[arg-type]
        http.get(f"{host}/api/v1/namespaces/_/actions").raise_for_status()


def _create_namespace(of: list[str], flags: dict[str, str]) -> None:
    _say(_api("POST", _SPACES, {"label": flags["label"], "region": flags["region"]})["namespace"]["namespace"])


def _create_key(of: list[str], flags: dict[str, str]) -> None:
    made = _api("POST", "/v2/spaces/keys", {"name": of[0], "grants": _grants(flags["grants"])})["key"]
    _say(made["access_key"], made["secret_key"])


# Words → how many more follow, which flags are known, and what is done.
COMMANDS: dict[str, tuple[int, set[str], Any]] = {
    "auth init": (0, set(), lambda of, flags: None),
    "serverless install": (0, set(), lambda of, flags: None),
    "apps list": (0, {"format"}, _list_apps),
    "apps create": (0, {"spec"}, lambda of, flags: _api("POST", "/v2/apps", _spec(flags["spec"]))),
    "apps update": (1, {"spec"}, lambda of, flags: _api("PUT", f"/v2/apps/{of[0]}", _spec(flags["spec"]))),
    "spaces keys create": (1, {"grants"}, _create_key),
    "serverless namespaces create": (0, {"label", "region"}, _create_namespace),
    "serverless key create": (0, {"name", "expiration", "namespace"}, _key),
    "serverless connect": (1, {"access-key"}, _connect),
}


def main(words: list[str]) -> None:
    name = next((name for name in COMMANDS if words[: len(name.split())] == name.split()), "")
    if not name:
        sys.exit(f"Error: unknown command {' '.join(words[:3])}")
    number, known, act = COMMANDS[name]
    rest, of, flags = words[len(name.split()) :], list[str](), dict[str, str]()
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            flags[word[2:]] = rest.pop(0)
        else:
            of.append(word)
    if len(of) != number or set(flags) - known:
        sys.exit(f"Error: {name}: unknown: {of} {flags}")
    act(of, flags)


if __name__ == "__main__":
    main(sys.argv[1:])
