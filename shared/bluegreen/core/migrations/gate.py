"""The gate: migration files in, objections out.

Blue and green share one database, so while a migration runs, and until the release before is given up, old code runs on
the new schema. Of each statement three things are asked: can the code in production run on what it leaves? can the code
that production may go back to? does it make everybody wait for a table? What cannot be read is refused by name.

    -- bluegreen: reviewed nobody has written to it since v1.2.0
    DROP TABLE visits;

lets one statement pass; why is kept with the release. Where no release before can run on what a statement leaves, it is

    -- bluegreen: contract since v1.4.0 nothing reads it any more

which also raises the rollback floor: to v1.4.0, or to the release itself where no `since` stands there. A drop or
rename may stand there bare once no release that can come back names what goes: see readers/.
"""

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import NamedTuple

from bluegreen.core.credentials import HIDDEN, hidden
from bluegreen.core.migrations import dumps, formats, scanning, scripts
from bluegreen.core.migrations.formats import Format, Transactions
from bluegreen.core.migrations.locks import waited_for
from bluegreen.core.migrations.rules import busy, rows
from bluegreen.core.migrations.scanning import Piece
from bluegreen.core.migrations.scene import Consequence, Objection, Scene, Transaction
from bluegreen.core.migrations.schema import PUBLIC, Schema
from bluegreen.core.migrations.statements import dispatch, routines
from bluegreen.core.migrations.statements.objects import has_option
from bluegreen.core.migrations.tree import Parsed, Unparsable, inside, parsed

# Both need a reason. `contract` also says that no release before runs on what it leaves: see core/floor.py.
_REVIEWED = (
    r"(?i)^bluegreen:\s*(?:reviewed\b[\s:,-]*(?P<why>.*\S)?"
    r"|(?P<contract>contract\b(?:\s+since\s+\S+)?[\s:,-]+(?!since\b)\S.*))$"
)
_SHOWN = 160  # characters of a statement
_ROLE_CLAUSE = r"(?is)(\bpassword\s*)(?:/\*.*?\*/\s*)*(?:[EBNX]|U&)?(?:'(?:[^'\\]|''|\\.)*'?|\$(\w*)\$.*?(?:\$\2\$|$))"

# Beside the usual ones: where a comment ends for PostgreSQL, and for JavaScript, what follows it is carried out.
_LINE_ENDS, _LINE_ENDS_IN_PROGRAMS = re.compile("\r(?!\n)"), re.compile("\r(?!\n)|[\u2028\u2029]")


class MigrationFile(NamedTuple):
    path: str
    text: str
    before: str = ""  # at the commit in production, where it was there already


class GateVerdict(NamedTuple):
    objections: tuple[Objection, ...]
    files: int  # that were judged
    statements: int
    left_out: tuple[str, ...]  # files that only undo a migration
    empty: tuple[str, ...] = ()  # files in which a release finds nothing to run

    def of(self, consequence: Consequence) -> tuple[Objection, ...]:
        return tuple(found for found in self.objections if found.consequence is consequence)

    @property
    def refused(self) -> tuple[Objection, ...]:
        return self.of(Consequence.REFUSED)


def judge(files: Sequence[MigrationFile], earlier: Sequence[MigrationFile] = ()) -> GateVerdict:
    """`files` in the order in which they are run; `earlier`: those that were run before, from the beginning."""
    dumped = [MigrationFile(file.path, file.before) for file in files if _is_compared(file)]
    schema = known([*earlier, *dumped])
    objections: list[Objection] = []
    statements, judged, empty = 0, _run(files), []
    programs = [file.text for file in judged if scripts.leaves_a_dump(file.path)] if dumped else []
    for file in judged:
        scene = _scene(schema)
        if not (dumped and scripts.leaves_a_dump(file.path)):
            found = _read(scene, file, programs)
            statements += found
            empty += [file.path] if not (found or scene.objections or file.before) else []
        schema = scene.schema
        objections += scene.objections
    left_out = tuple(file.path for file in files if formats.undoes(file.path))
    return GateVerdict(tuple(objections), len(judged), statements, left_out, tuple(empty))


def known(earlier: Sequence[MigrationFile]) -> Schema:
    """The schema that these files have made."""
    schema, readable = Schema(), True
    for file in _run(earlier):
        scene = _scene(schema)
        _read(scene, file)
        schema = scene.schema
        readable &= not any(found.rule is rows.UNREADABLE for found in scene.objections)
    schema.settle(complete=bool(earlier) and readable)
    return schema


def _is_compared(file: MigrationFile) -> bool:
    return bool(file.before) and dumps.is_dump(file.path)


def _run(files: Iterable[MigrationFile]) -> list[MigrationFile]:
    ended = {True: _LINE_ENDS_IN_PROGRAMS, False: _LINE_ENDS}
    return [
        file._replace(text=end.sub("\n", file.text), before=end.sub("\n", file.before))
        for file in files
        if not formats.undoes(file.path)
        for end in (ended[scripts.is_script(file.path)],)
    ]


