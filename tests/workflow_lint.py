"""What actionlint (with ShellCheck, where that is installed) and zizmor say of GitHub's workflows.

Both come with the development requirements. An actionlint that is on the PATH is taken instead of theirs.
"""

import shutil
import subprocess
import sys
from pathlib import Path

BESIDE = Path(sys.executable).parent


def _said(command: list[str], files: list[Path]) -> str:
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def actionlint(*files: Path) -> str:
    """A line for each mistake; nothing where there is none."""
    # Off: pyflakes judges Python in workflows, of which there is none, and would make the answer depend on the machine.
    return _said(
        [shutil.which("actionlint") or str(BESIDE / "actionlint"), "-oneline", "-no-color", "-pyflakes="], [*files]
    )


def zizmor(*files: Path) -> str:
    """Each known weakness that counts as medium or high, as zizmor draws it."""
    return _said([str(BESIDE / "zizmor"), "--offline", "--no-progress", "--min-severity", "medium"], [*files])
