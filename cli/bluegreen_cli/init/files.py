"""What `init` writes: path → text. bluegreen.yml is the commented example with the service's own values in it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bluegreen_cli.deployment import EXAMPLE
from bluegreen_cli.init import app_specs
from bluegreen_cli.init.answers import UNKNOWN, Answers
from bluegreen_cli.templates import templates

_SPEC_HEAD = "# Fields: docs.digitalocean.com/products/app-platform/reference/app-spec\n"
_HEAD = """\
# The services that Bluegreen looks after. Secrets are not here: they are in .env, which git does not take.
# `bluegreen docs` says what may stand in each section. The docs/ that are named below:
# https://github.com/bluegreen-deploy/bluegreen/tree/main/docs
"""
_IGNORED = ".env\n.build/\n.bluegreen/\n"  # secrets, staged functions, what the demo leaves


def files(answers: Answers, root: Path, existing: Mapping[str, Any] | None, ids: Mapping[str, str]) -> dict[str, str]:
    """`existing` is the spec of an app that is there already; `ids` are apps that are, by environment."""
    found = {
        "bluegreen.yml": _configuration(answers, EXAMPLE.read_text(encoding="utf-8"), ids),
        ".env.example": (root / ".env.example").read_text(encoding="utf-8"),
        ".gitignore": _IGNORED,
        **_specs(answers, existing),
    }
    if not answers.one_app:
        found[".do/router.yaml"] = _router(answers, (root / "router" / "app.yaml").read_text(encoding="utf-8"))
    return found | templates()


def _specs(answers: Answers, existing: Mapping[str, Any] | None) -> dict[str, str]:
    if answers.one_app:
        return {".do/app.yaml": _spec(app_specs.of_both(answers))}
    sides = ("blue", "green")
    if existing is not None:
        return {f".do/app-{side}.yaml": _spec(app_specs.like(dict(existing), answers, side)) for side in sides}
    return {f".do/app-{side}.yaml": _spec(app_specs.fresh(answers, side)) for side in sides}


def _spec(spec: dict[str, Any]) -> str:
    return _SPEC_HEAD + yaml.safe_dump(spec, sort_keys=False, allow_unicode=True, width=110)


def _configuration(answers: Answers, example: str, ids: Mapping[str, str]) -> str:
    """The example's values are replaced one by one; a comment stays beside what it is about."""
    text = _HEAD + example[example.index("# Durations: ") :]
    values = {
        r"(?m)^(  endpoint: ).*$": f"https://{answers.spaces_region}.digitaloceanspaces.com",
        r"(?m)^(  region: ).*$": answers.spaces_region,
        r"(?m)^(  bucket: ).*$": f"{answers.name}-bluegreen-state",
        r"(?m)^(  telemetry_bucket: )\S+": f"{answers.name}-bluegreen-telemetry",
        r"(?m)^(    repository: ).*$": answers.repository,
        r"(?m)^(      blue: )v\S+$": answers.tag,
        r"(?m)^(      green: )v\S+$": answers.tag,
        r"(?m)^(      url: )https://holilabs\.com$": answers.url,
        r"(?m)^(      # registry: )holi$": answers.repository.split("/")[0],
        r"(?m)^(      # repository: )web$": answers.name,
        r"(?m)^(          - name: health\n            get: )\S+$": answers.health,
    }
    for pattern, value in values.items():
        text = re.sub(pattern, lambda found, value=value: found[1] + _scalar(value), text, count=1)  # type: ignore[misc]
    text = text.replace("\n  web:\n", f"\n  {answers.name}:\n", 1)
    text = text.replace("holi-blue, green: holi-green", f"{answers.name}-blue, green: {answers.name}-green")
    text = text.replace("holilabs.com", "example.com")
    for side in ("blue", "green"):
        pattern = rf"(      {side}:\n        app: ).*(\n        url: ).*"
        text = re.sub(pattern, _environment(ids.get(side)), text)
    return _one_app(answers, text) if answers.one_app else _without_example_checks(text)


def _environment(id_: str | None) -> Any:
    address = f"https://{UNKNOWN}.ondigitalocean.app"
    return lambda found: f"{found[1]}{_scalar(id_ or UNKNOWN)}{found[2]}{_scalar(address)}"


def _without_example_checks(text: str) -> str:
    """Those of the example's own application go; the health check stays."""
    start = text.index("          - name: database\n")
    end = text.index("    watch: #")
    return (
        text[:start]
        + "      smoke:\n        requests: [] # what has to work before users come: docs/settings.md\n\n"
        + text[end:]
    )


def _one_app(answers: Answers, text: str) -> str:
    text = _without_example_checks(text)
    source = f"    source:\n      kind: image\n      registry: {UNKNOWN}\n      repository: {answers.name}\n\n"
    text = re.sub(r"(?s)    source:\n.*?\n\n", lambda _: source, text, count=1)
    parts = f"{{ blue: {answers.name}-blue, green: {answers.name}-green }}"
    traffic = f"    traffic:\n      kind: app_ingress\n      url: {_scalar(answers.url)}\n      components: {parts}\n\n"
    text = re.sub(r"(?s)    traffic:\n.*?\n\n", lambda _: traffic, text, count=1)
    for side in ("blue", "green"):
        pattern = rf"(      {side}:\n        app: .*\n        url: ).*"
        text = re.sub(pattern, rf'\g<1>"https://{UNKNOWN}/__{side}"', text)
    return text.replace("      - router # what the router's instances count\n", "")


def _router(answers: Answers, example: str) -> str:
    """The router's spec with the names that `init` gives; what stands in <angle brackets> is not known yet."""
    text = re.sub(r"(?m)^name: .*$", f"name: {answers.name}-router", example, count=1)
    text = re.sub(r"(?m)^region: .*$", f"region: {answers.region}", text, count=1)
    text = text.replace("shop.example.com", answers.domain)
    text = re.sub(r"<web-bluegreen-(state|telemetry)>", rf"{answers.name}-bluegreen-\1", text)
    values = {
        "SERVICE": answers.name,
        "PROBE_PATH": answers.health,
        "STATE_REGION": answers.spaces_region,
        "STATE_ENDPOINT": f'"https://{answers.spaces_region}.digitaloceanspaces.com"',
    }
    for key, value in values.items():
        pattern = rf"(BLUEGREEN_{key}, scope: RUN_TIME, value: )[^}}]+"
        text = re.sub(pattern, lambda found, value=value: found[1] + value, text)  # type: ignore[misc]
    return text


def _scalar(value: str) -> str:
    """As YAML reads it back: quoted where it has to be."""
    return yaml.safe_dump(value, allow_unicode=True, width=1000).removesuffix("\n").removesuffix("\n...")
