"""What is run by psql: files as they are, statements with a verdict each."""

import os
import re
import secrets
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from bluegreen_cli.faults import Faulty
from bluegreen_cli.migrations.proving.server import Server

_SAID = 500  # characters of what the server says
_STATEMENT = 60_000  # milliseconds that one may take


class Tried(NamedTuple):
    """`error`: the server's words, "" where it went well."""

    state: str = ""  # SQLSTATE
    error: str = ""


def ask(server: Server, database: str, sql: str, within: float) -> str:
    """One statement; what it answers. `Faulty` where it fails."""
    done = _psql(server, database, ["-Atc", sql], within)
    if done.returncode:
        raise Faulty([f"{server.found}: {_last(done.stderr)}"])
    return done.stdout.strip()


def run_file(server: Server, database: str, text: str, at_once: bool, within: float) -> str:
    """A whole file, as a tool would; what went wrong, "" where nothing did."""
    options = ["-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, *(["-1"] if at_once else []), "-f", "-"]
    done = _psql(server, database, options, within, text)
    return _last(done.stderr) if done.returncode else ""


def try_each(server: Server, database: str, statements: Sequence[str], within: float) -> list[Tried]:
    """Each by itself, one after the other in one session."""
    mark = f"@{secrets.token_hex(8)}"
    lines = [f"{text}\n\\echo {mark} {at} :ERROR :SQLSTATE :LAST_ERROR_MESSAGE" for at, text in enumerate(statements)]
    done = _psql(server, database, ["-q", "-o", os.devnull, "-f", "-"], within, "\n".join(lines) + "\n")
    said = re.findall(rf"(?m)^{mark} (\d+) (true|false) (\S+) ?(.*)$", done.stdout)
    found = {
        int(at): Tried(state, message.strip()[:_SAID]) if bad == "true" else Tried() for at, bad, state, message in said
    }
    lost = Tried("08006", f"the session ended before it: {_last(done.stderr)}")
    return [found.get(at, lost) for at in range(len(statements))]


def _psql(
    server: Server, database: str, options: Sequence[str], within: float, text: str | None = None
) -> "subprocess.CompletedProcess[str]":
    env = os.environ | server.env | {"PGCONNECT_TIMEOUT": "10", "PGOPTIONS": f"-c statement_timeout={_STATEMENT}"}
    env = {name: value for name, value in env.items() if name != "PGSERVICE"}
    command = [server.psql, "-X", "-d", database, *options]
    try:
        return subprocess.run(command, input=text, capture_output=True, text=True, env=env, timeout=max(within, 1.0))
    except subprocess.TimeoutExpired:
        raise Faulty([f"{server.found} did not answer within {within:.0f} s"]) from None
    except OSError as error:
        raise Faulty([f"psql does not run: {error.strerror}"]) from None


def _last(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"\b(ERROR|FATAL|error):", line)]
    return re.sub(r"^psql:[^:]*:(?=\d)", "line ", (errors or lines or ["nothing was said"])[0])[:_SAID]
