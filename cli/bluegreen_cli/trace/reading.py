"""A recorded trace from disk: `second, environment, kind, requests, bad`, in any order; `client, path` where known."""

import csv
import re
from collections.abc import Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import NamedTuple

from bluegreen_cli.faults import Faulty

COLUMNS = ("second", "environment", "kind", "requests", "bad")
WHOSE = ("client", "path")
KINDS = ("user", "probe")
_MOST_FAULTS = 10  # in one message
_ENVIRONMENTS = 2
_LONGEST_NAME = 60
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class Line(NamedTuple):
    """Requests of one kind to one environment, from this second on; of one client on one path, where it is known."""

    second: float
    environment: str
    kind: str
    requests: int
    bad: int
    client: str = ""
    path: str = ""


def read(path: Path) -> list[Line]:
    """Raises `Faulty`, which says what is wrong in which line."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return _lines(csv.reader(file), path)
    except OSError as error:
        raise Faulty([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise Faulty([f"{path} is not UTF-8 text"]) from None
    except csv.Error as error:
        raise Faulty([f"{path} is not CSV: {error}"]) from None


def _lines(rows: Iterable[list[str]], path: Path) -> list[Line]:
    numbered = enumerate(rows, start=1)
    places = _places(next(numbered, (1, []))[1], path)
    lines: list[Line] = []
    faults: list[str] = []
    for number, row in numbered:
        try:
            if row:
                lines.append(_line(row, places))
        except ValueError as error:
            faults.append(f"line {number}: {error}")
    faults = faults or list(_wrong_with(lines, path))
    if faults:
        more = len(faults) - _MOST_FAULTS
        raise Faulty(faults[:_MOST_FAULTS] + ([f"and {more} more lines like these"] if more > 0 else []))
    return lines


def _places(head: list[str], path: Path) -> list[int | None]:
    """Of the columns in a row; None for one of `WHOSE` that is not there."""
    names = [name.strip().lower() for name in head]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        first = ",".join(head)[:80]
        raise Faulty([f"{path}, line 1: the columns {', '.join(COLUMNS)} are wanted, and it says {first or 'nothing'}"])
    wrong = [name for place, name in enumerate(names) if name not in (*COLUMNS, *WHOSE) or name in names[:place]]
    if wrong:
        allowed = f"each of {', '.join(COLUMNS)} is wanted once, {' and '.join(WHOSE)} may be there, and no other"
        raise Faulty([f"{path}, line 1: column {wrong[0][:_LONGEST_NAME]!r}: {allowed}"])
    return [names.index(name) if name in names else None for name in (*COLUMNS, *WHOSE)]


def _line(row: list[str], places: list[int | None]) -> Line:
    wanted = sum(place is not None for place in places)
    if len(row) != wanted:
        raise ValueError(f"{len(row)} fields, and {wanted} are wanted")
    at, environment, kind, requests, bad, client, path = (
        "" if place is None else row[place].strip() for place in places
    )
    if not environment:
        raise ValueError("environment is empty: blue, green or any other name is wanted")
    if len(environment) > _LONGEST_NAME or not environment.isprintable():
        shown = environment[:_LONGEST_NAME]
        raise ValueError(f"environment {shown!r}: a name of at most {_LONGEST_NAME} printable characters is wanted")
    if kind not in KINDS:
        raise ValueError(f"kind {kind[:_LONGEST_NAME]!r}: {' or '.join(KINDS)} is wanted")
    counts = _count("requests", requests), _count("bad", bad)
    line = Line(second(at), environment, kind, *counts, client, path)
    if line.bad > line.requests:
        raise ValueError(f"bad {bad}: at most its {requests} requests are wanted")
    return line


def second(written: str) -> float:
    """Raises `ValueError`. Python's own float would take 1_000 and foreign digits, which no other program writes."""
    value = float(written) if _NUMBER.fullmatch(written) else float("nan")
    if not isfinite(value) or abs(value) > 1e11:
        shown, finer = written[:_LONGEST_NAME], " (are these milliseconds? divide by 1000)" if isfinite(value) else ""
        raise ValueError(
            f"second {shown!r}: seconds are wanted, such as 1767225600, 0 or -12.5, in digits 0 to 9{finer}"
        )
    return value


def _count(name: str, written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 16):
        raise ValueError(f"{name} {written[:_LONGEST_NAME]!r}: a whole number below 10^15 is wanted, in digits 0 to 9")
    return int(written)


def _wrong_with(lines: list[Line], path: Path) -> Iterator[str]:
    names = list(dict.fromkeys(line.environment for line in lines))
    if not lines:
        yield f"{path} holds no lines"
    elif len(names) > _ENVIRONMENTS:
        yield f"{path} names {len(names)} environments, and at most two are wanted: {', '.join(names[:_MOST_FAULTS])}"
