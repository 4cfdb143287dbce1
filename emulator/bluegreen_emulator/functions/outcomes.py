"""How a run ended, told from what came back from the function's process."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

RESULT_LIMIT = 1024 * 1024
_STATUS = ("success", "application error", "action developer error", "whisk internal error")


@dataclass(frozen=True)
class Outcome:
    """`code` is 0 success, 1 application error, 2 developer error, 3 internal error."""

    code: int
    result: dict[str, Any]
    size: int | None = None
    timed_out: bool = False

    @property
    def status(self) -> str:
        return _STATUS[self.code]


def of_run(line: bytes | None) -> Outcome:
    """`line` is the process's answer; None when it died without one."""
    if line is None:
        return developer_error("command exited")
    if len(line) > RESULT_LIMIT:
        return _truncated(line)
    try:
        result = json.loads(line, parse_constant=_not_json)
    except ValueError:
        result = None
    if not isinstance(result, dict):
        return developer_error("The function did not return a dictionary.")
    code = 1 if "error" in result else 0
    return Outcome(code, {"error": result["error"]} if code else result, len(line))


def of_init(line: bytes | None) -> Outcome | None:
    """None when the code was loaded."""
    if line is None:
        return developer_error("The action did not initialize and exited unexpectedly.")
    answer = json.loads(line)
    return None if answer.get("ok") else developer_error(answer["error"])


def of_timeout(milliseconds: int, init: bool) -> Outcome:
    end = " during initialization." if init else "."
    text = f"The action exceeded its time limits of {milliseconds} milliseconds{end}"
    return Outcome(2, {"error": text}, timed_out=True)


def developer_error(text: str) -> Outcome:
    return Outcome(2, {"error": text})


def internal_error(text: str) -> Outcome:
    return Outcome(3, {"error": text})


def _truncated(line: bytes) -> Outcome:
    text = f"The action produced a response that exceeded the allowed length: {len(line)} > {RESULT_LIMIT} bytes."
    shown = line[:RESULT_LIMIT].decode(errors="replace")
    return Outcome(1, {"error": f"{text} The truncated response was: {shown}"}, len(line))


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
