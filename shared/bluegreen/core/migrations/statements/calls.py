"""Routines that a statement calls. Those of PostgreSQL that only work something out are known by name; one that the
migrations made is read where it is called; any other may do anything."""

from typing import Any

from bluegreen.core.migrations.known_names import BUILT_IN, FOR_ALL
from bluegreen.core.migrations.rules import removed, rows
from bluegreen.core.migrations.scene import Scene, shown
from bluegreen.core.migrations.tree import Node, inside, words

_DEEPEST = 8
_HARMFUL = {"setval": removed.SEQUENCE}


def look(scene: Scene, node: Any) -> None:
    for kind, body in inside(node):
        if kind == "FuncCall":
            call(scene, body)


def call(scene: Scene, body: Node) -> None:
    names = words(body["funcname"])
    bare, own = names[-1], len(names) > 1 and names[0] != "pg_catalog"
    if bare == "set_config" and not own:
        _set_config(scene, body)
    elif bare in _HARMFUL and not own:
        if not _of_new_sequence(scene, body):
            scene.object_to(_HARMFUL[bare], f"{bare}() sets a sequence in use")
    elif own or bare not in BUILT_IN or scene.schema.named(names) in scene.schema.routines:  # also one of its name
        _known(scene, scene.schema.named(names))


def _known(scene: Scene, name: str) -> None:
    made = scene.schema.routines.get(name)
    if made is None:
        scene.object_to(rows.UNKNOWN_CALL, f"{shown(name)}()")
    elif name not in scene.calls and len(scene.calls) < _DEEPEST:
        scene.calls.append(name)
        for each in made.values():  # which of them is called the types say, and those are not worked out here
            scene.routine(each)
        scene.calls.pop()


def _set_config(scene: Scene, body: Node) -> None:
    texts = [argument.get("A_Const", {}).get("sval", {}).get("sval", "") for argument in body.get("args", ())]
    if texts and texts[0].lower() in FOR_ALL:
        scene.object_to(rows.SERVER, f"set_config() of {texts[0]}")
    if texts[:1] == ["search_path"]:
        path = [part.strip(' "') for part in (texts[1:2] or [""])[0].split(",")]
        scene.schema.path = next((part for part in path if part and part != "$user"), "public")


def _of_new_sequence(scene: Scene, body: Node) -> bool:
    """Of a sequence, or of a serial column of a table, that nobody uses yet."""
    first = (body.get("args") or [{}])[0]
    while "TypeCast" in first:
        first = first["TypeCast"]["arg"]
    inner = first.get("FuncCall", {})
    if inner and words(inner["funcname"])[-1:] == ["pg_get_serial_sequence"]:
        return scene.new("table", _named(scene, (inner.get("args") or [{}])[0]))
    name = _named(scene, first)
    owners = [table for table in scene.schema.tables if name.startswith(f"{table}_") and scene.new("table", table)]
    return scene.new("sequence", name) or bool(owners)


def _named(scene: Scene, node: Node) -> str:
    text = node.get("A_Const", {}).get("sval", {}).get("sval", "")
    return scene.schema.named(text.replace('"', "").split("."))


def bare(node: Any) -> Any:
    """A tree without the places where it stood, to compare two by what they say."""
    if isinstance(node, dict):
        return {key: bare(value) for key, value in node.items() if key != "location"}
    return [bare(item) for item in node] if isinstance(node, list) else node
