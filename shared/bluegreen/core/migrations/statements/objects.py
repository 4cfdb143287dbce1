"""DROP, RENAME, SET SCHEMA and OWNER TO of anything, and what alters types, domains, sequences and the rest."""

from typing import NamedTuple

from bluegreen.core.migrations.readers.names import LostName
from bluegreen.core.migrations.rules import busy, removed, rows, stricter
from bluegreen.core.migrations.rules.rule import Rule
from bluegreen.core.migrations.scene import Scene, shown
from bluegreen.core.migrations.schema import Index, type_of
from bluegreen.core.migrations.statements import columns, constraining
from bluegreen.core.migrations.tree import Node, only, option, words

_ROUTINES = dict.fromkeys(("FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE"), "routine")
KINDS = {
    **_ROUTINES,
    "TABLE": "table",
    "FOREIGN_TABLE": "table",
    "VIEW": "view",
    "MATVIEW": "matview",
    "SEQUENCE": "sequence",
    "INDEX": "index",
    "TYPE": "type",
    "DOMAIN": "type",
    "SCHEMA": "schema",
    "EXTENSION": "extension",
    "TRIGGER": "trigger",
    "POLICY": "policy",
    "RULE": "rule",
}
_DROPPED: dict[str, Rule] = {
    "table": removed.DROP_TABLE,
    "view": removed.DROP_VIEW,
    "matview": removed.DROP_VIEW,
    "sequence": removed.SEQUENCE,
    "type": removed.DROP_TYPE,
    "schema": removed.DROP_SCHEMA,
    "extension": removed.EXTENSION,
    "routine": removed.DROP_ROUTINE,
    "trigger": removed.TRIGGER,
    "policy": stricter.ROW_SECURITY,
    "rule": stricter.RULE,
}
_OF_TABLES = ("trigger", "policy", "rule")  # their names stand behind the table's
_NOBODY_MISSES = ("STATISTIC_EXT",)
_BY_NAME = ("table", "view", "matview", "sequence", "type", "routine")  # code that needs them names them


def kind_of(written: str) -> str:
    bare = written.removeprefix("OBJECT_")
    return KINDS.get(bare, bare.lower())


def name_of(scene: Scene, kind: str, node: Node) -> str:
    """Of what a statement names: a list, a type, a routine with arguments, or a text."""
    tag, body = only(node)
    parts = {"List": body.get("items"), "TypeName": body.get("names"), "ObjectWithArgs": body.get("objname")}.get(tag)
    if parts is None:
        return str(body.get("sval", ""))
    texts = words(parts)
    if kind in _OF_TABLES and len(texts) > 1:
        return f"{scene.schema.named(texts[:-1])}.{texts[-1]}"
    return scene.schema.named(texts)


def drop(scene: Scene, body: Node) -> None:
    kind = kind_of(body["removeType"])
    if body["removeType"].removeprefix("OBJECT_") in _NOBODY_MISSES:
        return
    concurrently = bool(body.get("concurrent"))
    if concurrently and scene.transaction is not None:
        scene.object_to(busy.IN_TRANSACTION, "DROP INDEX CONCURRENTLY")
    for node in body["objects"]:
        name = name_of(scene, kind, node)
        alone = body.get("behavior") != "DROP_CASCADE"  # what else goes with it has names of its own
        _drop(scene, kind, name, _Way(concurrently, bool(body.get("missing_ok")), alone))
        scene.schema.drop(kind, name)


class _Way(NamedTuple):
    concurrently: bool
    if_there: bool
    alone: bool


def _drop(scene: Scene, kind: str, name: str, way: _Way) -> None:
    on = name.rpartition(".")[0]
    if scene.new(kind, name) or (kind in _OF_TABLES and scene.new("table", on)):
        return
    if kind == "index":
        _drop_index(scene, name, way.concurrently, way.if_there)
    elif not (way.if_there and scene.schema.is_gone(kind, name)):
        says = f"{kind.replace('_', ' ')} {shown(name)}"
        says = f"{says} is dropped" if kind in {"trigger", "policy", "rule", "sequence", "extension"} else says
        scene.object_to(_DROPPED.get(kind, removed.DROP_OTHER), says, _lost(kind, name) if way.alone else None)
        scene.changes_schema |= kind == "table"


