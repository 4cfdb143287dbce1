"""The lock that a statement takes on each table, and whether it writes the table's rows anew.

Two statements get in each other's way where their modes conflict (PostgreSQL's documentation, table 13.2). What users
do takes ACCESS SHARE (reads) or ROW EXCLUSIVE (writes), so modes from SHARE on keep writers away, and ACCESS EXCLUSIVE
readers too. A lock is held until the transaction ends; and while it is waited for, everybody who comes later waits
behind it. `tests/core/migrations/test_locks.py` compares this with `pg_locks` and the relfilenode of a real PostgreSQL.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bluegreen.core.migrations.schema import Index, Schema, type_of
from bluegreen.core.migrations.tree import Node, Parsed, constraint_of, inside
from bluegreen.core.migrations.types import SERIAL, is_restricted_domain, volatile, widens

MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
_READS, _ROW_SHARE, _WRITES, _UPDATES, _SHARE, _SHARE_ROW, _EXCLUSIVE, _ALL = range(8)


class TableLock(NamedTuple):
    table: str
    mode: int  # its place among `MODES`
    rewrites: bool = False


# AlterTableGetLockLevel of PostgreSQL 17.
_LEVELS = {
    **dict.fromkeys(("SetStatistics", "ClusterOn", "DropCluster", "SetOptions", "ResetOptions"), _UPDATES),
    **dict.fromkeys(("ValidateConstraint", "AttachPartition", "SetRelOptions", "ResetRelOptions"), _UPDATES),
    "ReplaceRelOptions": _UPDATES,
    **dict.fromkeys(
        ("EnableTrig", "EnableAlwaysTrig", "EnableReplicaTrig", "EnableTrigAll", "EnableTrigUser"), _SHARE_ROW
    ),
    **dict.fromkeys(("DisableTrig", "DisableTrigAll", "DisableTrigUser", "AlterConstraint"), _SHARE_ROW),
}
_OTHERS = {"UpdateStmt": _WRITES, "DeleteStmt": _WRITES, "InsertStmt": _WRITES, "MergeStmt": _WRITES}


def locks(statement: Parsed, schema: Schema) -> list[TableLock]:
    """The strongest on each table that was there before; of those that the statement names itself."""
    strongest: dict[str, TableLock] = {}
    for found in _locks(statement, schema):
        before = strongest.get(found.table)
        mode = max(found.mode, before.mode if before else 0)
        strongest[found.table] = TableLock(found.table, mode, found.rewrites or bool(before and before.rewrites))
    return list(strongest.values())


def waited_for(statement: Parsed, schema: Schema) -> str:
    """The strongest lock on a table in use that keeps anybody waiting, in words; "" where nobody waits."""
    held = [found for found in locks(statement, schema) if not schema.is_new("table", found.table)]
    strongest = max(held, key=lambda found: (found.mode, found.rewrites), default=None)
    if strongest is None or strongest.mode < _SHARE:
        return ""
    long = strongest.rewrites or reads_rows(statement)
    who = "readers and writers" if strongest.mode == _ALL else "writers"
    how_long = "until every row is written anew" if strongest.rewrites else "until every row is read" if long else ""
    return f"{MODES[strongest.mode]} on {strongest.table.removeprefix('public.')}: {who} wait {how_long or 'a moment'}"


def reads_rows(statement: Parsed) -> bool:
    """True where the lock is held while all rows are looked at."""
    kind, body = statement
    if kind == "IndexStmt":
        return not body.get("concurrent")
    if kind != "AlterTableStmt":
        return kind in {"ReindexStmt", "ClusterStmt", "RefreshMatViewStmt"}
    return any(_reads(node["AlterTableCmd"]) for node in body.get("cmds", ()))


def _reads(command: Node) -> bool:
    subtype, wanted = command["subtype"].removeprefix("AT_"), command.get("def", {})
    constraint = wanted.get("Constraint", {})
    if subtype == "AddConstraint":
        return not constraint.get("skip_validation") and "indexname" not in constraint
    if subtype == "AddColumn":
        return any(constraint_of(wanted["ColumnDef"], kind) for kind in ("CHECK", "UNIQUE", "PRIMARY"))
    return subtype in {"SetNotNull", "AttachPartition"}


def _locks(statement: Parsed, schema: Schema) -> Iterator[TableLock]:
    kind, body = statement
    if kind in _FAMILIES:
        yield from _FAMILIES[kind](statement, schema)
    elif kind == "IndexStmt":
        yield TableLock(schema.full(body["relation"]), _UPDATES if body.get("concurrent") else _SHARE)
    elif kind in {"TruncateStmt", "LockStmt"}:
        mode = body.get("mode", 8) - 1 if kind == "LockStmt" else _ALL
        for node in body["relations"]:
            yield TableLock(schema.full(node["RangeVar"]), mode, kind == "TruncateStmt")
    elif kind in {"CreateTrigStmt", "RuleStmt", "CreatePolicyStmt", "AlterPolicyStmt"}:
        relation = body.get("relation") or body["table"]
        yield TableLock(schema.full(relation), _SHARE_ROW if kind == "CreateTrigStmt" else _ALL)
    elif kind in _OTHERS:
        yield TableLock(schema.full(body["relation"]), _OTHERS[kind])


def _of_alter(statement: Parsed, schema: Schema) -> Iterator[TableLock]:
    body = statement.body
    if body.get("objtype") not in {"OBJECT_TABLE", "OBJECT_MATVIEW"}:
        return
    table = schema.full(body["relation"])
    for node in body.get("cmds", ()):
        command = node["AlterTableCmd"]
        subtype, wanted = command["subtype"].removeprefix("AT_"), command.get("def", {})
        foreign = wanted.get("Constraint", {}).get("contype") == "CONSTR_FOREIGN"
        level = _SHARE_ROW if foreign else _LEVELS.get(subtype, _ALL)
        if subtype == "DetachPartition" and wanted["PartitionCmd"].get("concurrent"):
            level = _UPDATES
        yield TableLock(table, level, _rewrites(table, command, schema))
        for kind, found in inside(wanted):
            if kind == "Constraint" and "pktable" in found:
                yield TableLock(schema.full(found["pktable"]), _SHARE_ROW)
        if "PartitionCmd" in wanted and "name" in wanted["PartitionCmd"]:
            concurrent = wanted["PartitionCmd"].get("concurrent")
            yield TableLock(schema.full(wanted["PartitionCmd"]["name"]), _UPDATES if concurrent else _ALL)


def _rewrites(table: str, command: Node, schema: Schema) -> bool:
    subtype, wanted = command["subtype"].removeprefix("AT_"), command.get("def", {})
    if subtype == "AddColumn":
        definition = wanted["ColumnDef"]
        made, default = type_of(definition["typeName"]), constraint_of(definition, "DEFAULT")
        filled = made.name in SERIAL or constraint_of(definition, "IDENTITY") or constraint_of(definition, "GENERATED")
        differs = default is not None and bool(volatile(default.get("raw_expr")))
        return bool(filled) or differs or is_restricted_domain(schema, made)
    if subtype == "AlterColumnType":
        column = schema.column(table, command["name"])
        return column is not None and not widens(column.type, type_of(wanted["ColumnDef"]["typeName"]))
    return subtype in {"SetLogged", "SetUnLogged", "SetAccessMethod", "SetTableSpace", "SetExpression"}


def _of_names(statement: Parsed, schema: Schema) -> Iterator[TableLock]:
    kind, body = statement
    if kind != "DropStmt":
        if "relation" in body:
            index = body.get("renameType") == "OBJECT_INDEX"
            yield TableLock(schema.full(body["relation"]), _UPDATES if index else _ALL)
        return
    dropped = body["removeType"]
    for node in body["objects"]:
        parts = node.get("List", {}).get("items")
        if parts is None:
            continue
        if dropped == "OBJECT_INDEX":
            table = schema.indexes.get(schema.named(parts), Index("")).table
            if table:
                yield TableLock(table, _UPDATES if body.get("concurrent") else _ALL)
        else:
            on_table = dropped in {"OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"}
            yield TableLock(schema.named(parts[:-1] if on_table else parts), _ALL)


def _of_maintenance(statement: Parsed, schema: Schema) -> Iterator[TableLock]:
    kind, body = statement
    options = {node["DefElem"]["defname"] for node in body.get("options") or body.get("params") or ()}
    if kind == "VacuumStmt":
        full = "full" in options
        for node in body.get("rels", ()):
            relation = schema.full(node["VacuumRelation"]["relation"])
            yield TableLock(relation, _ALL if full else _UPDATES, full)
    elif "relation" not in body:
        return
    elif kind == "ReindexStmt":
        table = schema.indexes.get(schema.full(body["relation"]), Index(schema.full(body["relation"]))).table
        yield TableLock(table, _UPDATES if "concurrently" in options else _SHARE)
    elif kind == "RefreshMatViewStmt":
        concurrent = bool(body.get("concurrent"))
        yield TableLock(schema.full(body["relation"]), _EXCLUSIVE if concurrent else _ALL, not concurrent)
    else:
        yield TableLock(schema.full(body["relation"]), _ALL, True)


def _of_create(statement: Parsed, schema: Schema) -> Iterator[TableLock]:
    """A new table reaches for those that it refers to or is a part of."""
    body = statement.body
    for kind, found in inside(body.get("tableElts", [])):
        if kind == "Constraint" and "pktable" in found:
            yield TableLock(schema.full(found["pktable"]), _SHARE_ROW)
    for node in body.get("inhRelations", ()):
        yield TableLock(schema.full(node["RangeVar"]), _ALL if "partbound" in body else _UPDATES)


_FAMILIES: dict[str, Callable[[Parsed, Schema], Iterator[TableLock]]] = {
    "AlterTableStmt": _of_alter,
    **dict.fromkeys(("DropStmt", "RenameStmt", "AlterObjectSchemaStmt"), _of_names),
    **dict.fromkeys(("VacuumStmt", "ClusterStmt", "ReindexStmt", "RefreshMatViewStmt"), _of_maintenance),
    "CreateStmt": _of_create,
}
