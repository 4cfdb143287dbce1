"""ALTER TABLE of a column: added, dropped, of another type, with another default."""

from bluegreen.core.migrations.readers.names import LostName
from bluegreen.core.migrations.rules import busy, removed, stricter
from bluegreen.core.migrations.scene import Scene, shown
from bluegreen.core.migrations.schema import Column, Table, TableConstraint, type_of
from bluegreen.core.migrations.statements import calls
from bluegreen.core.migrations.tree import Node, constraint_of, constraints, is_null
from bluegreen.core.migrations.types import SERIAL, is_restricted_domain, volatile, widens

_OF_COLUMN = {"UNIQUE": busy.UNIQUE, "PRIMARY": busy.PRIMARY_KEY, "FOREIGN": busy.FOREIGN_KEY, "CHECK": busy.CHECK}
_CALLED = {
    "UNIQUE": "the unique constraint",
    "PRIMARY": "the primary key",
    "FOREIGN": "the foreign key",
    "CHECK": "the check",
}


def column_from(definition: Node, new: bool) -> Column:
    """What a definition says of a column."""
    made = type_of(definition.get("typeName", {}))
    default = constraint_of(definition, "DEFAULT")
    fills = any(constraint_of(definition, kind) for kind in ("IDENTITY", "GENERATED")) or made.name in SERIAL
    has_default = fills or (default is not None and not is_null(default.get("raw_expr")))
    key = constraint_of(definition, "PRIMARY") is not None or constraint_of(definition, "IDENTITY") is not None
    not_null = key or constraint_of(definition, "NOTNULL") is not None or made.name in SERIAL
    return Column(made, not_null, has_default, new)


def add(scene: Scene, table: str, command: Node) -> None:
    definition = command["def"]["ColumnDef"]
    name, known = definition["colname"], scene.schema.tables.setdefault(table, Table())
    if command.get("missing_ok") and name in known.columns:
        return
    certain = scene.certain and not (command.get("missing_ok") and not scene.schema.complete)
    column, what = column_from(definition, new=certain), f"{shown(table)}.{name}"
    known.columns[name] = column
    for found in constraints(definition):
        kind = found["contype"].removeprefix("CONSTR_")
        if kind in _OF_COLUMN:
            label = found.get("conname") or f"{table.rpartition('.')[2]}_{name}_{kind.lower()}"
            known.constraints[label] = TableConstraint(kind, (name,), new=True)
    if scene.new("table", table):
        return
    if column.not_null and not column.has_default:
        scene.object_to(stricter.NOT_NULL, what)
    _object_to_rewrite(scene, definition, column, what)
    for kind, rule in _OF_COLUMN.items():
        if constraint_of(definition, kind) and not scene.perhaps_new("table", table):
            scene.object_to(rule, f"{_CALLED[kind]} of the added column {what}")


def _object_to_rewrite(scene: Scene, definition: Node, column: Column, what: str) -> None:
    default = constraint_of(definition, "DEFAULT")
    if column.type.name in SERIAL or constraint_of(definition, "IDENTITY"):
        scene.object_to(busy.REWRITE, f"{what} draws a number for each row")
    elif constraint_of(definition, "GENERATED"):
        scene.object_to(busy.REWRITE, f"{what} is worked out for each row")
    elif is_restricted_domain(scene.schema, column.type):
        scene.object_to(busy.REWRITE, f"{what} is of a domain with conditions")
    elif default is not None and (differs := volatile(default.get("raw_expr"))):
        scene.object_to(busy.REWRITE, f"the default of {what} calls {differs}, which may differ from row to row")
        calls.look(scene, default.get("raw_expr"))


def drop(scene: Scene, table: str, command: Node) -> None:
    name, known = command["name"], scene.schema.tables.get(table)
    column = scene.schema.column(table, name)
    gone = column is None and known is not None and known.columns and scene.schema.complete
    new = scene.new("table", table) or (column is not None and column.new and scene.certain)
    if not new and not (gone and command.get("missing_ok")):
        alone = command.get("behavior") != "DROP_CASCADE"
        scene.object_to(removed.DROP_COLUMN, f"{shown(table)}.{name}", column_of(table, name) if alone else None)
    if known is not None:
        known.columns.pop(name, None)


