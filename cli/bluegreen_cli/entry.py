"""Where the command `bluegreen` begins: a disk that is full, or a file that may not be read, is said in one line."""

import os
import sys

from bluegreen_cli.main import app
from bluegreen_cli.screen import line
from bluegreen_cli.terminal.exits import Exit


def run() -> None:
    try:
        app()
    except OSError as error:
        _say(f"{error.filename or 'what this command prints'}: {error.strerror or error}")
        sys.exit(Exit.REFUSED.value)


def _say(text: str) -> None:
    """Where stdout takes nothing any more, the interpreter must not try it again at its end, and fail aloud."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.write(sys.stderr.fileno(), f"{line(text)}\n".encode())
