"""What every channel can do."""

from typing import Protocol

from bluegreen.core.notices import Notice


class Notifier(Protocol):
    def send(self, notice: Notice) -> None:
        """Sends one notice. May be called again with the same notice: after a crash nobody knows."""
