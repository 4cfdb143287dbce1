"""squawk over the same cases, where it is installed (`pip install squawk-cli`): it knows no earlier migrations."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.migrations.corpus import Case

# Matters of taste, and timeouts, which no statement of ours is refused for.
_NOT_COMPARED = (
    "prefer-robust-stmts,prefer-bigint-over-int,prefer-bigint-over-smallint,prefer-identity,"
    "prefer-text-field,prefer-timestamp-tz,require-lock-timeout,require-statement-timeout"
)


def objected(cases: list[Case]) -> set[int] | None:
    """The places of the cases that it objects to; None where it is not installed."""
    program = shutil.which("squawk")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for place, case in enumerate(cases):
            path = Path(folder, f"{place}.sql")
            path.write_text("\n".join(file.text for file in case.files), encoding="utf-8")
            names[str(path)] = place
        command = [program, "--reporter", "json", "--exclude", _NOT_COMPARED, *names]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"squawk: {done.stderr.strip()}")
        return {names[found["file"]] for found in json.loads(done.stdout)}
