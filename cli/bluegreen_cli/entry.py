"""Where the command `bluegreen` begins: a disk that is full, or a file that may not be read, is said in one line."""

import os
import sys

from bluegreen_cli.screen import line
from bluegreen_cli.terminal.exits import Exit


def run() -> None:
    _open_streams()
    try:
        from bluegreen_cli.main import app  # a worker loads this module too, and no command

        app()
    except OSError as error:
        _say(f"{error.filename or 'what this command prints'}: {error.strerror or error}")
        sys.exit(Exit.REFUSED.value)


def _open_streams() -> None:
    """Under a cron or a supervisor some may be closed, and are None then: nobody is there to answer, or to read.

    The first that is opened gets the lowest number that is free, so no file of ours becomes stdin or stdout by chance.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for as long as this runs


def _say(text: str) -> None:
    """Where stdout takes nothing any more, the interpreter must not try it again at its end, and fail aloud."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.write(sys.stderr.fileno(), f"{line(text)}\n".encode())
