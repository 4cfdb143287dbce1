"""Carries a proof out: two databases, the migrations, the old statements and the old command."""

import hashlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from bluegreen.core.migrations import formats, scanning, scripts
from bluegreen.core.migrations.formats import Transactions
from bluegreen.core.migrations.gate import MigrationFile
from bluegreen.core.migrations.tree import Parsed, Unparsable, inside, parsed
from bluegreen_cli.faults import Faulty
from bluegreen_cli.migrations.proving import psql
from bluegreen_cli.migrations.proving.proof import OldCommand, OldStatement, Proof
from bluegreen_cli.migrations.proving.server import Server

_SAID = 2000  # characters of what a command said last
_BEYOND = frozenset(  # a database: roles, settings, other databases, tablespaces, replication
    [
        "CreateRoleStmt",
        "AlterRoleStmt",
        "AlterRoleSetStmt",
        "DropRoleStmt",
        "GrantRoleStmt",
        "ReassignOwnedStmt",
        "DropOwnedStmt",
        "AlterSystemStmt",
        "CreatedbStmt",
        "DropdbStmt",
        "AlterDatabaseStmt",
        "AlterDatabaseSetStmt",
        "CreateTableSpaceStmt",
        "DropTableSpaceStmt",
        "AlterTableSpaceOptionsStmt",
        "CreateSubscriptionStmt",
        "AlterSubscriptionStmt",
        "DropSubscriptionStmt",
    ]
)


class Trial(NamedTuple):
    """What is to be tried. `seconds`: for all of it."""

    schema: Sequence[MigrationFile]  # what makes the schema of production, in order
    run: Sequence[MigrationFile]
    old: MigrationFile | None = None  # statements of the release that still runs
    command: str = ""
    seconds: float = 300.0


class _OldText(NamedTuple):
    line: int
    text: str  # as it is run
    written: str
    executed: bool


def carry_out(server: Server, trial: Trial) -> Proof:
    """`Faulty` where nothing can be said: what cannot be read or run, or a server that does not answer."""
    begun = time.monotonic()
    old = _statements(trial.old) if trial.old else []
    for file in (*trial.schema, *trial.run, *([trial.old] if trial.old else [])):
        _check(file, server)
    parts = {"schema": trial.schema, "migration": trial.run, "old": [trial.old] if trial.old else []}
    files = [
        {"part": part, "path": file.path, "sha256": hashlib.sha256(file.text.encode()).hexdigest()}
        for part, of_it in parts.items()
        for file in of_it
    ]
    proof = Proof(server.found, psql.ask(server, server.home, "SHOW server_version", 20), files)
    with _databases(server) as (before, after):
        _Run(server, trial, begun).fill(proof, old, before, after)
    proof.seconds = round(time.monotonic() - begun, 1)
    return proof


