"""Packages and functions as the platform keeps them."""

from dataclasses import dataclass, field
from typing import Any

Annotations = dict[str, Any]
Key = tuple[str, str, int]  # one deployment of a function: its name, version, and when


@dataclass(frozen=True)
class Parameter:
    """A bound value. `init` ones become environment variables, the others fields of each event."""

    key: str
    value: Any
    init: bool = False


Parameters = tuple[Parameter, ...]


@dataclass(frozen=True)
class Limits:
    timeout: int = 3000  # milliseconds, initialisation included
    memory: int = 256  # MB, not enforced
    logs: int = 16  # KB


@dataclass(frozen=True)
class Code:
    """Source text, or a zip in base64 when `binary`."""

    kind: str
    text: str
    binary: bool
    main: str


@dataclass(frozen=True)
class Package:
    name: str
    parameters: Parameters = ()
    annotations: Annotations = field(default_factory=dict)
    version: str = "0.0.1"
    publish: bool = False
    updated: int = 0  # epoch ms


@dataclass(frozen=True)
class Action:
    """`package` is "" for the default package."""

    package: str
    name: str
    code: Code
    parameters: Parameters = ()
    annotations: Annotations = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    version: str = "0.0.1"
    publish: bool = False
    updated: int = 0  # epoch ms

    @property
    def full_name(self) -> str:
        return f"{self.package}/{self.name}" if self.package else self.name

    @property
    def key(self) -> Key:
        return self.full_name, self.version, self.updated

    @property
    def final_names(self) -> set[str]:
        """The bound names that a caller may not use; environment variables are among them."""
        if self.annotations.get("final") is not True:
            return set()
        return {parameter.key for parameter in self.parameters if parameter.value is not None}

    @property
    def environment(self) -> dict[str, Any]:
        return {parameter.key: parameter.value for parameter in self.parameters if parameter.init}

    @property
    def bound(self) -> dict[str, Any]:
        return {parameter.key: parameter.value for parameter in self.parameters if not parameter.init}


def merged(outer: Parameters, inner: Parameters) -> Parameters:
    """Both, `inner` winning."""
    return tuple({parameter.key: parameter for parameter in (*outer, *inner)}.values())


def next_version(version: str) -> str:
    major, minor, patch = version.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"
