"""What is printed: in the order of the events' times, plain where nobody looks, never wider than the terminal."""

import io
from datetime import timedelta

from rich.console import Console

from bluegreen_demo.event import Event, Mood
from bluegreen_demo.printer import Printer

LONG = "expected status 200, got 503; the body began: " + "no healthy upstream " * 8


def printed(*events: Event, terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=80, soft_wrap=True, highlight=False)
    printer = Printer(console)
    printer.tell(*(event._replace(at=printer.begun + (event.at - FIRST.at)) for event in events))
    printer.flush(everything=True)
    return out.getvalue()


FIRST = Event(Printer().begun, "deploy", "v1.3.0 deploying", "it goes to green")
SECOND = Event(FIRST.at + timedelta(seconds=2.5), "health", "v1.3.0 failed", LONG, Mood.BAD)


def test_events_that_were_heard_of_late_are_printed_in_their_place():
    lines = printed(SECOND, FIRST).splitlines()
    assert lines[0] == "  0.0 s  deploy   v1.3.0 deploying: it goes to green"
    assert lines[1].startswith("  2.5 s  health   v1.3.0 failed: expected status 200")


def test_long_reasons_are_continued_below_their_beginning():
    lines = printed(SECOND).splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 80
    assert all(line.startswith(" " * 18) for line in lines[1:])


def test_without_a_terminal_nothing_but_text_is_printed():
    assert "\x1b" not in printed(FIRST, SECOND)


def test_on_a_terminal_what_is_bad_is_red():
    assert "\x1b[31m" in printed(SECOND, terminal=True)