def column_of(table: str, name: str) -> LostName:
    return LostName("column", name, table.rpartition(".")[2])


def retype(scene: Scene, table: str, command: Node) -> None:
    definition, name = command["def"]["ColumnDef"], command["name"]
    wanted, column = type_of(definition["typeName"]), scene.schema.column(table, name)
    using = definition.get("raw_default")
    plain = using is None or _only_casts(using, name)
    collated = definition.get("collClause") is not None
    safe = column is not None and widens(column.type, wanted) and plain and not collated
    if not scene.new("table", table) and not safe:
        before = f"from {column.type} " if column else ""
        unknown = "" if column else ", whose type so far is unknown"
        scene.object_to(stricter.RETYPE, f"{shown(table)}.{name}{unknown} is changed {before}to {wanted}")
    if column is not None:
        column.type = wanted


def _only_casts(node: Node, name: str) -> bool:
    """`USING x::text` of the column x says what PostgreSQL would do by itself."""
    if "TypeCast" in node:
        return _only_casts(node["TypeCast"]["arg"], name)
    fields = node.get("ColumnRef", {}).get("fields", [])
    return [field.get("String", {}).get("sval") for field in fields][-1:] == [name]


def default(scene: Scene, table: str, command: Node) -> None:
    name, column = command["name"], scene.schema.column(table, command["name"])
    dropped = "def" not in command or is_null(command["def"])
    needed = column is None or column.not_null or not column.new
    if dropped and needed and not scene.new("table", table):
        scene.object_to(removed.DROP_DEFAULT, f"{shown(table)}.{name}")
    if column is not None:
        column.has_default = not dropped


def set_not_null(scene: Scene, table: str, command: Node) -> None:
    name, known = command["name"], scene.schema.tables.get(table)
    column = scene.schema.column(table, name)
    held = known.constraints.values() if known else ()
    proven = any(found.valid and found.not_null_of == name for found in held)
    unwritten = column is not None and column.new and not column.has_default
    already = column is not None and column.not_null
    if not scene.new("table", table) and not already and (not proven or unwritten):
        scene.object_to(stricter.SET_NOT_NULL, f"{shown(table)}.{name}")
    if column is not None:
        column.not_null = True


def drop_not_null(scene: Scene, table: str, command: Node) -> None:
    column = scene.schema.column(table, command["name"])
    if column is not None:
        column.not_null = False
    if not scene.new("table", table) and not (column and column.new):
        scene.object_to(stricter.LOOSER, f"{shown(table)}.{command['name']} may be NULL")


def drop_identity(scene: Scene, table: str, command: Node) -> None:
    column = scene.schema.column(table, command["name"])
    if not scene.new("table", table):
        scene.object_to(removed.GENERATED, f"{shown(table)}.{command['name']} is not generated any more")
    if column is not None:
        column.has_default = False


def identity(scene: Scene, table: str, command: Node) -> None:
    """Generated ALWAYS refuses the values that old code sends along; BY DEFAULT takes them."""
    if scene.new("table", table):
        return
    what, wanted = f"{shown(table)}.{command['name']}", command.get("def", {})
    options = wanted.get("List", {}).get("items", [])
    kinds = [item["DefElem"] for item in options if "DefElem" in item]
    always = wanted.get("Constraint", {}).get("generated_when") == "a" or any(
        kind["defname"] == "generated" and kind["arg"]["Integer"].get("ival") == ord("a") for kind in kinds
    )
    if always:
        scene.object_to(removed.GENERATED, f"{what} is generated ALWAYS")
    if any(kind["defname"] != "generated" for kind in kinds):
        scene.object_to(removed.SEQUENCE, f"the numbers of {what} are changed")


def set_expression(scene: Scene, table: str, command: Node) -> None:
    if not scene.new("table", table):
        scene.object_to(busy.REWRITE, f"{shown(table)}.{command['name']} is worked out otherwise")
