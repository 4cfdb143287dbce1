"""Layouts: which functions go to which namespace, and what each gets there: project.yml, parted.

Whoever has a functions key can read the environment of every function in its namespace. In the layout *hardened* what
faces the internet is in a namespace of its own and holds no such key: it writes the journal, and the watch, in the
other namespace, goes on within a minute.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import yaml

from bluegreen.settings import PREFIX
from bluegreen_cli import project
from bluegreen_cli.faults import Faulty

Layout = Literal["default", "hardened"]
LAYOUTS: tuple[Layout, ...] = ("default", "hardened")
HOOKS = "hooks"  # the package that faces the internet …
BESIDE_HOOKS = {("ops", "dashboard"), ("ops", "metrics")}  # … and what does of other packages
_SEND_CHECKS = (
    ("default", "switch"),
    ("default", "rollback"),
    ("checks", "health"),
    ("checks", "smoke"),
    ("ops", "watch"),
)
NOT_ON_THE_WEB = tuple(f"{PREFIX}{name}" for name in ("FUNCTIONS_KEY", "DIGITALOCEAN_TOKEN", "GITHUB_TOKEN"))


class Part(NamedTuple):
    """What is deployed to one namespace. `folder` below what is staged, "" for all of it; `text` is its project.yml."""

    folder: str
    text: str


def parts(text: str, layout: str) -> tuple[Part, ...]:
    """`text` is project.yml, without comments. `Faulty` where the layout is not known, or is not what it promises."""
    match layout:
        case "default":
            return (Part("", text),)
        case "hardened":
            found = Part("private", _of(text, hooks=False)), Part(HOOKS, _of(text, hooks=True))
            _check(found)
            return found
        case _:
            raise Faulty([f"layout {layout[:40]!r} is not known (known: {', '.join(LAYOUTS)})"])


def _of(text: str, hooks: bool) -> str:
    written = yaml.safe_load(text)
    kept = ({**package, "functions": _on_side(package, hooks)} for package in written["packages"])
    packages = [package for package in kept if package["functions"]]
    for function in (function for package in packages for function in package["functions"] if hooks):
        function.get("environment", {}).pop(NOT_ON_THE_WEB[0], None)
    return _dumped({**written, "packages": packages})


def _on_side(package: Any, hooks: bool) -> list[Any]:
    """Those functions of a package that face the internet, or those that do not."""
    name = package["name"]
    return [f for f in package["functions"] if (name == HOOKS or (name, f["name"]) in BESIDE_HOOKS) is hooks]


def with_check_secrets(text: str, names: Iterable[str]) -> str:
    """project.yml with what bluegreen.yml names as `${BLUEGREEN_CHECK_…}`, for the functions that send checks."""
    given = {name: f"${{{name}}}" for name in sorted(set(names))}
    if not given:
        return text
    written = yaml.safe_load(text)
    for package in written["packages"]:
        for function in package["functions"]:
            if (package["name"], function["name"]) in _SEND_CHECKS:
                function["environment"] = {**function.get("environment", {}), **given}
    return _dumped(written)


def _dumped(written: Any) -> str:
    return yaml.dump(written, Dumper=_Quoted, sort_keys=False, width=200)


def _check(found: tuple[Part, ...]) -> None:
    """Whoever has changed project.yml learns of it here."""
    private, hooks = (project.read(part.text) for part in found)
    faults = [
        f"layout hardened: {package.full_name(function)} is on the web, so it belongs to package {HOOKS}"
        for package in private.packages
        for function in package.functions
        if function.web
    ]
    faults += [
        f"layout hardened: {package.full_name(function)} is on the web and gets {name}"
        for package in hooks.packages
        for function in package.functions
        for name in NOT_ON_THE_WEB
        if name in {**hooks.environment, **package.environment, **function.environment}
    ]
    if faults:
        raise Faulty(faults)


class _Quoted(yaml.SafeDumper):
    """A value that the deployer fills in may hold anything: it stays in quotes, as it is in project.yml."""


def _quoted(dumper: yaml.SafeDumper, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Quoted.add_representer(str, _quoted)
