"""Functions, procedures and triggers; DO blocks and calls, whose PL/pgSQL is read statement by statement."""

from typing import Any

from bluegreen.core.migrations.rules import removed, rows
from bluegreen.core.migrations.scene import Scene, Transaction, shown
from bluegreen.core.migrations.statements import calls, constant
from bluegreen.core.migrations.tree import Node, Unparsable, block, inside, option, parsed, words

_PLANNER_ONLY = ("cost", "rows", "parallel", "support")
_QUERIES = ("PLpgSQL_stmt_execsql", "PLpgSQL_stmt_perform", "PLpgSQL_stmt_call")
_ALTERNATIVES = {"PLpgSQL_stmt_if", "PLpgSQL_stmt_case", "PLpgSQL_exception_block", "PLpgSQL_stmt_loop"}
_LOOPS = {
    "PLpgSQL_stmt_while",
    "PLpgSQL_stmt_fori",
    "PLpgSQL_stmt_fors",
    "PLpgSQL_stmt_forc",
    "PLpgSQL_stmt_foreach_a",
}
_TAKES_BACK = {"PLpgSQL_exception_block", "PLpgSQL_stmt_rollback"}
_LEAVES = {"PLpgSQL_stmt_return", "PLpgSQL_stmt_exit"}  # without a line: the parser's own, at the end
_DYNAMIC = ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors")


def create(scene: Scene, body: Node) -> None:
    name = scene.schema.named(words(body["funcname"]))
    fresh = scene.perhaps_new("routine", name) or scene.schema.is_gone("routine", name) or name.startswith("pg_temp.")
    if body.get("replace") and not fresh:
        scene.object_to(removed.REPLACE_ROUTINE, f"{shown(name)}()")
    scene.schema.routines.setdefault(name, {})[_signature(body)] = body
    scene.make("routine", name)


def _signature(body: Node) -> str:
    """What tells one routine from another of its name: the types of its parameters."""
    return str([calls.bare(node["FunctionParameter"].get("argType")) for node in body.get("parameters", ())])


def alter(scene: Scene, body: Node) -> None:
    name = scene.schema.named(words(body["func"]["objname"]))
    changed = {node["DefElem"]["defname"] for node in body.get("actions", ())}
    if changed - set(_PLANNER_ONLY) and not scene.new("routine", name):
        scene.object_to(removed.REPLACE_ROUTINE, f"{shown(name)}()")


def trigger(scene: Scene, body: Node) -> None:
    table, name = scene.schema.full(body["relation"]), body["trigname"]
    if scene.new("table", table) or scene.new("view", table):
        return
    function = scene.schema.named(words(body["funcname"]))
    if body.get("replace") or body.get("isconstraint"):
        scene.object_to(removed.TRIGGER, f"trigger {name} on {shown(table)} is replaced or may refuse rows")
    elif harm := _may_refuse(scene, function):
        scene.object_to(removed.TRIGGER, f"trigger {name} on {shown(table)} {harm}")
    scene.make("trigger", f"{table}.{name}")


def _may_refuse(scene: Scene, function: str) -> str:
    """How a trigger's function may hinder a write; "" where it is read and does not."""
    made = scene.schema.routines.get(function, {}).get(str([]))  # a trigger's has no parameters
    if made is None or not scene.perhaps_new("routine", function):
        return f"calls {shown(function)}(), which was not made here"
    try:
        read = block(_source(made, "CREATE FUNCTION f() RETURNS trigger"))
    except Unparsable:
        return f"calls {shown(function)}(), which cannot be read"
    for kind, body in inside(read):
        if kind == "PLpgSQL_stmt_raise" and body.get("elog_level", 21) >= 21:
            return f"calls {shown(function)}(), which raises an exception"
        expression = body.get("expr", {}).get("PLpgSQL_expr", {}).get("query", "")
        if kind == "PLpgSQL_stmt_return" and expression.strip().lower() == "null":
            return f"calls {shown(function)}(), which may return NULL"
    return ""


def _source(made: Node, head: str) -> str:
    return f"{head} LANGUAGE plpgsql AS {_quoted(_body(made)[0])}"


def _body(made: Node) -> tuple[str, str]:
    """The text of a routine or DO block, and its language."""
    options = made.get("options") or made.get("args")
    language = (option(options, "language") or {}).get("arg", {}).get("String", {}).get("sval", "")
    source = (option(options, "as") or {}).get("arg", {})
    texts = words(source.get("List", {}).get("items")) or [source.get("String", {}).get("sval", "")]
    return texts[0], language.lower() or ("plpgsql" if "args" in made or "options" not in made else "sql")