class _Run:
    def __init__(self, server: Server, trial: Trial, begun: float) -> None:
        self._server, self._trial = server, trial
        self._ends = begun + trial.seconds

    def fill(self, proof: Proof, old: list[_OldText], before: str, after: str) -> None:
        for file in self._trial.schema:
            if said := self._file(before, file):
                raise Faulty([f"the schema of production cannot be made: {file.path}: {said}"])
        psql.ask(self._server, self._server.home, f'CREATE DATABASE "{after}" TEMPLATE "{before}"', self._left())
        texts = [each.text for each in old]
        first = psql.try_each(self._server, before, texts, self._left()) if old else []
        command, first_status, _ = self._trial.command, *self._command(before)
        for file in self._trial.run:
            if said := self._file(after, file):
                proof.failed = f"{file.path}: {said}"
                return
        then = psql.try_each(self._server, after, texts, self._left()) if old else []
        proof.statements = [
            OldStatement(each.line, each.written, one.error, two.error, each.executed)
            for each, one, two in zip(old, first, then, strict=True)
        ]
        if command:
            status, said = self._command(after)
            proof.command = OldCommand(command, first_status, status, said if status != 0 else "")

    def _file(self, database: str, file: MigrationFile) -> str:
        if formats.undoes(file.path):
            return ""
        found = formats.read(file.path, file.text)
        several = len([piece for piece in scanning.pieces(found.text) if piece.text.strip()]) > 1
        at_once = found.transactions is Transactions.WHOLE and found.tool != "Liquibase"
        at_once |= found.transactions is Transactions.SEVERAL and several
        return psql.run_file(self._server, database, found.text, at_once, self._left())

    def _command(self, database: str) -> tuple[int | None, str]:
        """The old release's own command, with DATABASE_URL; whatever it started goes with it."""
        if not self._trial.command:
            return 0, ""
        server = self._server
        env = os.environ | server.env | {"DATABASE_URL": server.url(database), "PGDATABASE": database}
        kept = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
        process = subprocess.Popen(self._trial.command, shell=True, env=env, start_new_session=True, text=True, **kept)  # type: ignore[call-overload]
        try:
            said, _ = process.communicate(timeout=max(self._left(), 1.0))
            return process.returncode, self._shown(said)
        except subprocess.TimeoutExpired:
            return None, f"it was stopped after {self._trial.seconds:.0f} s"
        finally:
            _end(process)

    def _shown(self, said: str) -> str:
        hidden = said.replace(self._server.password, "…") if self._server.password else said
        return hidden.strip()[-_SAID:]

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Faulty([f"it took longer than {self._trial.seconds:.0f} s (--timeout)"])
        return left


def _end(process: "subprocess.Popen[str]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    if process.stdout is not None:
        process.stdout.close()


@contextmanager
def _databases(server: Server) -> Iterator[tuple[str, str]]:
    """Two names that nobody has; the databases are dropped, whatever happens."""
    stem = f"bluegreen_prove_{secrets.token_hex(6)}"
    before, after = f"{stem}_before", f"{stem}_after"
    try:
        psql.ask(server, server.home, f'CREATE DATABASE "{before}" TEMPLATE template0', 60)
        yield before, after
    finally:
        for name in (before, after) if server.shared else ():
            psql.ask(server, server.home, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', 60)


def _check(file: MigrationFile, server: Server) -> None:
    """Before anything is run: all of it can be read, and reaches no further than its database."""
    if scripts.is_script(file.path):
        raise Faulty([f"{file.path} is a program: only SQL can be run here"])
    for piece in scanning.pieces(formats.read(file.path, file.text).text):
        if piece.meta and not scanning.harmless(piece.meta):
            raise Faulty([f"{file.path}:{piece.line}: {piece.meta[:80]} is a command of psql, which is not run here"])
        for kind, body in _parsed(file.path, piece.line, piece.text):
            if kind == "CopyStmt" and body.get("is_program"):
                raise Faulty([f"{file.path}:{piece.line}: COPY … PROGRAM is not run here"])
            if server.shared and kind in _BEYOND:
                says = f"{kind.removesuffix('Stmt')} reaches beyond a database, so it is not run on a server of others"
                raise Faulty([f"{file.path}:{piece.line}: {says}: go without --dsn"])


def _statements(file: MigrationFile) -> list[_OldText]:
    """One with parameters ($1) is prepared: that asks for its tables and columns, and needs no values."""
    found: list[_OldText] = []
    for piece in scanning.pieces(file.text):
        read = _parsed(file.path, piece.line, piece.text)
        if piece.meta or any(kind == "CopyStmt" for kind, _ in read):
            raise Faulty([f"{file.path}:{piece.line}: only SQL statements are run here"])
        if not read:
            continue
        has_values = not any(kind == "ParamRef" for _, body in read for kind, _ in inside(body))
        text = piece.text.strip().rstrip(";")
        run = f"{text}\n;" if has_values else f"PREPARE bluegreen_{len(found)} AS {text}\n;"
        written = " ".join(scanning.uncommented(text).split())
        found.append(_OldText(piece.line, run, written, has_values))
    if not found:
        raise Faulty([f"{file.path} holds no statement"])
    return found


def _parsed(path: str, line: int, text: str) -> list[Parsed]:
    try:
        return parsed(text)
    except Unparsable as error:
        raise Faulty([f"{path}:{line}: PostgreSQL would not read it: {error.says}"]) from None
