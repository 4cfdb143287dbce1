"""What the gate adds to `deploy`, as it is staged: bytes of its zip, and processor time of a release with migrations.

A release without migrations loads nothing of it, so what is timed is a process that has begun such a release, from
there to its first statement judged.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.cold.functions import settings
from bluegreen_cli import archive, packing, stage

_NOWHERE = "http://127.0.0.1:9"
_ROUNDS = 15
_OF_THE_GATE = ("bluegreen/core/migrations/", "bluegreen/steps/migration_gate.", "bluegreen/steps/database/")
_SCRIPT = """
import os, sys, time
script = os.path.abspath("virtualenv/bin/activate_this.py")
exec(open(script).read(), {"__file__": script})
sys.path.append(os.getcwd())
import bluegreen.entrypoints.deploy, bluegreen.steps.requested
began = time.process_time()
from bluegreen.core.migrations import gate, left_over, releasing
releasing.judged(gate.judge([gate.MigrationFile("a.sql", "ALTER TABLE pets ADD COLUMN note text")]))
print(1000 * (time.process_time() - began))
"""


class Added(NamedTuple):
    """`least_ms`: of the rounds, the one that other work on the machine stretched least."""

    size: int
    median_ms: float
    least_ms: float


def added() -> Added:
    with _staged() as folder:
        times = [_milliseconds(folder) for _ in range(_ROUNDS)]
        return Added(_size(folder), round(median(times), 1), round(min(times), 1))


def size() -> int:
    with _staged() as folder:
        return _size(folder)


@contextmanager
def _staged() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-migrations.") as scratch:
        out = Path(scratch, "staged")
        stage.stage(settings(_NOWHERE), out, f"{sys.version_info.major}.{sys.version_info.minor}", local=True)
        yield stage.folder_of(out, "deploy")


def _milliseconds(folder: Path) -> float:
    asked = [sys.executable, "-I", "-S", "-B", "-c", _SCRIPT]
    return float(subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=True, env={}).stdout)


def _size(folder: Path) -> int:
    """With the gate and without."""
    without = folder.parent / "without"
    shutil.copytree(folder, without)
    for pattern in packing.ONLY_WITH:
        for library in without.rglob(pattern):
            library.unlink()
    (ours,) = without.rglob("bluegreen.zip")
    ours.write_bytes(_left_of(ours))
    return len(archive.packed(folder)) - len(archive.packed(without))


def _left_of(ours: Path) -> bytes:
    left = io.BytesIO()
    with zipfile.ZipFile(ours) as whole, zipfile.ZipFile(left, "w") as packed:
        for entry in whole.infolist():
            if not entry.filename.startswith(_OF_THE_GATE):
                packed.writestr(entry, whole.read(entry))
    return left.getvalue()