def _lost(kind: str, name: str) -> LostName | None:
    return LostName.of(kind, name) if kind in _BY_NAME else None


def _drop_index(scene: Scene, name: str, concurrently: bool, if_there: bool) -> None:
    table, unique, _ = scene.schema.indexes.get(name, Index(""))
    if table and scene.new("table", table):
        return
    if if_there and scene.schema.is_gone("index", name):
        return
    if unique:
        scene.object_to(removed.DROP_UNIQUE_INDEX, shown(name))
    if not concurrently:
        scene.object_to(busy.DROP_INDEX, f"index {shown(name)}")


_RENAMED: dict[str, Rule] = {
    **_DROPPED,
    "table": removed.RENAME_TABLE,
    "view": removed.RENAME_TABLE,
    "matview": removed.RENAME_TABLE,
    "sequence": removed.SEQUENCE,
    "type": removed.CHANGE_TYPE,
    "routine": removed.REPLACE_ROUTINE,
    "role": stricter.ROLE,
}
_NAMED_BY_NOBODY = ("index", "trigger", "policy", "rule", "statistic_ext")  # no statement of a release names them


def rename(scene: Scene, body: Node) -> None:
    kind = kind_of(body["renameType"])
    if kind in {"column", "attribute"}:
        _rename_column(scene, body)
    elif kind == "tabconstraint":
        constraining.rename(scene, scene.schema.full(body["relation"]), body["subname"], body["newname"])
    elif kind == "domconstraint" or kind in _NAMED_BY_NOBODY:
        _rename_quietly(scene, kind, body)
    else:
        name = scene.schema.full(body["relation"]) if "relation" in body else _object_name(scene, kind, body)
        if not scene.new(kind, name):
            says = f"{kind.replace('_', ' ')} {shown(name)}"
            scene.object_to(_RENAMED.get(kind, removed.DROP_OTHER), says, _lost(kind, name))
        scene.schema.rename(kind, name, f"{name.rpartition('.')[0]}.{body['newname']}".removeprefix("."))


def _rename_quietly(scene: Scene, kind: str, body: Node) -> None:
    if kind != "index":
        return
    name = scene.schema.full(body["relation"])
    if name in scene.schema.indexes:
        scene.schema.indexes[f"{name.rpartition('.')[0]}.{body['newname']}"] = scene.schema.indexes.pop(name)
    scene.schema.rename(kind, name, f"{name.rpartition('.')[0]}.{body['newname']}")


def _object_name(scene: Scene, kind: str, body: Node) -> str:
    return name_of(scene, kind, body["object"]) if "object" in body else str(body.get("subname", ""))


def _rename_column(scene: Scene, body: Node) -> None:
    relation, name, to = scene.schema.full(body["relation"]), body["subname"], body["newname"]
    kind = kind_of(body.get("relationType", "OBJECT_TABLE"))
    column = scene.schema.column(relation, name)
    if not scene.new(kind, relation) and not (column is not None and column.new and scene.certain):
        scene.object_to(removed.RENAME_COLUMN, f"{shown(relation)}.{name}", columns.column_of(relation, name))
    if column is not None:
        known = scene.schema.tables[relation].columns
        known[to] = known.pop(name)


def move(scene: Scene, body: Node) -> None:
    """SET SCHEMA."""
    kind = kind_of(body["objectType"])
    name = scene.schema.full(body["relation"]) if "relation" in body else name_of(scene, kind, body["object"])
    if not scene.new(kind, name):
        says = f"{kind.replace('_', ' ')} {shown(name)} goes to schema {body['newschema']}"
        scene.object_to(_RENAMED.get(kind, removed.DROP_OTHER), says, _lost(kind, name))
    scene.schema.rename(kind, name, f"{body['newschema']}.{name.rpartition('.')[2]}")


