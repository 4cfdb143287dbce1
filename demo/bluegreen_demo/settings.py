"""What demo.yml says, and bluegreen.yml as the local cloud runs it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import Field

from bluegreen.core.config.units import Duration, seconds
from bluegreen.core.model import Frozen
from bluegreen.settings import parse
from bluegreen_cli import deployment
from bluegreen_emulator.digitalocean.settings import Settings as AppPlatform

Tree = dict[str, Any]


class Latency(Frozen):
    """Seconds that a request waits before it is served."""

    digitalocean: Duration = 0.1
    spaces: Duration = 0.03
    github: Duration = 0.05
    slack: Duration = 0.05


class Deployment(Frozen):
    """Seconds of App Platform's phases."""

    pending_build: Duration
    building: Duration
    pending_deploy: Duration
    deploying: Duration


class Cloud(Frozen):
    latency: Latency = Latency()
    deployment: Deployment


class Clients(Frozen):
    requests_per_second: float = Field(default=50, gt=0)
    clients: int = Field(default=8, ge=1)
    paths: tuple[str, ...] = ("/",)


class Stories(Frozen):
    serve_before_rollback: Duration = 3.0
    shared_outage: Duration = 12.0
    patience: Duration = 300.0


class DemoSettings(Frozen):
    bluegreen: Tree
    cloud: Cloud
    traffic: Clients
    stories: Stories


class Shortened(NamedTuple):
    """A time of ours beside the one it replaces, in seconds."""

    name: str
    ours: float
    real: float


def load(**changes: Tree) -> DemoSettings:
    """demo.yml, with other values laid over it."""
    written = yaml.safe_load(Path(__file__).with_name("demo.yml").read_text(encoding="utf-8"))
    return DemoSettings.model_validate(laid_over(written, changes))


def example() -> Tree:
    """The commented example: whatever the bluegreen.yml of a clone has become."""
    found: Tree = yaml.safe_load(deployment.EXAMPLE.read_text(encoding="utf-8"))
    return found


def laid_over(below: Tree, above: Tree) -> Tree:
    """`below` with the leaves of `above` in place of its own."""
    both = {**below, **above}
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            both[key] = laid_over(below[key], value)
    return both


def shortened(settings: DemoSettings) -> list[Shortened]:
    """Every time that demo.yml replaces, with the value that bluegreen.yml or its default has."""
    file, faults = parse(example())
    if file is None:
        raise ValueError("; ".join(faults))
    real = file.model_dump()["services"]["web"]
    found = [
        Shortened(" ".join(path), seconds(value), _at(real, path))
        for path, value in _leaves(settings.bluegreen["services"]["web"])
    ]
    standard = AppPlatform()
    phases = settings.cloud.deployment.model_dump()
    build = sum(getattr(standard, name) for name in phases)
    return [*found, Shortened("deployment", sum(phases.values()), build)]


def _leaves(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _at(tree: Any, path: tuple[str, ...]) -> float:
    for key in path:
        tree = tree[key]
    return float(tree)
