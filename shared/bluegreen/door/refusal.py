"""Errors as answers: plain fields with a next step for people, an HTTP status for web functions."""

from bluegreen.core.errors import (
    Advised,
    BadRequest,
    BluegreenError,
    Later,
    Misconfigured,
    TooLarge,
    Unsigned,
    described,
)
from bluegreen.invocation.entry_point import EntryPoint, Response, answer, web_answer


def bug_met(entry_point: EntryPoint, error: Exception) -> Response:
    """An unexpected exception, as an answer."""
    what = described(error)
    if entry_point.web:
        return web_answer(500, False, what)
    return answer(False, what, "`status` says how far it got; the watch tries again")


def refusal(entry_point: EntryPoint, error: BluegreenError) -> Response:
    """An error of ours, as an answer."""
    if not entry_point.web:
        return answer(False, str(error), _advice(error), retry=isinstance(error, Later))
    match error:
        case Unsigned():
            return web_answer(401, False, str(error))
        case TooLarge():
            return web_answer(413, False, str(error))
        case BadRequest():
            return web_answer(400, False, str(error))
        case Later():
            return web_answer(503, False, str(error))
        case _:
            return web_answer(500, False, str(error))


def _advice(error: BluegreenError) -> str:
    match error:
        case Advised():
            return error.advice
        case Later():
            return "try again in a moment"
        case BadRequest():
            return "nothing was done: ask again with what is allowed"
        case Misconfigured():
            return "`bluegreen doctor` says what is wrong with the settings"
        case _:
            return "`status` shows where everything is"