def _scene(schema: Schema) -> Scene:
    schema.path = PUBLIC
    schema.end_temporary()  # a file may have a session of its own
    return Scene(schema, judge=dispatch.judge, run=routines.run)


def _read(scene: Scene, file: MigrationFile, programs: Sequence[str] = ()) -> int:
    """Reads one file into the scene; answers how many statements it has. `programs`: those that made a dump."""
    found = formats.read(file.path, file.text)
    pieces = [(piece, _parsed(piece)) for piece in _pieces(file, found, programs)]
    statements = [statement for _, read in pieces if not isinstance(read, Unparsable) for statement in read]
    scene.path, scene.rolls_back = file.path, any(map(_takes_back, statements))
    scene.begun = deepcopy(scene.schema) if scene.rolls_back else None
    scene.transaction = Transaction(False, scene.begun) if _in_one(found, statements) else None
    for piece, read in pieces:
        _begin(scene, piece, found)
        if isinstance(read, Unparsable):
            scene.line += piece.text.lstrip().count("\n", 0, read.at) if piece.text else 0
            scene.object_to(rows.UNREADABLE, f"“{_short(piece.text or piece.meta)}” ({_told(read, piece)})")
            continue
        for statement in read:
            scene.lock = waited_for(statement, scene.schema)
            _value_too_early(scene, statement)
            scene.nested({statement.kind: statement.body})
    return len(statements)


def _pieces(file: MigrationFile, found: Format, programs: Sequence[str]) -> list[Piece]:
    if scripts.is_script(file.path):
        return scripts.pieces(file.path, file.text)
    if _is_compared(file):
        return dumps.changes(file.before, file.text, programs)
    return scanning.pieces(found.text)


def _value_too_early(scene: Scene, statement: Parsed) -> None:
    """PostgreSQL refuses a value of an enum in the transaction that adds it."""
    added = scene.transaction.values if scene.transaction is not None else set()
    for kind, body in inside(statement.body) if added else ():
        if kind == "A_Const" and body.get("sval", {}).get("sval") in added:
            scene.object_to(busy.IN_TRANSACTION, f"the value {body['sval']['sval']} that is added")


def _begin(scene: Scene, piece: Piece, found: Format) -> None:
    scene.line, scene.statement, scene.reviewed, scene.lock = piece.line, _short(piece.text or piece.meta), "", ""
    for comment in piece.comments:
        reviewed = re.match(_REVIEWED, comment.says)
        if reviewed:
            scene.reviewed = reviewed["why"] or reviewed["contract"] or ""
        changeset = re.search(formats.CHANGESET, comment.says) if found.tool == "Liquibase" else None
        if changeset:
            alone = "runintransaction:false" in changeset[1].replace(" ", "").lower()
            scene.transaction = None if alone else Transaction(False)


def _parsed(piece: Piece) -> list[Parsed] | Unparsable:
    if piece.why:
        return Unparsable(piece.why)
    if piece.meta:
        return [] if scanning.harmless(piece.meta) else Unparsable("a command of psql, not SQL")
    try:
        return parsed(piece.text)
    except Unparsable as error:
        return error


def _in_one(found: Format, statements: list[Parsed]) -> bool:
    """Whether the tool runs them in one transaction."""
    if found.transactions is Transactions.SEVERAL:
        return len(statements) > 1
    if found.transactions is Transactions.UNMIXED:
        return not all(_alone(statement) or statement.kind == "VariableSetStmt" for statement in statements)
    return found.transactions is Transactions.WHOLE


def _takes_back(statement: Parsed) -> bool:
    return statement.kind == "TransactionStmt" and "ROLLBACK" in statement.body["kind"]


def _alone(statement: Parsed) -> bool:
    """True of what PostgreSQL refuses in a transaction."""
    body = statement.body
    if statement.kind in {"IndexStmt", "DropStmt"}:
        return bool(body.get("concurrent"))
    if statement.kind == "ReindexStmt":
        return has_option(body, "concurrently")
    return statement.kind == "VacuumStmt" and bool(body.get("is_vacuumcmd"))


def _hidden(text: str) -> str:
    """SQL spells a password in ways that no other language has: E'…', $$…$$, two quotes for one."""
    return hidden(re.sub(_ROLE_CLAUSE, rf"\1{HIDDEN}", text))


def _told(fault: Unparsable, piece: Piece) -> str:
    """The parser's words, unless they may repeat a part of what is hidden."""
    return fault.says if _hidden(piece.text) == piece.text else "its words are hidden with its password"


def _short(text: str) -> str:
    flat = " ".join(re.sub(r"^\s*--[^\n]*$", "", text, flags=re.MULTILINE).split())
    flat = _hidden(flat[: 4 * _SHOWN])  # before it is cut to what is shown, so that no name is parted from its value
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"
