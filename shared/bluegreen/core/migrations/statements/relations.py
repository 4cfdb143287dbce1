"""What is made: tables, indexes, views, types. New things harm nobody, unless something else is in their place."""

from bluegreen.core.migrations.rules import busy, removed, stricter
from bluegreen.core.migrations.scene import Scene, shown
from bluegreen.core.migrations.schema import Age, Index, Table
from bluegreen.core.migrations.statements import constraining
from bluegreen.core.migrations.statements.columns import column_from
from bluegreen.core.migrations.tree import Node, constraints, words


def table(scene: Scene, body: Node) -> None:
    schema, name = scene.schema, scene.schema.full(body["relation"])
    if body.get("if_not_exists") and schema.age("table", name) in (Age.OLD, Age.NEW):
        return
    made = Table(
        temporary=body["relation"].get("relpersistence") == "t",
        until_commit=body.get("oncommit") == "ONCOMMIT_DROP",
        partitioned="partspec" in body,
    )
    if "partbound" in body:
        _partition(scene, name, body)
    for node in body.get("tableElts", ()):
        if "ColumnDef" in node:
            _column(made, name, node["ColumnDef"])
        elif "Constraint" in node:
            _constraint(made, name, node["Constraint"])
    schema.tables[name] = made
    scene.make("table", name, bool(body.get("if_not_exists")))
    for column in made.columns.values():
        column.new = scene.new("table", name)


def _partition(scene: Scene, name: str, body: Node) -> None:
    """A partition beside a default one: every row of that is read, for it may belong into the new one."""
    parent = scene.schema.full(body["inhRelations"][0]["RangeVar"])
    known = scene.schema.tables.setdefault(parent, Table(partitioned=True))
    if body["partbound"].get("is_default"):
        known.default_partition = name
    elif known.default_partition and not scene.new("table", known.default_partition):
        what = f"the default partition {shown(known.default_partition)}, beside which {shown(name)} is made"
        scene.object_to(busy.ATTACH, what)


def _column(made: Table, table_name: str, definition: Node) -> None:
    column = made.columns[definition["colname"]] = column_from(definition, new=True)
    for found in constraints(definition):
        kind = found["contype"].removeprefix("CONSTR_")
        if kind in {"CHECK", "FOREIGN", "UNIQUE", "PRIMARY"}:
            label = constraining.name_of(table_name, found | {"keys": [{"String": {"sval": definition["colname"]}}]})
            made.constraints[label] = constraining.described(found)
            column.not_null |= kind == "PRIMARY"


def _constraint(made: Table, table_name: str, constraint: Node) -> None:
    found = constraining.described(constraint)
    made.constraints[constraining.name_of(table_name, constraint)] = found
    for name in found.columns if found.kind == "PRIMARY" else ():
        if name in made.columns:
            made.columns[name].not_null = True


def foreign_table(scene: Scene, body: Node) -> None:
    table(scene, body["base"])


def table_from_query(scene: Scene, body: Node) -> None:
    """CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW."""
    kind = "matview" if body.get("objtype") == "OBJECT_MATVIEW" else "table"
    into(scene, body["into"], kind, bool(body.get("if_not_exists")))
    if "query" in body:  # of SELECT INTO it was looked at already
        scene.nested(body["query"])


def into(scene: Scene, clause: Node, kind: str = "table", if_missing: bool = False) -> None:
    name = scene.schema.full(clause["rel"])
    temporary = clause["rel"].get("relpersistence") == "t"
    made = Table(temporary=temporary, until_commit=clause.get("onCommit") == "ONCOMMIT_DROP")
    scene.schema.tables.setdefault(name, made)
    scene.make(kind, name, if_missing)


def view(scene: Scene, body: Node) -> None:
    name = scene.schema.full(body["view"])
    if body.get("replace") and not _replaces_nothing(scene, "view", name):
        scene.object_to(removed.REPLACE_VIEW, f"view {shown(name)}")
    scene.make("view", name)


def _replaces_nothing(scene: Scene, kind: str, name: str) -> bool:
    temporary = name.startswith("pg_temp.")
    return scene.perhaps_new(kind, name) or scene.schema.is_gone(kind, name) or temporary


