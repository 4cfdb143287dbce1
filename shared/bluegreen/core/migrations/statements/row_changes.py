"""Rows that are changed, tables that are locked or written anew, and transactions."""

from copy import deepcopy

from bluegreen.core.migrations.known_names import NOTEBOOKS
from bluegreen.core.migrations.rules import busy, rows
from bluegreen.core.migrations.rules.rule import Rule
from bluegreen.core.migrations.scene import Scene, Transaction, shown
from bluegreen.core.migrations.statements import calls
from bluegreen.core.migrations.statements.objects import has_option
from bluegreen.core.migrations.tree import Node, inside

_CATALOGS = ("pg_catalog.", "information_schema.")
_STATEMENTS = {"UpdateStmt", "DeleteStmt", "InsertStmt", "MergeStmt"}
_OF_MERGE = {"CMD_DELETE": rows.DELETE_ALL, "CMD_UPDATE": rows.UPDATE_ALL}
_WRITES = 4  # SHARE UPDATE EXCLUSIVE: modes from here on keep somebody away


def change(scene: Scene, kind: str, body: Node) -> None:
    """UPDATE, DELETE, INSERT, MERGE, also in the WITH of another statement; and what a query calls."""
    for inner, fields in inside({kind: body}):
        if inner in _STATEMENTS:
            _change(scene, inner, fields)
        elif inner == "LockingClause" and kind == "SelectStmt" and "whereClause" not in body:
            _lock_rows(scene, body)
        elif inner == "IntoClause":
            scene.nested({"CreateTableAsStmt": {"into": fields}})
    calls.look(scene, {kind: body})


def _change(scene: Scene, kind: str, body: Node) -> None:
    table = scene.schema.full(body["relation"])
    if table.rpartition(".")[2].lower() in NOTEBOOKS or scene.new("table", table) or table.startswith("pg_temp."):
        return
    if table.startswith(_CATALOGS) or table.removeprefix(f"{scene.schema.path}.").startswith("pg_"):
        scene.object_to(rows.CATALOG, shown(table))
    everything = kind in {"UpdateStmt", "DeleteStmt"} and _is_everything(body.get("whereClause"))
    if everything:
        scene.object_to(rows.DELETE_ALL if kind == "DeleteStmt" else rows.UPDATE_ALL, shown(table))
    for rule in _merged(body) if kind == "MergeStmt" else ():
        scene.object_to(rule, f"{shown(table)} that MERGE finds")
    if scene.changes_schema and (kind != "InsertStmt" or _inserts_a_query(body)):
        scene.object_to(rows.MIXED, f"{kind.removesuffix('Stmt').upper()} of {shown(table)}")


def _is_everything(where: Node | None) -> bool:
    """No condition, or one that names no column of any table: WHERE true, WHERE 1 = 1."""
    if where is None:
        return True
    kinds = {kind for kind, _ in inside(where)}
    if kinds & {"CurrentOfExpr", "ParamRef"}:
        return False
    return "ColumnRef" not in kinds or _always(where)


def _always(where: Node) -> bool:
    """`true OR x`, and `x = x`."""
    body = where.get("BoolExpr")
    if body is not None:
        found = [_is_everything(part) for part in body.get("args", ())]
        return any(found) if body["boolop"] == "OR_EXPR" else body["boolop"] == "AND_EXPR" and all(found)
    compared = where.get("A_Expr", {})
    left, right = (calls.bare(compared.get(side)) for side in ("lexpr", "rexpr"))
    return bool(compared) and left == right and left is not None


def _merged(body: Node) -> list[Rule]:
    does = {node["MergeWhenClause"].get("commandType") for node in body.get("mergeWhenClauses", ())}
    return [rule for command, rule in _OF_MERGE.items() if command in does]


def _inserts_a_query(body: Node) -> bool:
    return "valuesLists" not in body.get("selectStmt", {}).get("SelectStmt", {"valuesLists": []})


def _lock_rows(scene: Scene, body: Node) -> None:
    tables = [scene.schema.full(node["RangeVar"]) for node in body.get("fromClause", ()) if "RangeVar" in node]
    for table in tables:
        if not scene.new("table", table):
            scene.object_to(busy.LOCK, f"every row of {shown(table)} is locked")


