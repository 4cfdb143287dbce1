"""What project.yml may say, beyond what can be read of it: judged before anything is staged, as the platform would.

The deployer takes what the platform then refuses, function by function, with half of a deployment made; and it takes
what nobody meant: `web` left out means that anyone may call the function (docs.digitalocean.com/products/functions,
details/limits and reference/project-configuration).
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bluegreen_cli import layout, project
from bluegreen_cli.faults import Faulty
from bluegreen_cli.project import Function, Package, Project

ON_THE_WEB = (("hooks", ""), *sorted(layout.BESIDE_HOOKS))  # a package whole, or one function of it
_RUNTIMES = ("python:3.11", "python:3.12", "python:3.13")  # those of the platform under which Bluegreen runs
_RANGES = {"timeout": (100, 900_000, "ms"), "memory": (128, 1024, "MB"), "logs": (0, 256, "KB")}
_MOST_TRIGGERS = 3  # of a namespace
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def check(read: Project) -> None:
    """`Faulty` with all that is wrong."""
    found = [*_faults(read)]
    if found:
        raise Faulty([f"project.yml {fault}" for fault in found])


def python(root: Path) -> str:
    """The Python that project.yml of that folder names, as in "3.11"."""
    read = project.read(project.without_comments((root / "project.yml").read_text(encoding="utf-8")))
    check(read)
    return python_of(read)


def python_of(read: Project) -> str:
    """Of a project that was checked."""
    runtime = next(function.runtime for package in read.packages for function in package.functions)
    return runtime.partition(":")[2]


def _faults(read: Project) -> Iterator[str]:
    yield from (f"packages.{name}: is written twice" for name in _twice([p.name for p in read.packages]))
    for package in read.packages:
        names = [function.name for function in package.functions]
        yield from (f"packages.{package.name}.functions.{name}: is written twice" for name in _twice(names))
        for function in package.functions:
            place = f"packages.{package.name}.functions.{function.name}"
            yield from (f"{place}{fault}" for fault in _of_function(package, function))
    yield from _together(read)


def _together(read: Project) -> Iterator[str]:
    functions = [function for package in read.packages for function in package.functions]
    if not functions:
        yield "packages: no function is named"
    runtimes = sorted({function.runtime for function in functions})
    if len(runtimes) > 1:
        yield f"packages: functions share their libraries, so they need one runtime (named: {', '.join(runtimes)})"
    triggers = [trigger.name for function in functions for trigger in function.triggers]
    yield from (
        f"triggers.{name}: is written twice; the second takes the place of the first" for name in _twice(triggers)
    )
    if len(triggers) > _MOST_TRIGGERS:
        yield f"triggers: {len(triggers)} are named, and a namespace has at most {_MOST_TRIGGERS}"


def _of_function(package: Package, function: Function) -> Iterator[str]:
    if not _NAME.fullmatch(function.name):
        yield ".name: letters, digits, _ . - are wanted"
    if function.runtime not in _RUNTIMES:
        yield f".runtime: '{function.runtime[:40]}' is none of {', '.join(_RUNTIMES)}"
    if (function.main or "main") != "main":
        yield f".main: '{function.main[:40]}' is not there; every function's is main"
    for name, (low, high, unit) in _RANGES.items():
        value = getattr(function.limits, name)
        if value is not None and not low <= value <= high:
            yield f".limits.{name}: {value} is not from {low} to {high} {unit}"
    if function.limits.timeout is None:
        yield ".limits.timeout: is wanted; left out it is three seconds"
    yield from _web(package, function)


def _web(package: Package, function: Function) -> Iterator[str]:
    may = any(package.name == known and name in ("", function.name) for known, name in ON_THE_WEB)
    if not may and function.web:
        left_out = "" if "web" in function.model_fields_set else " (left out, it means true)"
        yield f".web: anyone could call it{left_out}; write `web: false`"
    if may and function.web is True and not function.web_secure:
        yield ".web: anyone could call it; `web: raw` for a function that checks a signature, or `webSecure`"


def _twice(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