def index(scene: Scene, body: Node) -> None:
    on, schema = scene.schema.full(body["relation"]), scene.schema
    name = f"{on.rpartition('.')[0]}.{body.get('idxname') or _unnamed(on, body)}"
    there = name in schema.indexes or schema.age("index", name) is Age.OLD
    if body.get("if_not_exists") and there:
        return
    columns = tuple(item["IndexElem"].get("name", "") for item in body.get("indexParams", ()))
    schema.indexes[name] = Index(on, bool(body.get("unique")), columns)
    concurrently, fresh = bool(body.get("concurrent")), any(scene.perhaps_new(k, on) for k in ("table", "matview"))
    if concurrently and scene.transaction is not None:
        scene.object_to(busy.IN_TRANSACTION, f"CREATE INDEX CONCURRENTLY {shown(name)}")
    known = schema.tables.get(on)
    plain = known is not None and not known.partitioned and schema.age("table", on) is not Age.UNKNOWN
    only = "inh" not in body["relation"] and not plain  # ON ONLY a partitioned table: an invalid index, of no row
    if concurrently and known is not None and known.partitioned and not only:
        scene.object_to(busy.IN_TRANSACTION, f"CREATE INDEX CONCURRENTLY on the partitioned table {shown(on)}")
    if not (concurrently or fresh or only):
        scene.object_to(busy.INDEX, f"index {shown(name)} of {shown(on)}")
        scene.changes_schema = True
    elif body.get("unique") and not fresh:
        scene.object_to(stricter.CONSTRAINT_NOT_VALID, f"the unique index {shown(name)} of {shown(on)}")
    scene.make("index", name, bool(body.get("if_not_exists")))


def _unnamed(on: str, body: Node) -> str:
    parts = [item["IndexElem"].get("name", "expr") for item in body.get("indexParams", ())]
    return "_".join((on.rpartition(".")[2], *parts, "idx"))


def sequence(scene: Scene, body: Node) -> None:
    scene.make("sequence", scene.schema.full(body["sequence"]), bool(body.get("if_not_exists")))


def schema(scene: Scene, body: Node) -> None:
    name = body.get("schemaname") or body.get("authrole", {}).get("rolename", "")
    scene.make("schema", name, bool(body.get("if_not_exists")))
    before, scene.schema.path = scene.schema.path, name
    for element in body.get("schemaElts", ()):
        scene.nested(element)
    scene.schema.path = before


def enum(scene: Scene, body: Node) -> None:
    scene.make("type", scene.schema.named(words(body["typeName"])))


def composite(scene: Scene, body: Node) -> None:
    scene.make("type", scene.schema.full(body["typevar"]))


def domain(scene: Scene, body: Node) -> None:
    name = scene.schema.named(words(body["domainname"]))
    scene.schema.domains[name] = bool(constraints(body))
    scene.make("type", name)


def extension(scene: Scene, body: Node) -> None:
    scene.make("extension", body["extname"], bool(body.get("if_not_exists")))


def definition(scene: Scene, body: Node) -> None:
    """CREATE AGGREGATE, OPERATOR, COLLATION, TEXT SEARCH …: a body of DefineStmt."""
    kind, name = body["kind"].removeprefix("OBJECT_").lower(), scene.schema.named(words(body["defnames"]))
    if body.get("replace") and not _replaces_nothing(scene, kind, name):
        scene.object_to(removed.REPLACE_ROUTINE, f"{kind} {shown(name)}")
    scene.make("routine" if kind == "aggregate" else kind, name)


def cast(scene: Scene, body: Node) -> None:
    if body.get("context") in {"COERCION_IMPLICIT", "COERCION_ASSIGNMENT"}:
        scene.object_to(removed.DROP_OTHER, "a cast that PostgreSQL then makes by itself")


def replaceable(scene: Scene, body: Node) -> None:
    """CREATE OR REPLACE LANGUAGE, TRANSFORM."""
    if body.get("replace"):
        scene.object_to(removed.REPLACE_ROUTINE, "a language or transform")
