"""The runtimes that the platform lists, and which of them this machine can run."""

import sys
from typing import Any

from bluegreen_emulator.functions.refusals import ApiError, not_emulated

OWN = f"python:{sys.version_info.major}.{sys.version_info.minor}"
# docs.digitalocean.com/products/functions/reference/runtimes
_PYTHON = ("python:3.9", "python:3.11", "python:3.12", "python:3.13")
_OTHERS = {
    "go": ("go:1.17", "go:1.20", "go:1.24", "go:1.25"),
    "nodejs": ("nodejs:14", "nodejs:18", "nodejs:22", "nodejs:24"),
    "php": ("php:8.0", "php:8.2", "php:8.3", "php:8.4", "php:8.5"),
}


def listing() -> dict[str, list[dict[str, Any]]]:
    """What `python:default` stands for is not documented; here it is the version that can run."""
    kinds = {"python": _PYTHON, **_OTHERS}
    return {family: [_entry(kind, kind == _default(names)) for kind in names] for family, names in kinds.items()}


def resolve(kind: str, any_python: bool) -> str:
    """`kind` without "default"; refuses what the platform does not know, and what cannot run here."""
    known = {entry["kind"] for entries in listing().values() for entry in entries}
    if kind == "python:default":
        return OWN
    if kind not in known:
        names = ", ".join(f"'{name}'" for name in sorted(known))
        text = f"The specified runtime '{kind}' is not supported by this platform. Valid values are: {names}."
        raise ApiError(400, text)
    if kind not in _PYTHON or (kind != OWN and not any_python):
        raise not_emulated(f"runtime {kind}: this emulator runs {OWN}, the Python it was started with")
    return kind


def _entry(kind: str, default: bool) -> dict[str, Any]:
    return {"kind": kind, "default": default, "deprecated": False, "attached": True, "image": kind.replace(":", "-")}


def _default(kinds: tuple[str, ...]) -> str:
    return OWN if OWN in kinds else kinds[-1]
