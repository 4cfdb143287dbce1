"""One service of a set's run, for the actions that concern it alone."""

from typing import TYPE_CHECKING, Any

from tests.simulation.engine.functions import FUNCTIONS
from tests.simulation.world import actions

if TYPE_CHECKING:
    from tests.simulation.engine.interruption import Interrupter
    from tests.simulation.engine.invocation import Invocation
    from tests.simulation.engine.set_run import SetRun
    from tests.simulation.engine.wake_ups import WakeUps


class MemberRun:
    """Acts take it for a run of its service only."""

    def __init__(self, run: "SetRun", name: str) -> None:
        self._run, self.name = run, name
        self.world, self.ledger = run.worlds[name], run.ledgers.of[name]

    @property
    def interrupter(self) -> "Interrupter":
        return self._run.interrupter

    @property
    def wake_ups(self) -> "WakeUps":
        return self._run.wake_ups

    @property
    def quiet_since(self) -> float:
        return self._run.quiet_since

    @quiet_since.setter
    def quiet_since(self, t: float) -> None:
        self._run.quiet_since = t

    def begin(self, what: str, event: dict[str, Any] | None = None) -> "Invocation | None":
        if event is None and what not in FUNCTIONS:
            return actions.perform(self, what)  # type: ignore[arg-type]
        event = event or {}
        of_all = what.startswith("hooks/") or what == "ops/watch" or "specversion" in event
        return self._run.begin(what, event if of_all else {**event, "service": self.name})
