"""What the journal's newest version says of traffic."""

from bluegreen.core.environment import Environment
from bluegreen.core.model import Frozen
from bluegreen.core.phases import RESTING, Phase

_MOVING = frozenset({Phase.SWITCHING, Phase.WATCHING, Phase.ROLLING_BACK})


class Route(Frozen):
    """What the router serves. `seq` 0: no version was read, it is the fallback of the settings."""

    service: str
    seq: int
    epoch: int
    active: Environment
    tags: dict[Environment, str]
    phase: Phase | None = None  # of the release in flight
    mirror: float = 0.0  # percent of users' requests that the environment before is sent as well, while it is watched
    beat_of: str = ""  # the instance that wakes the watch …
    beat_every: float = 0.0  # … every so many seconds; 0: nobody does

    @property
    def in_flight(self) -> bool:
        """A switch may come at any moment."""
        return self.phase is not None and self.phase not in RESTING

    @property
    def mirrored(self) -> float:
        """Percent, now."""
        return self.mirror if self.phase is Phase.WATCHING else 0.0

    def beat(self, instance: str) -> float | None:
        """Seconds from one "look now" to the next, where this instance is the one that says it."""
        due = self.phase is Phase.WATCHING and self.beat_of == instance and self.beat_every > 0
        return self.beat_every if due else None

    @property
    def moving(self) -> bool:
        """Somebody waits for what this router sees."""
        return self.phase in _MOVING


def fallback(service: str, environment: Environment) -> Route:
    return Route(service=service, seq=0, epoch=0, active=environment, tags={})


def label(tag: str) -> str:
    """A tag as a header may carry it."""
    return "".join(character for character in tag if "!" <= character <= "~")
