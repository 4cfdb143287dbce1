"""ALTER TABLE, and what is said in its words of indexes, views, sequences and types: each of its commands."""

from collections.abc import Callable

from bluegreen.core.migrations.rules import busy, removed, rows, stricter
from bluegreen.core.migrations.rules.rule import Rule
from bluegreen.core.migrations.scene import Scene, shown
from bluegreen.core.migrations.schema import Age
from bluegreen.core.migrations.statements import columns, constraining
from bluegreen.core.migrations.tree import Node

Command = Callable[[Scene, str, Node], None]
_KINDS = {
    "OBJECT_TABLE": "table",
    "OBJECT_FOREIGN_TABLE": "table",
    "OBJECT_INDEX": "index",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "matview",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_TYPE": "type",
}


def alter_table(scene: Scene, body: Node) -> None:
    kind = _KINDS.get(body.get("objtype", "OBJECT_TABLE"), "")
    name = scene.schema.full(body["relation"])
    if body.get("missing_ok") and scene.schema.is_gone(kind, name):
        return
    if kind == "table" and scene.schema.age("table", name) not in (Age.NEW, Age.PERHAPS):
        scene.changes_schema = True
    commands = [node["AlterTableCmd"] for node in body.get("cmds", ())]
    validates = [command for command in commands if command["subtype"] == "AT_ValidateConstraint"]
    if validates and len(validates) < len(commands) and not scene.new(kind, name):
        scene.object_to(busy.VALIDATE_AT_ONCE, f"constraint {validates[0]['name']} of {shown(name)}")
    for node in body.get("cmds", ()):
        _command(scene, kind, name, node["AlterTableCmd"])


def _command(scene: Scene, kind: str, name: str, command: Node) -> None:
    subtype = command["subtype"].removeprefix("AT_")
    if kind == "type":
        if not scene.new("type", name):
            scene.object_to(removed.CHANGE_TYPE, f"attributes of type {shown(name)} are changed")
    elif kind == "index" and subtype == "AttachPartition":
        return  # a note in the catalogue
    elif kind == "view" and subtype.endswith("RelOptions"):
        _refuse(scene, kind, name, (removed.REPLACE_VIEW, "options are set on"))
    elif subtype in _COMMANDS:
        _COMMANDS[subtype](scene, name, command)
    elif subtype in _REFUSED:
        _refuse(scene, kind or "table", name, _REFUSED[subtype])
    elif subtype not in _FINE:
        scene.object_to(rows.UNKNOWN, f"ALTER TABLE command {subtype} on {shown(name)}")


def _refuse(scene: Scene, kind: str, name: str, broken: tuple[Rule, str]) -> None:
    if not scene.new(kind, name):
        scene.object_to(broken[0], f"{broken[1]} {shown(name)}")


def _attach(scene: Scene, table: str, command: Node) -> None:
    """A partition that is new has no rows to read."""
    part = scene.schema.full(command["def"]["PartitionCmd"]["name"])
    if scene.new("table", table) or scene.new("table", part):
        return
    known = scene.schema.tables.get(part)
    checked = known is not None and any(c.kind == "CHECK" and c.valid for c in known.constraints.values())
    if not checked:
        scene.object_to(busy.ATTACH, f"{shown(part)} becomes a partition of {shown(table)}")


def _detach(scene: Scene, table: str, command: Node) -> None:
    body = command["def"]["PartitionCmd"]
    part = scene.schema.full(body["name"])
    if body.get("concurrent") and scene.transaction is not None:
        scene.object_to(busy.IN_TRANSACTION, "DETACH PARTITION … CONCURRENTLY")
    if not scene.new("table", part) and not scene.new("table", table):
        scene.object_to(busy.DETACH, f"{shown(part)} leaves {shown(table)}")


def _inherit(scene: Scene, table: str, command: Node) -> None:
    if not scene.new("table", table):
        scene.object_to(busy.INHERIT, f"the parents of {shown(table)} are changed")


def _replica_identity(scene: Scene, table: str, command: Node) -> None:
    nothing = command["def"]["ReplicaIdentityStmt"].get("identity_type") == "n"
    if nothing and not scene.new("table", table):
        scene.object_to(stricter.PUBLICATION, f"{shown(table)} is replicated without an identity")


_COMMANDS: dict[str, Command] = {
    "AddColumn": columns.add,
    "DropColumn": columns.drop,
    "AlterColumnType": columns.retype,
    "ColumnDefault": columns.default,
    "SetNotNull": columns.set_not_null,
    "DropNotNull": columns.drop_not_null,
    "DropIdentity": columns.drop_identity,
    "DropExpression": columns.drop_identity,
    "AddIdentity": columns.identity,
    "SetIdentity": columns.identity,
    "SetExpression": columns.set_expression,
    "AddConstraint": constraining.add,
    "ValidateConstraint": constraining.validate,
    "DropConstraint": constraining.drop,
    "AlterConstraint": constraining.alter,
    "AttachPartition": _attach,
    "DetachPartition": _detach,
    "AddInherit": _inherit,
    "DropInherit": _inherit,
    "ReplicaIdentity": _replica_identity,
}
_TRIGGER = (removed.TRIGGER, "triggers are turned on or off on")
_RULE = (stricter.RULE, "rules are turned on or off on")
_SECURITY = (stricter.ROW_SECURITY, "row-level security is changed on")
_REFUSED: dict[str, tuple[Rule, str]] = {
    **dict.fromkeys(("EnableTrig", "EnableAlwaysTrig", "EnableReplicaTrig", "DisableTrig"), _TRIGGER),
    **dict.fromkeys(("EnableTrigAll", "DisableTrigAll", "EnableTrigUser", "DisableTrigUser"), _TRIGGER),
    **dict.fromkeys(("EnableRule", "EnableAlwaysRule", "EnableReplicaRule", "DisableRule"), _RULE),
    **dict.fromkeys(("EnableRowSecurity", "DisableRowSecurity"), _SECURITY),
    **dict.fromkeys(("ForceRowSecurity", "NoForceRowSecurity"), _SECURITY),
    "ChangeOwner": (stricter.OWNER, "the owner is changed of"),
    "SetLogged": (busy.LOGGED, "SET LOGGED of"),
    "SetUnLogged": (busy.LOGGED, "SET UNLOGGED of"),
    "SetAccessMethod": (busy.REWRITE, "another access method is set on"),
    "SetTableSpace": (busy.REWRITE, "another tablespace is set on"),
    "AddOf": (busy.INHERIT, "the type is changed of"),
    "DropOf": (busy.INHERIT, "the type is changed of"),
    "DetachPartitionFinalize": (busy.DETACH, "a partition leaves"),
    "GenericOptions": (removed.DROP_OTHER, "the source is changed of the foreign table"),
    "AlterColumnGenericOptions": (removed.DROP_OTHER, "the source of a column is changed of"),
}
# Read by the planner, by vacuum or by nobody: no query and no row is changed.
_FINE = {
    "SetStatistics",
    "SetOptions",
    "ResetOptions",
    "SetStorage",
    "SetCompression",
    "ClusterOn",
    "DropCluster",
    "DropOids",
    "SetRelOptions",
    "ResetRelOptions",
    "ReplaceRelOptions",
}
