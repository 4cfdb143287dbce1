"""A program on a terminal of its own, watched: which row stood there when.

A pseudo-terminal makes the program colour and wrap as it does before a person. `pyte` reads what it writes onto a
screen so tall that nothing scrolls; so each row has the time at which it was first there, and what it held in the end.
"""

import os
import pty
import select
import subprocess
import time
from typing import NamedTuple

import pyte

COLUMNS, ROWS = 80, 400
_ENDS = 600  # seconds


class Run(NamedTuple):
    """Neighbouring letters of one look. `colour` is pyte's name, "default" for none."""

    column: int
    text: str
    colour: str
    bold: bool


class Row(NamedTuple):
    at: float  # seconds after the begin
    runs: list[Run]


def record(command, folder, env, typed=()):
    """The rows of a program's whole life. `typed` are (what it waits for, what is typed then)."""
    ours, theirs = pty.openpty()
    size = {"COLUMNS": str(COLUMNS), "LINES": "40", "TERM": "xterm-256color"}
    process = subprocess.Popen(
        command, cwd=folder, env={**env, **size}, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    try:
        return _watched(ours, list(typed))
    finally:
        os.close(ours)
        process.terminate()
        process.wait(30)


def _watched(ours, typed):
    screen = pyte.Screen(COLUMNS, ROWS)
    stream, begun, first, since = pyte.ByteStream(screen), time.monotonic(), {}, ""
    while time.monotonic() < begun + _ENDS:
        said = _read(ours)
        if said is None:
            break
        stream.feed(said)
        since += said.decode(errors="replace")
        now = time.monotonic() - begun
        for number, row in enumerate(screen.display):
            if row.strip():
                first.setdefault(number, now)
        if typed and typed[0][0] in since:
            os.write(ours, typed.pop(0)[1].encode())
            since = ""
    last = max(first, default=0)
    times = [max((at for number, at in first.items() if number <= row), default=0.0) for row in range(last + 1)]
    return [Row(times[number], _runs(screen.buffer[number])) for number in range(last + 1)]


def _read(ours):
    if not select.select([ours], [], [], 1)[0]:
        return b""
    try:
        return os.read(ours, 65536) or None
    except OSError:  # the program has gone
        return None


def _runs(letters):
    runs = []
    for column in range(COLUMNS):
        letter = letters[column]
        look = (letter.fg, letter.bold)
        if runs and (runs[-1].colour, runs[-1].bold) == look:
            runs[-1] = runs[-1]._replace(text=runs[-1].text + letter.data)
        else:
            runs.append(Run(column, letter.data, *look))
    return [run._replace(text=run.text.rstrip()) for run in runs if run.text.strip()]
