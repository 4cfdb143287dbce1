"""What is due at a time: a wake-up on its way, an action of the schedule."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.run import Run


class WakeUp:
    """A wake-up on its way."""

    def __init__(self, run: "Run", function: str, event: dict[str, Any]) -> None:
        self._run, self._function, self.event = run, function, event

    def __call__(self) -> None:
        self._run.start(self._function, self.event)


class DueAction:
    """An action of the schedule whose time has come."""

    def __init__(self, run: "Run", what: str) -> None:
        self._run, self._what = run, what

    def __call__(self) -> None:
        self._run.actions_left -= 1
        self._run.note_disturbance()
        self._run.record_line("from outside", self._what)
        self._run.start(self._what)