def _quoted(text: str) -> str:
    mark = "$bluegreen$"
    while mark in text:
        mark = f"{mark[:-1]}_$"
    return f"{mark}{text}{mark}"


def do(scene: Scene, body: Node) -> None:
    text, language = _body({"args": body.get("args", [])})
    if language != "plpgsql":
        scene.object_to(rows.DYNAMIC, f"a block in {language}")
        return
    with scene.in_one_transaction():
        _plpgsql(scene, f"DO {_quoted(text)}")


def called(scene: Scene, body: Node) -> None:
    calls.call(scene, body["funccall"])
    calls.look(scene, body["funccall"].get("args"))


def run(scene: Scene, made: Node) -> None:
    """What a routine does when it is called. Its branches are all taken to be possible."""
    with scene.perhaps(), scene.in_one_transaction():
        if "sql_body" in made:
            for item in made["sql_body"].get("List", {}).get("items", [made["sql_body"]]):
                for statement in item.get("List", {}).get("items", [item]):
                    scene.nested(statement)
            return
        text, language = _body(made)
        if language == "plpgsql":
            returns = "RETURNS void" if "returnType" not in made else "RETURNS SETOF record"
            returns = "RETURNS trigger" if "trigger" in words(made.get("returnType", {}).get("names")) else returns
            _plpgsql(scene, _source(made, f"CREATE FUNCTION f() {returns}"), text)
        elif language == "sql":
            _sql(scene, text)
        else:
            scene.object_to(rows.DYNAMIC, f"a routine in {language}")


def _sql(scene: Scene, text: str) -> None:
    try:
        found = parsed(text)
    except Unparsable as error:
        scene.object_to(rows.UNREADABLE, f"{text.strip()[:60]} ({error.says})")
        return
    for statement in found:
        scene.nested({statement.kind: statement.body})


def _plpgsql(scene: Scene, text: str, fallback: str = "") -> None:
    try:
        found = block(text)
    except Unparsable as error:
        scene.object_to(rows.UNREADABLE, f"a block of PL/pgSQL ({error.says})")
        return
    if not found:
        scene.object_to(rows.DYNAMIC, f"a block of PL/pgSQL {fallback[:40]}")
    for function in found:
        with scene.perhaps(_may_end_early(function)):
            _statements(scene, function)


def _may_end_early(function: Node) -> bool:
    """Whether some of it may be left out, or taken back, though it stands in no branch."""
    kinds = ((kind, body.get("lineno")) for kind, body in inside(function))
    return any(kind in _TAKES_BACK or (kind in _LEAVES and line) for kind, line in kinds)


def _statements(scene: Scene, node: Any) -> None:
    if isinstance(node, list):
        for item in node:
            _statements(scene, item)
    elif isinstance(node, dict):
        for kind, body in node.items():
            if not isinstance(body, dict | list):
                continue
            if kind in _ALTERNATIVES or kind in _LOOPS or kind in _DYNAMIC:
                with scene.perhaps():
                    _statement(scene, kind, body)
            else:
                _statement(scene, kind, body)


def _statement(scene: Scene, kind: str, body: Any) -> None:
    if kind in {"PLpgSQL_stmt_commit", "PLpgSQL_stmt_rollback"}:
        scene.transaction = Transaction(False)
    elif isinstance(body, dict) and kind in _QUERIES:
        expression = body.get("sqlstmt") or body.get("expr") or {}
        _sql(scene, expression["PLpgSQL_expr"]["query"])
    elif isinstance(body, dict) and kind in _DYNAMIC:
        _execute(scene, body["query"]["PLpgSQL_expr"]["query"])
        _statements(scene, body.get("body", []))
    elif kind == "PLpgSQL_expr" and isinstance(body, dict):
        _expression(scene, body)
    elif isinstance(body, dict) and "dynquery" in body:
        _execute(scene, body["dynquery"]["PLpgSQL_expr"]["query"])
    else:
        _statements(scene, body)


def _expression(scene: Scene, body: Node) -> None:
    """A query, or a value: then what it calls is looked at. `parseMode` is PostgreSQL's RawParseMode."""
    query, mode = body.get("query", ""), body.get("parseMode", 0)
    if mode in {3, 4, 5}:
        query = query.partition(":=")[2] or query.partition("=")[2]
    text = query if not mode else f"SELECT {query}"
    try:
        for statement in parsed(text):
            scene.nested({statement.kind: statement.body})
    except Unparsable as error:
        scene.object_to(rows.UNREADABLE, f"{query.strip()[:60]} ({error.says})")


def _execute(scene: Scene, expression: str) -> None:
    text = constant.text(expression)
    if text is None:
        scene.object_to(rows.DYNAMIC, f"EXECUTE {expression.strip()[:80]}")
    else:
        _sql(scene, text)
