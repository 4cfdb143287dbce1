"""Who may do what, and which rows they see: grants, roles, policies, rewriting rules, replication, settings."""

from bluegreen.core.migrations.known_names import FOR_ALL
from bluegreen.core.migrations.rules import removed, rows, stricter
from bluegreen.core.migrations.scene import Scene, shown
from bluegreen.core.migrations.schema import PUBLIC
from bluegreen.core.migrations.statements.objects import kind_of, name_of
from bluegreen.core.migrations.tree import Node

_READ_ONLY = ("default_transaction_read_only", "transaction_read_only")


def grant(scene: Scene, body: Node) -> None:
    if body.get("is_grant") and not body.get("grant_option_for"):
        return
    kind, named = kind_of(body.get("objtype", "")), body.get("objects", [])
    if named and all(_is_new(scene, kind, node) for node in named):
        return
    scene.object_to(stricter.REVOKE, "rights are revoked")


def _is_new(scene: Scene, kind: str, node: Node) -> bool:
    name = scene.schema.full(node["RangeVar"]) if "RangeVar" in node else name_of(scene, kind, node)
    kinds = ("table", "view", "matview", "sequence") if kind == "table" else (kind,)
    return any(scene.new(kind, name) for kind in kinds)


def grant_role(scene: Scene, body: Node) -> None:
    if not body.get("is_grant"):
        scene.object_to(stricter.REVOKE, "a role is revoked")


def default_privileges(scene: Scene, body: Node) -> None:
    if not body["action"].get("is_grant"):
        scene.object_to(stricter.REVOKE, "rights that new objects would get are revoked")


def create_role(scene: Scene, body: Node) -> None:
    scene.make("role", body.get("role", ""))


def alter_role(scene: Scene, body: Node) -> None:
    name = body.get("role", {}).get("rolename", "")
    if not scene.new("role", name):
        scene.object_to(stricter.ROLE, f"role {name or 'of everybody'} is altered")


def drop_role(scene: Scene, body: Node) -> None:
    names = [node["RoleSpec"].get("rolename", "") for node in body.get("roles", ()) if "RoleSpec" in node]
    if not all(scene.new("role", name) for name in names):
        scene.object_to(stricter.ROLE, f"{', '.join(names)} or what it owns is dropped or given away")


def policy(scene: Scene, body: Node) -> None:
    table = scene.schema.full(body["table"])
    if not scene.new("table", table):
        scene.object_to(stricter.ROW_SECURITY, f"policy {body['policy_name']} on {shown(table)}")


def rule(scene: Scene, body: Node) -> None:
    table = scene.schema.full(body["relation"])
    if not any(scene.new(kind, table) for kind in ("table", "view")):
        scene.object_to(stricter.RULE, f"rule {body['rulename']} on {shown(table)}")


def event_trigger(scene: Scene, body: Node) -> None:
    scene.object_to(removed.TRIGGER, f"event trigger {body.get('trigname', '')}")


def replication(scene: Scene, body: Node) -> None:
    name = body.get("pubname") or body.get("subname") or ""
    scene.object_to(stricter.PUBLICATION, f"publication or subscription {name}")


def server(scene: Scene, body: Node) -> None:
    scene.object_to(rows.SERVER, scene.statement)


def variable(scene: Scene, body: Node) -> None:
    name, schema = body.get("name", ""), scene.schema
    values = [node.get("A_Const", {}).get("sval", {}).get("sval", "") for node in body.get("args", ())]
    if name == "search_path" or body["kind"] == "VAR_RESET_ALL":
        scene.path_after = (scene.path_after or schema.path) if body.get("is_local") else ""
        schema.path = next((value for value in values if value and value != "$user"), PUBLIC)
    elif (name in FOR_ALL or (name in _READ_ONLY and not body.get("is_local"))) and body.get("args"):
        scene.object_to(rows.SERVER, f"SET {name}")


def discard(scene: Scene, body: Node) -> None:
    everything = body["target"] == "DISCARD_ALL"
    if everything:
        scene.schema.path, scene.path_after = PUBLIC, ""
    if everything or body["target"] == "DISCARD_TEMP":
        scene.schema.end_temporary()
