"""PostgreSQL's own parse tree, as pgparse (libpg_query of PostgreSQL 17) gives it: statements in, nested mappings out.

A node is a mapping of one key, its kind, to its fields: `{"ColumnDef": {"colname": "x", …}}`. Zero and
false are left out.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

Node = dict[str, Any]


class Unparsable(Exception):
    """Not SQL that PostgreSQL 17 reads. `at`: the character, from 0."""

    def __init__(self, says: str, at: int = 0) -> None:
        super().__init__(says)
        self.says, self.at = says, at


class Parsed(NamedTuple):
    kind: str  # such as AlterTableStmt
    body: Node


def parsed(text: str) -> list[Parsed]:
    """The statements of a text. The parser is loaded here only: a function at rest does not pay for it."""
    import pgparse

    if "\0" in text:
        raise Unparsable("a zero byte, at which PostgreSQL would stop to read", text.index("\0"))
    try:
        found = pgparse.parse(text)
    except pgparse.PGQueryError as error:
        raise Unparsable(str(error.message), max(int(error.position) - 1, 0)) from None
    except (ValueError, RecursionError) as error:  # what its JSON cannot hold: a zero byte, thousands of levels
        raise Unparsable(str(error)) from None
    return [Parsed(*only(statement["stmt"])) for statement in found if "stmt" in statement]


def block(text: str) -> list[Node]:
    """The PL/pgSQL of a CREATE FUNCTION or DO statement."""
    import pgparse

    try:
        found: list[Node] = pgparse.parse_pgsql(text)
    except pgparse.PGQueryError as error:
        raise Unparsable(str(error.message), max(int(error.position) - 1, 0)) from None
    except (ValueError, RecursionError) as error:
        raise Unparsable(str(error)) from None
    return found


def only(node: Node) -> tuple[str, Node]:
    kind, body = next(iter(node.items()))
    return kind, body


def inside(node: Any) -> Iterator[tuple[str, Node]]:
    """Every node below one, itself included, the outermost first."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting += reversed(here)
        elif isinstance(here, dict):
            for kind, body in here.items():
                if kind[:1].isupper() and isinstance(body, dict):
                    yield kind, body
            waiting += reversed(list(here.values()))


def words(nodes: Any) -> list[str]:
    """The texts of a list of String nodes, such as the parts of a name."""
    return [body.get("sval", "") for node in nodes or () for kind, body in node.items() if kind == "String"]


def option(nodes: Any, name: str) -> Node | None:
    """The DefElem of that name."""
    found = (body for node in nodes or () for kind, body in node.items() if kind == "DefElem")
    return next((body for body in found if body.get("defname") == name), None)


def constraints(column: Node) -> list[Node]:
    return [node["Constraint"] for node in column.get("constraints", ())]


def constraint_of(column: Node, kind: str) -> Node | None:
    return next((found for found in constraints(column) if found["contype"] == f"CONSTR_{kind}"), None)


def is_null(node: Any) -> bool:
    """A literal NULL, also where it is cast."""
    if not isinstance(node, dict):
        return False
    kind, body = only(node)
    return is_null(body["arg"]) if kind == "TypeCast" else kind == "A_Const" and bool(body.get("isnull"))
