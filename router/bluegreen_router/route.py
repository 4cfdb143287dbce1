"""From the journal's newest version to the files that Caddy reads on every request."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bluegreen.core.environment import Environment
from bluegreen.core.model import Frozen
from bluegreen.core.phases import RESTING, Phase
from bluegreen_router.settings import Origin

ACTIVE, IDLE, STREAMS, HEALTH = "route.active", "route.idle", "streams.active", "health.json"
ALIVE = "agent.alive"  # when the agent last turned, in seconds since 1970
_MOVING = frozenset({Phase.SWITCHING, Phase.WATCHING, Phase.ROLLING_BACK})


class Route(Frozen):
    """What the router serves. `seq` 0: no version was read, it is the fallback of the settings."""

    service: str
    seq: int
    epoch: int
    active: Environment
    tags: dict[Environment, str]
    phase: Phase | None = None  # of the release in flight

    @property
    def in_flight(self) -> bool:
        """A switch may come at any moment."""
        return self.phase is not None and self.phase not in RESTING

    @property
    def moving(self) -> bool:
        """Somebody waits for what this router sees."""
        return self.phase in _MOVING


def fallback(service: str, environment: Environment) -> Route:
    return Route(service=service, seq=0, epoch=0, active=environment, tags={})


def release_file(environment: Environment) -> str:
    return f"release.{environment.value}"


def files(route: Route, origins: Mapping[Environment, Origin], streams: Mapping[Environment, str]) -> dict[str, str]:
    """Name → content, in the order in which they are to be written: the labels before the route that bears them."""
    texts = {release_file(environment): label(route.tags.get(environment, "")) for environment in Environment}
    texts[ACTIVE] = origins[route.active].hostport
    texts[STREAMS] = streams[route.active]
    texts[IDLE] = origins[route.active.other].hostport
    return texts


def health(route: Route, instance: str, confirmed: datetime | None) -> dict[str, str]:
    """The file that the health check answers with; `confirmed` is when the journal last said the same."""
    told = {"instance": instance, "active": route.active.value, "epoch": route.epoch, "seq": route.seq}
    since = None if confirmed is None else confirmed.isoformat(timespec="seconds")
    return {HEALTH: json.dumps({**told, "journal_read": since})}


def write(texts: Mapping[str, str], folder: Path) -> None:
    """Each file is renamed into place: a reader finds the old one or the new one, whole."""
    for name, text in texts.items():
        fresh = folder / f".{name}"
        fresh.write_text(text)
        os.replace(fresh, folder / name)


def label(tag: str) -> str:
    """A tag as a header may carry it."""
    return "".join(character for character in tag if "!" <= character <= "~")
