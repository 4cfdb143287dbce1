"""Changing the specs of a laptop's two apps, as somebody does in DigitalOcean's control panel."""

import copy
from typing import Any

from tests.chain.laptop import Laptop


def spec_of(laptop: Laptop, app: str) -> dict[str, Any]:
    return copy.deepcopy(laptop.digitalocean.app(app).spec)


def put(laptop: Laptop, app: str, spec: dict[str, Any]) -> None:
    """It is live when this returns."""
    with laptop.digitalocean.lock:
        laptop.digitalocean.apps.update(laptop.digitalocean.app(app), copy.deepcopy(spec), False, laptop.clock.now())
    laptop.clock.sleep(60)
    laptop.digitalocean.tick()


def change(laptop: Laptop, app: str, **parts: Any) -> None:
    """`parts`: top-level fields of the spec; a dict goes into the service `web` where it is named so."""
    spec = spec_of(laptop, app)
    spec["services"][0] |= parts.pop("web", {})
    put(laptop, app, spec | parts)


def released(laptop: Laptop, tag: str = "v1.3.0", **given: str) -> str:
    """Releases a tag by hand, to its end; the outcome."""
    if laptop._images:
        laptop.digitalocean.push_image("web", tag, laptop.repository.release(tag))
    elif tag not in laptop.repository.tags:
        laptop.repository.release(tag)
    laptop.invoke("deploy", {"tag": tag, **given})
    laptop.rest()
    return laptop.outcome(tag)