def truncate(scene: Scene, body: Node) -> None:
    for node in body["relations"]:
        table = scene.schema.full(node["RangeVar"])
        if not scene.new("table", table):
            scene.object_to(rows.TRUNCATE, shown(table))


def copy(scene: Scene, body: Node) -> None:
    if body.get("is_program") or (body.get("filename") and not body.get("is_from")):
        scene.object_to(rows.SERVER, "a program or file of the server is used")
    if not body.get("is_from") or "relation" not in body:
        if "query" in body:
            scene.nested(body["query"])
        return
    table = scene.schema.full(body["relation"])
    if scene.changes_schema and not scene.perhaps_new("table", table):
        scene.object_to(rows.MIXED, f"COPY to {shown(table)}")


def lock(scene: Scene, body: Node) -> None:
    for node in body["relations"]:
        table = scene.schema.full(node["RangeVar"])
        if body.get("mode", 8) >= _WRITES and not scene.new("table", table):
            scene.object_to(busy.LOCK, f"LOCK TABLE {shown(table)}")


def vacuum(scene: Scene, body: Node) -> None:
    if not body.get("is_vacuumcmd"):
        return
    if scene.transaction is not None:
        scene.object_to(busy.IN_TRANSACTION, "VACUUM")
    named = [scene.schema.full(node["VacuumRelation"]["relation"]) for node in body.get("rels", ())]
    if has_option(body, "full") and not (named and all(scene.new("table", table) for table in named)):
        scene.object_to(busy.MAINTENANCE, "VACUUM FULL")


def cluster(scene: Scene, body: Node) -> None:
    if "relation" not in body or not scene.new("table", scene.schema.full(body["relation"])):
        scene.object_to(busy.MAINTENANCE, "CLUSTER")


def reindex(scene: Scene, body: Node) -> None:
    on = scene.schema.full(body["relation"]) if "relation" in body else ""
    if has_option(body, "concurrently"):
        if scene.transaction is not None:
            scene.object_to(busy.IN_TRANSACTION, "REINDEX CONCURRENTLY")
    elif not (scene.new("table", on) or scene.new("index", on)):
        scene.object_to(busy.MAINTENANCE, f"REINDEX {shown(on)}".strip())


def refresh(scene: Scene, body: Node) -> None:
    name = scene.schema.full(body["relation"])
    if not body.get("concurrent") and not scene.new("matview", name):
        scene.object_to(busy.MAINTENANCE, f"REFRESH MATERIALIZED VIEW {shown(name)}")


def transaction(scene: Scene, body: Node) -> None:
    kind = body["kind"].removeprefix("TRANS_STMT_")
    if kind in {"BEGIN", "START"}:
        scene.transaction = Transaction(True, deepcopy(scene.schema) if scene.rolls_back else None)
    elif kind == "SAVEPOINT" and scene.transaction is not None and scene.rolls_back:
        scene.transaction.savepoints[body.get("savepoint_name", "")] = deepcopy(scene.schema)
    elif kind in {"ROLLBACK", "ROLLBACK_TO"}:
        _take_back(scene, kind, body.get("savepoint_name", ""))
    elif kind == "COMMIT":
        scene.transaction = scene.transaction if body.get("chain") else None
        scene.end_local_path()
        scene.schema.end_temporary(committed=True)
    elif kind in {"PREPARE", "COMMIT_PREPARED", "ROLLBACK_PREPARED"}:
        scene.object_to(busy.LOCK, f"{kind.replace('_', ' ')} TRANSACTION keeps locks beyond the session")


def _take_back(scene: Scene, kind: str, savepoint: str) -> None:
    """What a rollback has taken back is new no more."""
    held = scene.transaction
    # Without BEGIN there is something to take back where whoever runs the file has begun a transaction.
    before = (held.savepoints.get(savepoint) or held.before) if held is not None else scene.begun
    if before is None:
        return
    scene.schema = deepcopy(before)
    if kind == "ROLLBACK":
        scene.transaction, scene.path_after = None, ""
