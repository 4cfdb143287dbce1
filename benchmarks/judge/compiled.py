"""The judge's own source, compiled by mypyc where there is a C compiler: half the time for the same result.

The library is copied, the files of the sequential test are compiled in the copy, and the processes import the copy.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from bluegreen_cli.stage import ROOT

_LIBRARY = ROOT / "shared" / "bluegreen"
_FILES = (
    "statistics/exact_tests",
    "statistics/usual",
    "statistics/burstiness",
    "statistics/allowance",
    "statistics/twins",
    "statistics/healing",
    "statistics/strata",
    "statistics/mirrored",
    "statistics/intermittent",
    "statistics/side_by_side",
    "statistics/likelihood",
    "hard_limits",
    "signal_kinds",
    "signal_test",
    "proof",
    "sequential_test",
    "leave_one_out",
)
_KEPT = ROOT / ".bluegreen" / "compiled"
_SECONDS = 180
_BUILD = """
from mypyc.build import mypycify
from setuptools import setup
setup(name="judge", ext_modules=mypycify(["--ignore-missing-imports", *{files!r}]), script_args=["build_ext", "-i"])
"""


def library() -> Path | None:
    """The folder to import `bluegreen` from; None where it cannot be compiled here."""
    folder = _KEPT / _digest()
    if (folder / "done").exists():
        return folder
    shutil.rmtree(_KEPT, ignore_errors=True)
    if shutil.which("cc") is None or not _built(folder):
        return None
    (folder / "done").touch()
    return folder


def _built(folder: Path) -> bool:
    shutil.copytree(_LIBRARY, folder / "bluegreen", ignore=shutil.ignore_patterns("__pycache__"))
    build = _BUILD.format(files=[f"bluegreen/core/judge/{name}.py" for name in _FILES])
    try:
        made = subprocess.run([sys.executable, "-c", build], cwd=folder, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return made.returncode == 0


def _digest() -> str:
    """Of the whole library and this Python: an earlier build is used only while nothing has changed."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(_LIBRARY.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
