"""Exit statuses, and how an error becomes one."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

import typer

from bluegreen.core.errors import BadRequest, BluegreenError, Later, Misconfigured, NotFound, Refused, described
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal.own_commands import with_own_commands


class Exit(IntEnum):
    """`bluegreen --help` and docs/terminal.md show these."""

    DONE = 0
    REFUSED = 1
    UNUSABLE = 2
    DOUBT = 3
    UNKNOWN = 4
    NO_ANSWER = 5
    NOT_CONFIRMED = 6

    @property
    def says(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    Exit.DONE: "success",
    Exit.REFUSED: "refused, failed, or unhealthy; also if the reader of the output has gone away",
    Exit.UNUSABLE: "the command line, bluegreen.yml or a secret is not usable; nothing was sent",
    Exit.DOUBT: "a doubt but no fault (doctor, checklist, replay, evidence)",
    Exit.UNKNOWN: "no such release",
    Exit.NO_ANSWER: "no answer from Spaces, Functions, DigitalOcean or the URL",
    Exit.NOT_CONFIRMED: "not confirmed; nothing was done",
}
TABLE = "\n".join(f"{code.value}  {code.says}" for code in Exit)


class Unconfirmed(Exception):
    """Nobody said yes."""


class NoSuchRelease(Exception):
    pass


@contextmanager
def explained(as_json: bool = False) -> Iterator[None]:
    """Prints an error of a command on stderr in words, with `--json` on stdout as well, and exits."""
    try:
        yield
    except Faulty as error:
        leave(Exit.UNUSABLE, error.faults, as_json)
    except NoSuchRelease as error:
        leave(Exit.UNKNOWN, [str(error)], as_json)
    except Unconfirmed as error:
        leave(Exit.NOT_CONFIRMED, [str(error)], as_json)
    except BluegreenError as error:
        says = with_own_commands(str(error)) if isinstance(error, Refused) else str(error)
        leave(_code(error), [says], as_json)
    except (typer.Exit, typer.Abort, OSError):  # a full disk, a reader who has gone: said where the command begins
        raise
    except Exception as error:  # noqa: BLE001 - a traceback may show a secret, and tells a person nothing
        leave(Exit.REFUSED, [described(error)], as_json)


def leave(code: Exit, says: list[str], as_json: bool = False) -> NoReturn:
    if as_json:
        screen.document({"ok": False, "what": "; ".join(says), "next": "nothing", "exit": code.value})
    for each in says:
        screen.tell(each, err=True)
    raise typer.Exit(code.value)


def _code(error: BluegreenError) -> Exit:
    match error:
        case Later():
            return Exit.NO_ANSWER
        case NotFound():
            return Exit.UNKNOWN
        case BadRequest() | Misconfigured():
            return Exit.UNUSABLE
        case _:
            return Exit.REFUSED
