"""A dump of the whole schema that lies in the repository (Rails' structure.sql, dbmate's schema.sql), as a migration.

A dump says what is there, not what is done. So two of them are compared, that of production's commit and the tag's, and
what leads from one to the other is judged. How it is done cannot be seen: whether an index is built CONCURRENTLY, a
constraint added NOT VALID. It is taken for the plain way, as a dump of the plain way looks just the same; what a
person has looked at is said in the program that does it (`# bluegreen: reviewed …` in db/migrate/*.rb).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bluegreen.core.migrations import scripts
from bluegreen.core.migrations.scanning import Piece, pieces
from bluegreen.core.migrations.tree import Node, Unparsable, parsed

_DUMP = re.compile(r"(^|/)(structure|schema)\.sql$")
_COLUMN = r"(?s)^\s*(\"(?:[^\"]|\"\")+\"|\w+)\s+(.+?)\s*$"
_NAMED = {  # kind of statement → how what it made is taken away
    "CreateStmt": "DROP TABLE {}",
    "ViewStmt": "DROP VIEW {}",
    "IndexStmt": "DROP INDEX {}",
    "CreateSeqStmt": "DROP SEQUENCE {}",
    "CreateSchemaStmt": "DROP SCHEMA {}",
    "CreateExtensionStmt": "DROP EXTENSION {}",
    "CreateEnumStmt": "DROP TYPE {}",
    "CompositeTypeStmt": "DROP TYPE {}",
    "CreateDomainStmt": "DROP DOMAIN {}",
    "CreateFunctionStmt": "DROP FUNCTION {}",
}
_INDEX = r"(?i)^\s*((?:CREATE(?:\s+UNIQUE)?|DROP)\s+INDEX)\s+"
_CONCURRENTLY = r"algorithm:\s*:concurrently|\bCONCURRENTLY\b"
_IGNORED = {"VariableSetStmt", "SelectStmt", "InsertStmt", "CommentStmt"}  # settings, and what the tool has noted


def is_dump(path: str) -> bool:
    return bool(_DUMP.search(path))


class _Made(NamedTuple):
    """One statement of a dump."""

    kind: str
    name: str  # as it is written: public.users
    text: str
    line: int
    body: Node


def changes(before: str, after: str, programs: Sequence[str] = ()) -> list[Piece]:
    """What leads from one dump to the other, each at the line of the newer one that it is about.

    `programs`: those that did it. What they declare holds where each of them does; and an index is built CONCURRENTLY
    where they say so as often as one is built or dropped.
    """
    old, new = _read(before), _read(after)
    if old is None or new is None:
        return pieces(after)
    declared = [scripts.declared(program) for program in programs]
    comments = tuple(comment for found in declared for comment in found) if all(declared) else ()
    found = list(_changes(old, new))
    indexes = sum(bool(re.match(_INDEX, text)) for _, text in found)
    if indexes and sum(len(re.findall(_CONCURRENTLY, program)) for program in programs) >= indexes:
        found = [(line, re.sub(_INDEX, r"\1 CONCURRENTLY ", text)) for line, text in found]
    return [Piece(text, line, comments) for line, text in found]


def _changes(old: list[_Made], new: list[_Made]) -> Iterator[tuple[int, str]]:
    were, are = {_key(made): made for made in old}, {_key(made): made for made in new}
    for key, made in are.items():
        known = were.get(key)
        if known is None or (
            known.text != made.text and made.kind not in ("CreateStmt", "ViewStmt", "CreateFunctionStmt")
        ):
            yield made.line, made.text
        elif known.text != made.text:
            yield from _altered(known, made)
    for key, made in were.items():
        if key not in are:
            yield 1, _undone(made)


def _altered(known: _Made, made: _Made) -> Iterator[tuple[int, str]]:
    if made.kind != "CreateStmt":
        yield made.line, re.sub(r"^\s*CREATE\s+", "CREATE OR REPLACE ", made.text, count=1, flags=re.IGNORECASE)
        return
    were, are = _elements(known.text), _elements(made.text)
    for name, definition in are.items():
        if name not in were:
            yield made.line, f"ALTER TABLE {made.name} ADD {definition};"
        elif were[name] != definition:
            yield made.line, f"ALTER TABLE {made.name} {_to(name, were[name], definition)};"
    for name, definition in were.items():
        if name not in are:
            kind = "CONSTRAINT" if definition.upper().startswith("CONSTRAINT") else "COLUMN"
            yield made.line, f"ALTER TABLE {made.name} DROP {kind} {name};"


def _to(name: str, was: str, now: str) -> str:
    """The commands that turn one definition of a column into another; of a constraint: away with it and anew."""
    if now.upper().startswith("CONSTRAINT"):
        return f"DROP CONSTRAINT {name}, ADD {now}"
    (old_type, old_rest), (new_type, new_rest) = _parts(was), _parts(now)
    commands = []
    if old_type != new_type:
        commands.append(f"ALTER COLUMN {name} TYPE {new_type}")
    for rest, other, verb in ((new_rest, old_rest, "SET"), (old_rest, new_rest, "DROP")):
        commands += [f"ALTER COLUMN {name} {verb} NOT NULL"] if _not_null(rest) and not _not_null(other) else []
    old_default, new_default = _default(old_rest), _default(new_rest)
    if old_default != new_default:
        commands.append(f"ALTER COLUMN {name} " + (f"SET DEFAULT {new_default}" if new_default else "DROP DEFAULT"))
    return ", ".join(commands) or f"ALTER COLUMN {name} TYPE {new_type} USING NULL"  # it differs, and nobody knows how


def _parts(definition: str) -> tuple[str, str]:
    found = re.match(_COLUMN, definition)
    said = found[2] if found else definition
    rest = re.search(r"\s+(DEFAULT|NOT\s+NULL|GENERATED|COLLATE|CONSTRAINT|CHECK)\b", said, re.IGNORECASE)
    return (said[: rest.start()], said[rest.start() :]) if rest else (said, "")


def _not_null(rest: str) -> bool:
    return bool(re.search(r"\bNOT\s+NULL\b", rest, re.IGNORECASE))


def _default(rest: str) -> str:
    found = re.search(r"\bDEFAULT\s+(.+?)(?:\s+NOT\s+NULL)?\s*$", rest, re.IGNORECASE | re.DOTALL)
    return found[1] if found else ""


def _elements(text: str) -> dict[str, str]:
    """What stands between the brackets of a CREATE TABLE: name → definition."""
    inside, depth, start, found = text[text.index("(") + 1 : text.rindex(")")], 0, 0, []
    for at, letter in enumerate(_blanked(inside)):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "," and not depth:
            found.append(inside[start:at])
            start = at + 1
    named = [" ".join(element.split()) for element in (*found, inside[start:]) if element.strip()]
    return {_name(element): element for element in named}


def _blanked(text: str) -> str:
    return re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", lambda found: "x" * len(found[0]), text)


def _name(element: str) -> str:
    bare = re.sub(r"^CONSTRAINT\s+", "", element, flags=re.IGNORECASE)
    found = re.match(_COLUMN, bare)
    return found[1] if found else bare


def _read(text: str) -> list[_Made] | None:
    """None where a statement of it cannot be read."""
    found: list[_Made] = []
    for piece in pieces(text):
        if piece.meta or not piece.text.strip():
            continue
        try:
            statements = parsed(piece.text)
        except Unparsable:
            return None
        for kind, body in statements:
            if kind not in _IGNORED:
                found.append(_Made(kind, _made_name(kind, body), piece.text.strip(), piece.line, body))
    return found


def _key(made: _Made) -> tuple[str, str]:
    return (made.kind, made.name) if made.kind in _NAMED else (made.kind, " ".join(made.text.split()))


def _made_name(kind: str, body: Node) -> str:
    if kind == "IndexStmt":
        schema = body["relation"].get("schemaname", "")
        return _quoted([*([schema] if schema else []), body.get("idxname", "")])
    relation = body.get("relation") or body.get("view") or body.get("sequence") or body.get("typevar")
    if relation:
        return _quoted([relation[part] for part in ("schemaname", "relname") if relation.get(part)])
    parts: Any = body.get("funcname") or body.get("typeName") or body.get("domainname")
    if parts:
        return _quoted([part["String"]["sval"] for part in parts])
    return _quoted([str(body.get("schemaname") or body.get("extname") or "")])


def _quoted(parts: list[str]) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def _undone(made: _Made) -> str:
    if made.kind in _NAMED:
        return _NAMED[made.kind].format(made.name) + ";"
    if made.kind == "AlterTableStmt":
        for command in made.body.get("cmds", ()):
            constraint = command["AlterTableCmd"].get("def", {}).get("Constraint", {})
            if constraint.get("conname"):
                name = _quoted([constraint["conname"]])
                return f"ALTER TABLE {_made_name(made.kind, made.body)} DROP CONSTRAINT {name};"
    if made.kind == "CreateTrigStmt":
        return f"DROP TRIGGER {_quoted([made.body['trigname']])} ON {_made_name(made.kind, made.body)};"
    return f"-- taken away: {made.text}\nTAKEN AWAY;"  # which is no SQL, and so refused by name
