"""Installs what the demo runs into .venv, before anything is installed: with the standard library alone.

pip works on one core, so two of it share the list; it is whole, so nothing has to be resolved; and pip runs out of the
wheel that Python brings, which saves installing it first. Usage: python3 demo/install.py .venv requirements-demo.lock
"""

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import threading
from pathlib import Path

import ensurepip  # isort: skip
import venv  # isort: skip

_QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_NO_INPUT": "1"}
_PIP = ("-m", "pip", "install", "--no-compile", "--no-deps", "--progress-bar", "off", "--require-hashes", "-r")
_AT_ONCE = 2
_EACH = 10  # packages between two lines of progress


class Progress:
    """Counts over all that pip says; errors are kept."""

    def __init__(self, packages: int) -> None:
        self._packages, self._seen, self._lock = packages, 0, threading.Lock()
        self.errors: list[str] = []

    def hear(self, line: str) -> None:
        with self._lock:
            if line.startswith("ERROR"):
                self.errors.append(line)
            if line.lstrip().startswith(("Collecting ", "Processing ")):
                self._seen += 1
                if self._seen % _EACH == 0 or self._seen == self._packages:
                    print(f"  package {self._seen} of {self._packages}", flush=True)


def parts(text: str, number: int = _AT_ONCE) -> list[str]:
    """A list of requirements in so many, by turns; each keeps the hashes and comments that follow it."""
    found: list[list[str]] = [[] for _ in range(number)]
    at = -1
    for line in text.splitlines(keepends=True):
        at += bool(re.match(r"[A-Za-z0-9]", line))
        if at >= 0:
            found[at % number].append(line)
    return ["".join(lines) for lines in found]


def pip_wheel() -> str:
    """The one that `venv` would install; "" where this Python keeps none."""
    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR"), Path(ensurepip.__file__).parent / "_bundled"]
    wheels = [wheel for folder in folders if folder for wheel in sorted(Path(folder).glob("pip-*.whl"))]
    return str(wheels[-1]) if wheels else ""


def install(folder: Path, text: str) -> int:
    """The exit status: 1 where any of the packages could not be had."""
    wheel = pip_wheel()
    venv.create(folder, clear=True, with_pip=not wheel, symlinks=True)
    progress = Progress(text.count("=="))
    environ = {**os.environ, **_QUIET, **({"PYTHONPATH": wheel} if wheel else {})}
    with tempfile.TemporaryDirectory() as lists:
        running = [_begin(folder, Path(lists) / f"{at}.txt", part, environ) for at, part in enumerate(parts(text))]
        hearing = [threading.Thread(target=_hear, args=(each, progress)) for each in running]
        for each in hearing:
            each.start()
        for each in hearing:
            each.join()
        ended = [each.wait() for each in running]
    for line in progress.errors:
        print(line, file=sys.stderr)
    return int(any(ended))


def _begin(folder: Path, path: Path, part: str, environ: dict[str, str]) -> "subprocess.Popen[str]":
    path.write_text(part, encoding="utf-8")
    command = [str(folder / "bin" / "python"), *_PIP, str(path)]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _hear(running: "subprocess.Popen[str]", progress: Progress) -> None:
    for line in running.stdout or ():
        progress.hear(line)


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8")))
