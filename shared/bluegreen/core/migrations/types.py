"""Types of columns: which change only widens one, and which defaults are worked out once and not for each row.

PostgreSQL changes a type without reading a row where the old values are, bit for bit, values of the new one: a longer
or no limit of varchar and varbit, varchar to text, a higher precision of numeric at the same scale, a higher precision
of times, cidr to inet (ATColumnChangeRequiresRewrite, and the support functions of the casts).
"""

from collections.abc import Iterator
from typing import Any

from bluegreen.core.migrations.known_names import WORKED_OUT_ONCE
from bluegreen.core.migrations.schema import EVERY_FIELD, Schema, SqlType
from bluegreen.core.migrations.tree import inside, words

SERIAL = {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"}
_TIMES = {"timestamp", "timestamptz", "time", "timetz", "interval"}
_FINEST = 6  # digits of a second: what is kept where none are named


def widens(old: SqlType, new: SqlType) -> bool:
    """True where no value changes and no row is read."""
    if old.array or new.array:
        return old == new
    if old.name == new.name:
        return old.typmods == new.typmods or _longer(old, new)
    if old.name == "varchar" and new.name == "text":
        return True
    if old.name == "text" and new.name == "varchar":
        return not new.typmods
    return (old.name, new.name) == ("cidr", "inet")


def _longer(old: SqlType, new: SqlType) -> bool:
    if old.name in {"varchar", "varbit"}:
        return not new.typmods or (bool(old.typmods) and new.typmods[0] >= old.typmods[0])
    if old.name == "numeric":
        return not new.typmods or (bool(old.typmods) and _digits(old)[0] <= _digits(new)[0] and _same_scale(old, new))
    return old.name in _TIMES and new.fields in {old.fields, EVERY_FIELD} and _precision(new) >= _precision(old)


def _precision(time: SqlType) -> int:
    return time.numbers[0] if time.numbers else _FINEST


def _same_scale(old: SqlType, new: SqlType) -> bool:
    return _digits(old)[1] == _digits(new)[1]


def _digits(numeric: SqlType) -> tuple[int, int]:
    return numeric.typmods[0], numeric.typmods[1] if len(numeric.typmods) > 1 else 0


def volatile(default: Any) -> str:
    """What makes the default differ from row to row; "" where nothing does."""
    return next(_volatile(default), "")


def _volatile(default: Any) -> Iterator[str]:
    for kind, body in inside(default):
        if kind == "FuncCall":
            names = words(body["funcname"])
            own = len(names) > 1 and names[0] != "pg_catalog"
            if own or names[-1] not in WORKED_OUT_ONCE:
                yield f"{names[-1]}()"
        elif kind == "SubLink":
            yield "a query"


def is_restricted_domain(schema: Schema, wanted: SqlType) -> bool:
    name = wanted.name if "." in wanted.name else f"{schema.path}.{wanted.name}"
    return schema.domains.get(name, False)