def owner(scene: Scene, body: Node) -> None:
    kind = kind_of(body["objectType"])
    name = scene.schema.full(body["relation"]) if "relation" in body else name_of(scene, kind, body["object"])
    if not scene.new(kind, name):
        scene.object_to(stricter.OWNER, f"the owner is changed of {kind.replace('_', ' ')} {shown(name)}")


def alter_enum(scene: Scene, body: Node) -> None:
    name = scene.schema.named(words(body["typeName"]))
    if scene.new("type", name):
        return
    if body.get("oldVal"):
        says = f"value {body['oldVal']} of type {shown(name)} is renamed"
        scene.object_to(removed.CHANGE_TYPE, says, LostName("value", body["oldVal"]))
    else:
        scene.object_to(stricter.LOOSER, f"type {shown(name)} gets the value {body.get('newVal')}")
        if scene.transaction is not None:
            scene.transaction.values.add(str(body.get("newVal")))


def alter_domain(scene: Scene, body: Node) -> None:
    name, subtype = scene.schema.named(words(body["typeName"])), body["subtype"]
    if scene.new("type", name):
        return
    constraint = body.get("def", {}).get("Constraint", {})
    if subtype == "O" or (subtype == "C" and not constraint.get("skip_validation")):
        scene.object_to(stricter.DOMAIN, f"domain {shown(name)} is restricted")
    elif subtype == "C":
        scene.object_to(stricter.CONSTRAINT_NOT_VALID, f"constraint {constraint.get('conname', '')} of {shown(name)}")
    elif subtype == "T" and "def" not in body:
        scene.object_to(removed.DROP_DEFAULT, f"domain {shown(name)}")
    elif subtype in {"N", "X"}:
        scene.object_to(stricter.LOOSER, f"domain {shown(name)} takes more values")


_SEQUENCE_FINE = ("owned_by", "cache")


def alter_sequence(scene: Scene, body: Node) -> None:
    name = scene.schema.full(body["sequence"])
    options = [node["DefElem"] for node in body.get("options", ()) if "DefElem" in node]
    changed = [option["defname"] for option in options if not _gives_more(option)]
    if not scene.new("sequence", name) and set(changed) - set(_SEQUENCE_FINE):
        scene.object_to(removed.SEQUENCE, f"sequence {shown(name)} is changed ({', '.join(changed)})")


def _gives_more(option: Node) -> bool:
    """AS bigint, NO MAXVALUE: what was drawn so far would be drawn again."""
    if option["defname"] == "as":
        return type_of(option["arg"]["TypeName"]).name == "int8"
    return option["defname"] == "maxvalue" and "arg" not in option


def alter_other(scene: Scene, body: Node) -> None:
    """Extensions, foreign servers, text search, operators, collations …: their shapes have little in common."""
    name = body.get("extname") or body.get("servername") or body.get("fdwname") or ".".join(words(body.get("defnames")))
    rule = removed.EXTENSION if "extname" in body else removed.DROP_OTHER
    if not scene.new("extension", name):
        scene.object_to(rule, f"{name or scene.statement} is altered")


def all_in_tablespace(scene: Scene, body: Node) -> None:
    scene.object_to(busy.REWRITE, f"all that is in tablespace {body.get('orig_tablespacename')} is moved")


def unknown(scene: Scene, kind: str) -> None:
    scene.object_to(rows.UNKNOWN, f"a statement of kind {kind.removesuffix('Stmt')}")


def has_option(body: Node, name: str) -> bool:
    found = option(body.get("params") or body.get("options"), name)
    off = ("off", "false", "0")
    return found is not None and str(found.get("arg", {}).get("String", {}).get("sval", "true")).lower() not in off
