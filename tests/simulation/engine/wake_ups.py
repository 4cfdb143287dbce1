"""Wake-ups: requests by which one function has the platform call another, and which the platform may lose or repeat."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.engine.run import Run

_TAKES, _LATE = 0.2, 45.0  # seconds


class WakeUp:
    """One on its way."""

    def __init__(self, run: "Run", function: str, body: dict[str, Any]) -> None:
        self._run, self._function, self.body = run, function, body

    def __call__(self) -> None:
        self._run.start(self._function, self.body)


class WakeUps:
    def __init__(self, run: "Run") -> None:
        self._run = run
        self._newest: tuple[str, dict[str, Any]] | None = None
        self.refused = (0.0, 0.0)  # from when until when the platform accepts none
        self.swallowed = (0.0, 0.0)  # from when until when it accepts all, and none of them happens

    def send(self, function: str, body: dict[str, Any]) -> None:
        self._newest = (function, body)
        self._add(function, body, _TAKES)

    def refuses(self, t: float) -> bool:
        since, until = self.refused
        return since <= t < until

    def distort(self, how: str) -> None:
        """The newest one is lost ("lose"), comes "twice", or "late"."""
        if self._newest is None:
            return
        function, body = self._newest
        if how == "twice":
            self._add(function, body, 3 * _TAKES)
            return
        self._run.queue.remove(lambda event: isinstance(event, WakeUp) and event.body is body)
        if how == "late":
            self._add(function, body, _LATE)

    def _add(self, function: str, body: dict[str, Any], takes: float) -> None:
        since, until = self.swallowed
        if since <= self._run.world.clock.t < until:
            return
        self._run.queue.add(self._run.world.clock.t + takes, WakeUp(self._run, function, body))
