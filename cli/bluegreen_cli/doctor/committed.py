"""Whether git has `.env`, or would take it: what was pushed once has to be made anew, secret by secret."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from bluegreen_cli.doctor.findings import Finding, doubt, fault

_LONGEST = 10.0  # seconds


def env_in_git(env: Path) -> Iterator[Finding]:
    """Nothing outside a repository, and where there is no git to ask."""
    if _git(env, "ls-files", "--error-unmatch") == 0:
        yield fault(
            f"{env} is in git, for everybody who has a clone", f"git rm --cached {env}, and make each secret anew"
        )
    elif _git(env, "check-ignore", "--quiet") == 1:
        yield doubt(f"git does not ignore {env}, so a commit may publish it", "echo .env >> .gitignore")


def _git(env: Path, *words: str) -> int | None:
    """How git's question ended; 128 outside a repository."""
    command = ["git", "-C", str(env.absolute().parent), *words, "--", env.name]
    try:
        asked = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_LONGEST)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.returncode
