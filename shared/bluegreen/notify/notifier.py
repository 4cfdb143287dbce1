"""What every channel can do."""

from typing import Protocol

from bluegreen.core.notices import Notice


class Notifier(Protocol):
    def send(self, notice: Notice) -> str | None:
        """Sends one notice. May be called again with the same notice: after a crash nobody knows.

        Where the channel can change what was posted: where the release's message is, for the next notice's `thread`.
        """
