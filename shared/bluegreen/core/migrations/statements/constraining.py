"""Constraints that are added to a table, validated, altered and dropped."""

import re

from bluegreen.core.migrations.rules import busy, removed, stricter
from bluegreen.core.migrations.scene import Scene, shown
from bluegreen.core.migrations.schema import Index, Table, TableConstraint
from bluegreen.core.migrations.tree import Node, words

_RULES = {
    "CHECK": busy.CHECK,
    "FOREIGN": busy.FOREIGN_KEY,
    "UNIQUE": busy.UNIQUE,
    "PRIMARY": busy.PRIMARY_KEY,
    "EXCLUSION": busy.EXCLUSION,
}
_LOOSENS = ("CHECK", "FOREIGN")
_NAMED_LOOSE = r"(?i)(_|^)(fkey|fk|foreign|check|chk|ck)(_|\d|$)|_fk_|^fk_"
_ENDINGS = {"CHECK": "check", "FOREIGN": "fkey", "UNIQUE": "key", "PRIMARY": "pkey", "EXCLUSION": "excl"}


def described(constraint: Node) -> TableConstraint:
    kind = constraint["contype"].removeprefix("CONSTR_")
    columns = words(constraint.get("fk_attrs" if kind == "FOREIGN" else "keys"))
    valid = not constraint.get("skip_validation", False)
    return TableConstraint(kind, tuple(columns), valid, _not_null_of(constraint.get("raw_expr")), new=True)


def name_of(table: str, constraint: Node) -> str:
    found = described(constraint)
    named = constraint.get("conname") or constraint.get("indexname")
    ending = _ENDINGS.get(found.kind, "")
    return named or "_".join(filter(None, (table.rpartition(".")[2], *found.columns[:2], ending)))


def _not_null_of(expression: Node | None) -> str:
    test = (expression or {}).get("NullTest", {})
    fields = test.get("arg", {}).get("ColumnRef", {}).get("fields", [])
    return (words(fields) or [""])[-1] if test.get("nulltesttype") == "IS_NOT_NULL" else ""


def add(scene: Scene, table: str, command: Node) -> None:
    constraint = command["def"]["Constraint"]
    found, name = described(constraint), name_of(table, constraint)
    known = scene.schema.tables.setdefault(table, Table())
    known.constraints[name] = found
    if scene.perhaps_new("table", table) or found.kind not in _RULES:
        return
    what = f"constraint {name} of {shown(table)}"
    if found.not_null_of and _unwritten(scene, table, found.not_null_of):
        scene.object_to(stricter.CHECK_AGAINST_OLD_CODE, what)
    if found.kind in _LOOSENS and not found.valid:
        if scene.transaction is not None:
            scene.transaction.not_valid.add((table, name))
        scene.object_to(stricter.CONSTRAINT_NOT_VALID, what)
    elif constraint.get("indexname"):
        _use_index(scene, table, found, constraint["indexname"], what)
    else:
        scene.object_to(_RULES[found.kind], what)


def _unwritten(scene: Scene, table: str, name: str) -> bool:
    column = scene.schema.column(table, name)
    return column is not None and column.new and not column.has_default


def _use_index(scene: Scene, table: str, found: TableConstraint, index: str, what: str) -> None:
    """With an index that is there the rest is done in a moment; a primary key also reads rows where NULL is allowed."""
    scene.object_to(stricter.CONSTRAINT_NOT_VALID, what)
    known = scene.schema.tables[table]
    columns = scene.schema.indexes.get(f"{table.rpartition('.')[0]}.{index}", Index(table)).columns
    nullable = any(known.columns[name].not_null is False for name in columns if name in known.columns)
    if found.kind == "PRIMARY" and nullable:
        scene.object_to(busy.PRIMARY_KEY, f"{what} by index {index}, of a column that may be NULL,")


def validate(scene: Scene, table: str, command: Node) -> None:
    name, known = command["name"], scene.schema.tables.get(table)
    transaction = scene.transaction
    if transaction is not None and (table, name) in transaction.not_valid:
        scene.object_to(busy.VALIDATE_AT_ONCE, f"constraint {name} of {shown(table)}")
    if known is not None and name in known.constraints:
        known.constraints[name].valid = True


def drop(scene: Scene, table: str, command: Node) -> None:
    name, known = command["name"], scene.schema.tables.get(table)
    found = known.constraints.pop(name, None) if known else None
    if scene.new("table", table) or (found is not None and found.new and scene.certain):
        return
    gone = found is None and known is not None and known.columns and scene.schema.complete
    if gone and command.get("missing_ok"):
        return
    what = f"constraint {name} of {shown(table)}"
    loosens = found.kind in _LOOSENS if found is not None else bool(re.search(_NAMED_LOOSE, name))
    if loosens and command.get("behavior") != "DROP_CASCADE":
        scene.object_to(stricter.LOOSER, f"{what} is dropped, so rows that broke it may come")
    else:
        scene.object_to(removed.DROP_CONSTRAINT, what)


def alter(scene: Scene, table: str, command: Node) -> None:
    if not scene.new("table", table):
        name = command.get("def", {}).get("Constraint", {}).get("conname", "")
        scene.object_to(removed.DROP_OTHER, f"when constraint {name} of {shown(table)} is checked is changed")


def rename(scene: Scene, table: str, name: str, to: str) -> None:
    known = scene.schema.tables.get(table)
    found = known.constraints.pop(name, None) if known else None
    if known is not None and found is not None:
        known.constraints[to] = found
    loosens = found.kind in _LOOSENS if found is not None else bool(re.search(_NAMED_LOOSE, name))
    if not scene.new("table", table) and not loosens and not (found and found.new):
        scene.object_to(removed.DROP_CONSTRAINT, f"the name of constraint {name} of {shown(table)}")
