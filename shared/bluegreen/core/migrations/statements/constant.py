"""The text that an expression of SQL makes, where it is the same whatever the rows are: for EXECUTE of constants.

A name that is only known when it runs, as in `format('DROP TABLE %I', t)`, stands for one name whatever it is: the
statement can be judged with a name that no migration knows. A text put in as it is (`%s`, `||`) may be anything.
"""

import re

from bluegreen.core.migrations.tree import Node, Unparsable, parsed, words

SOME_NAME = "some name"
_PLACE = r"%(?:(\d+)\$)?(?:-?\d+)?([sIL%])"


def text(expression: str) -> str | None:
    try:
        found = parsed(f"SELECT {expression}")
    except Unparsable:
        return None
    targets = found[0].body.get("targetList", []) if len(found) == 1 else []
    return _text(targets[0]["ResTarget"]["val"]) if len(targets) == 1 and "fromClause" not in found[0].body else None


def _text(node: Node) -> str | None:
    if "A_Const" in node:
        return _literal(node["A_Const"])
    if "TypeCast" in node:
        return _text(node["TypeCast"]["arg"])
    if "A_Expr" in node and words(node["A_Expr"].get("name")) == ["||"]:
        left, right = _text(node["A_Expr"]["lexpr"]), _text(node["A_Expr"]["rexpr"])
        return None if left is None or right is None else left + right
    if "FuncCall" in node:
        return _called(words(node["FuncCall"]["funcname"])[-1], node["FuncCall"].get("args", []))
    return None


def _literal(constant: Node) -> str | None:
    if "sval" in constant:
        return str(constant["sval"].get("sval", ""))
    if "ival" in constant:
        return str(constant["ival"].get("ival", 0))
    return None


def _called(name: str, arguments: list[Node]) -> str | None:
    if name == "quote_ident" and arguments:
        return _name(_text(arguments[0]))
    if name in {"quote_literal", "quote_nullable"} and arguments:
        return _value(_text(arguments[0]))
    if name == "concat":
        parts = [_text(argument) for argument in arguments]
        return None if None in parts else "".join(part for part in parts if part)
    if name == "format" and arguments:
        pattern = _text(arguments[0])
        return None if pattern is None else _formatted(pattern, [_text(argument) for argument in arguments[1:]])
    return None


def _formatted(pattern: str, values: list[str | None]) -> str | None:
    made, at, following = [], 0, 0
    for place in re.finditer(_PLACE, pattern):
        made.append(pattern[at : place.start()])
        at, kind = place.end(), place[2]
        if kind == "%":
            made.append("%")
            continue
        number = int(place[1]) - 1 if place[1] else following
        following = number + 1
        if number >= len(values):
            return None
        value = values[number]
        if kind == "s" and value is None:
            return None
        made.append(_name(value) if kind == "I" else _value(value) if kind == "L" else str(value))
    return "".join([*made, pattern[at:]])


def _name(known: str | None) -> str:
    return '"' + (SOME_NAME if known is None else known).replace('"', '""') + '"'


def _value(known: str | None) -> str:
    return "'" + (known or "").replace("'", "''") + "'"
