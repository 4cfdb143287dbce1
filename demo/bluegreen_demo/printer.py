"""Prints events as they happen, in the order of their times, in lines that fit the terminal."""

import textwrap
import threading
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.text import Text

from bluegreen_demo.event import Event, Mood

_STYLES = {Mood.PLAIN: "", Mood.GOOD: "green", Mood.BAD: "red", Mood.TRAFFIC: "cyan", Mood.ASIDE: "dim"}
_WHO, _TIME = 9, 7
_INDENT = _TIME + 2 + _WHO
_WIDEST = 100
_HELD_BACK = timedelta(milliseconds=700)  # so that what is heard of late is still told in its place


class Printer:
    """Safe from any thread. Times are seconds since `begin`, or since the first use."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self.begun = datetime.now(UTC)
        self._waiting: list[Event] = []
        self._lock = threading.Lock()

    @property
    def width(self) -> int:
        return min(self.console.width, _WIDEST)

    def tell(self, *events: Event) -> None:
        """Printed a little later, sorted with what else happened."""
        with self._lock:
            self._waiting += events

    def say(self, who: str, headline: str, why: str = "", mood: Mood = Mood.PLAIN) -> None:
        self.tell(Event(datetime.now(UTC), who, headline, why, mood))

    def flush(self, everything: bool = False) -> None:
        """Prints what is old enough."""
        until = datetime.now(UTC) - _HELD_BACK
        with self._lock:
            due = sorted((e for e in self._waiting if everything or e.at <= until), key=lambda event: event.at)
            self._waiting = [event for event in self._waiting if event not in due]
            for event in due:
                self._print(event)

    def head(self, text: str) -> None:
        """A line above what follows; what happened before it is printed first."""
        self.flush(everything=True)
        with self._lock:
            self.console.print(Text(f"\n{text}", style="bold"))

    def lines(self, text: str = "", style: str = "") -> None:
        with self._lock:
            self.console.print(Text(text, style=style))

    def _print(self, event: Event) -> None:
        seconds = (event.at - self.begun).total_seconds()
        head = f"{seconds:{_TIME - 2}.1f} s  {event.who:<{_WHO - 1}} "
        room = self.width - _INDENT
        text = f"{event.headline}: {event.why}" if event.why else event.headline
        first, *more = textwrap.wrap(text, room, break_on_hyphens=False) or [""]
        line = Text(head, style="dim")
        line.append(self._styled(first, event, first=True))
        for rest in more:
            line.append("\n" + " " * _INDENT)
            line.append(self._styled(rest, event, first=False))
        self.console.print(line)

    def _styled(self, text: str, event: Event, first: bool) -> Text:
        """The headline in the event's colour, the reason without."""
        style = _STYLES[event.mood]
        if event.mood is Mood.ASIDE:
            return Text(text, style="dim")
        if not first:
            return Text(text, style="default not dim")
        coloured = min(len(text), len(event.headline))
        line = Text(text, style="not dim")
        line.stylize(f"{style} not dim".strip(), 0, coloured)
        return line
